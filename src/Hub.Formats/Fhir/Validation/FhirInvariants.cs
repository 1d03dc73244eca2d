using Hub.Formats.Fhir.Definitions;
using Hub.Formats.Fhir.Paths;

namespace Hub.Formats.Fhir.Validation;

/// <summary>An invariant of R4 and whether it is checked.</summary>
/// <param name="Key">Its key, <c>obs-6</c>.</param>
/// <param name="IsError">Whether a resource that breaks it is wrong; else a warning is told.</param>
/// <param name="Expression">The expression of FHIRPath.</param>
/// <param name="NotCheckedBecause">Why it is not checked; null when it is.</param>
public sealed record FhirInvariantStatus(string Key, bool IsError, string Expression, string? NotCheckedBecause);

/// <summary>Which invariants of R4 are checked.</summary>
public static class FhirInvariants
{
    /// <summary>All invariants of all types and resources, in the order of their keys.</summary>
    public static IReadOnlyList<FhirInvariantStatus> List() =>
        [.. FhirDefinitions.Shared.Invariants.Select(Status).OrderBy(invariant => invariant.Key, StringComparer.Ordinal)];

    private static FhirInvariantStatus Status(FhirInvariant invariant)
    {
        try
        {
            _ = invariant.Path;
            return new(invariant.Key, invariant.IsError, invariant.Expression, null);
        }
        catch (PathException why)
        {
            return new(invariant.Key, invariant.IsError, invariant.Expression, why.Message);
        }
    }
}

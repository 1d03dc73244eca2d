using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>The resources of R4.</summary>
public static class FhirResources
{
    /// <summary>Their names, without those that stand for several.</summary>
    public static IReadOnlySet<string> Names => FhirDefinitions.Shared.Resources;
}

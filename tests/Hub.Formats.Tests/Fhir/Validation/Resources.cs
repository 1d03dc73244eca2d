using System.Text;
using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>What tests say about resources.</summary>
internal static class Resources
{
    private static readonly FhirValidator s_validator = new();

    public static IReadOnlyList<FhirProblem> Check(string json) => s_validator.Validate(Encoding.UTF8.GetBytes(json));

    /// <summary>What is told, short: <c>3236 Patient.name[0].use</c>, warnings and information with a sign before them.</summary>
    public static string Told(string json) => Told(Check(json));

    public static string Told(IEnumerable<FhirProblem> problems) => string.Join("; ", problems.Select(problem =>
        $"{problem.Severity switch { FhirSeverity.Error => "", FhirSeverity.Warning => "?", _ => "~" }}{problem.Rule} {problem.Location}"));

    /// <summary>A patient with these members.</summary>
    public static string Patient(string members) => $$$$"""{"resourceType":"Patient",{{{{members}}}}}""";

    /// <summary>An observation with these members beyond those that it must have.</summary>
    public static string Observation(string members) => $$$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},{{{{members}}}}}""";
}

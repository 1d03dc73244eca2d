using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

// The road: the reader makes values of the bytes, the structure checker makes elements with types of the values, the rule checker
// looks at each element once: codes, invariants, extensions, references, narrative. Each tells all that it finds. What it costs
// grows with the size of the resource: depth and number of values are bounded, and so is what the rules may look at.

/// <summary>Checks FHIR resources in JSON against R4 (4.0.1): structure, counts, forms of values, required codes, references, invariants. Safe for use by several threads at once.</summary>
/// <param name="options">How much it takes on and tells.</param>
public sealed class FhirValidator(FhirValidatorOptions? options = null)
{
    private readonly FhirValidatorOptions _options = options ?? new();

    /// <summary>Checks a resource, which may be a bundle.</summary>
    /// <param name="json">The resource as JSON in UTF-8, with or without a byte order mark.</param>
    /// <returns>What is wrong, errors first; empty when nothing is. No input throws.</returns>
    public IReadOnlyList<FhirProblem> Validate(ReadOnlyMemory<byte> json)
    {
        FhirProblems problems = new(_options.MaxProblems);
        if (FhirJsonReader.Read(json.Span, _options, problems) is { } value)
            Check(value, problems);
        return problems.ToList();
    }

    private void Check(FhirJson json, FhirProblems problems)
    {
        StructureChecker structure = new(FhirDefinitions.Shared, problems);
        if (structure.BuildResource(json) is { } resource)
            new RuleChecker(FhirDefinitions.Shared, problems, _options, structure.Count).Check(resource);
    }
}

namespace Hub.Formats.Fhir.Validation;

/// <summary>One thing that validation found in a resource. It holds names, types, codes of the standard and places, never a value of the resource, so it may be logged and sent back.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">As in <c>OperationOutcome.issue.code</c>: <c>structure</c>, <c>required</c>, <c>value</c>, <c>code-invalid</c>, <c>invariant</c>…</param>
/// <param name="Rule">Our own number, 3230 to 3260, shown as <c>HUB3236</c>. It never changes its meaning; <see cref="FhirRule.All"/> lists them.</param>
/// <param name="Location">Where, as FHIRPath: <c>Bundle.entry[2].resource.name[0].use</c>, counted from 0; empty when the text is no JSON.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record FhirProblem(FhirSeverity Severity, string Code, int Rule, string Location, string Text, string Remedy);

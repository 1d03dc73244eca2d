using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

// FHIR R4 §2.21.0.3: a required set allows its codes alone; an extensible one is to be used where it has a code that fits, which
// only a person can say. So a wrong code of one of its own systems is a warning, a code of another system or a text is worth
// knowing. Sets whose codes are not all known judge nothing.

/// <summary>Checks codes against the value set of their element.</summary>
/// <param name="definitions">What R4 says.</param>
/// <param name="problems">Where to tell.</param>
internal sealed class BindingChecker(FhirDefinitions definitions, FhirProblems problems)
{
    private const int MostShown = 12;

    public void Check(FhirElement element)
    {
        if (element.Definition is not { Binding: { } name } definition || definitions.ValueSet(name) is not { IsComplete: true } set)
            return;
        if (element.Type.IsPrimitive)
            CheckCode(element, set, definition.IsRequiredBinding);
        else if (element.Type.TypeName == "CodeableConcept")
            CheckCodings(element, [.. element.All("coding")], set, definition.IsRequiredBinding);
        else if (element.Type.TypeName == "Coding" || (element.Type.Is("Quantity") && element.Child("code") is not null))
            CheckCodings(element, [element], set, definition.IsRequiredBinding);
    }

    private void CheckCode(FhirElement element, FhirValueSet set, bool isRequired)
    {
        if (element.Value is null || set.Has(element.Value))
            return;
        if (isRequired)
            problems.Error(FhirRule.RequiredCode, element, $"The code is not in the value set {set.Name}, which is required.", Remedy(set));
        else
            problems.Warning(FhirRule.AdvisedCode, element, $"The code is not in the value set {set.Name}.", Remedy(set));
    }

    private void CheckCodings(FhirElement element, IReadOnlyList<FhirElement> codings, FhirValueSet set, bool isRequired)
    {
        if (codings.Any(coding => coding.ValueOf("system") is { } system && coding.ValueOf("code") is { } code && set.Has(system, code)))
            return;
        // What is absent for a reason that an extension tells is not asked for.
        if (isRequired && codings.Count == 0 && element.Child("extension") is not null)
            return;
        if (isRequired)
            problems.Error(FhirRule.RequiredCode, element, $"No code of it is in the value set {set.Name}, which is required. A code counts with its system.", Remedy(set));
        else if (codings.Any(coding => coding.ValueOf("system") is { } system && set.HasSystem(system) && coding.ValueOf("code") is not null))
            problems.Warning(FhirRule.AdvisedCode, element, $"A code of it is said to be of a system of the value set {set.Name} and is not in the set.", Remedy(set));
        else if (codings.Count > 0)
            problems.Information(FhirRule.AdvisedCode, element, $"No code of it is in the value set {set.Name}, which is to be used where it has one that fits.", Remedy(set));
    }

    private static string Remedy(FhirValueSet set)
    {
        string[] codes = [.. set.Codes.Take(MostShown + 1)];
        string list = string.Join(", ", codes.Take(MostShown)) + (codes.Length > MostShown ? ", …" : "");
        return set.Systems.Count() == 1 ? $"Use one of {list} ({set.Systems.First()})." : $"Use one of {list}.";
    }
}

using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>Checks references: their form, the type of what they lead to, and inside bundles that they lead somewhere.</summary>
/// <param name="definitions">What R4 says.</param>
/// <param name="index">What they may lead to.</param>
/// <param name="problems">Where to tell.</param>
internal sealed class ReferenceChecker(FhirDefinitions definitions, ReferenceIndex index, FhirProblems problems)
{
    public void Check(FhirElement element)
    {
        if (element.ValueOf("reference") is not { } text)
            return;
        ReferenceText reference = ReferenceText.Read(text, definitions);
        FhirElement? target = index.Resolve(element, reference);
        CheckTarget(element, target?.Type.Name ?? reference.Type);
        // A contained resource that is not there is told by ref-1.
        if (target is null && !reference.IsFragment)
            TellUnresolved(element, reference);
    }

    private void CheckTarget(FhirElement element, string? type)
    {
        if (type is null)
            return;
        if (element.Definition?.Targets is { } targets && !targets.Contains(type))
            problems.Error(FhirRule.Target, element, $"The reference leads to {type}, and may lead to {string.Join(", ", targets)}.", "Refer to a resource of one of these types.");
        if (element.ValueOf("type") is { } said && definitions.Resources.Contains(said) && said != type)
            problems.Error(FhirRule.Target, element, $"The reference says that it leads to another type than {type}, which it leads to.", "Correct type, or leave it out.");
    }

    private void TellUnresolved(FhirElement element, ReferenceText reference)
    {
        if (!reference.IsAbsolute && reference.Type is null)
        {
            problems.Warning(FhirRule.Reference, element, "The reference is neither an address, nor a type and an id, nor #id.", "Write for example Patient/1.");
            return;
        }

        FhirElement? bundle = ReferenceIndex.BundleOf(element);
        string? kind = bundle?.ValueOf("type");
        if (reference.IsUrn && bundle is null)
            problems.Warning(FhirRule.Unresolved, element, "The reference is a urn, which leads somewhere only inside a bundle.", "Send the resource in a bundle with what it refers to, or refer to an address.");
        else if (reference.IsUrn)
            problems.Error(FhirRule.Unresolved, element, "The reference is a urn, and no entry of the bundle has it as fullUrl.", "Add the resource, or correct the fullUrl.");
        else if (kind is "document" or "message" && !reference.IsConditional)
            TellMissingEntry(element, kind, reference);
    }

    // FHIR R4 §3.3.1 and §2.41.1: what a composition refers to, and the focus of a message, are in the bundle; the rest should be.
    private void TellMissingEntry(FhirElement element, string kind, ReferenceText reference)
    {
        const string text = "No entry of the bundle is what the reference leads to.";
        const string remedy = "Add the resource to the bundle, with the fullUrl that the reference means.";
        bool isNeeded = kind == "document" ? element.Resource.Type.Name == "Composition" : element.Resource.Type.Name == "MessageHeader" && element.Name == "focus";
        if (isNeeded)
            problems.Error(FhirRule.Unresolved, element, text, remedy);
        else if (!reference.IsAbsolute)
            problems.Warning(FhirRule.Unresolved, element, text, remedy);
    }
}

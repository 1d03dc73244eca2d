using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>Checks what goes beyond structure, element by element.</summary>
internal sealed class RuleChecker
{
    private readonly FhirProblems _problems;
    private readonly BindingChecker _bindings;
    private readonly ReferenceChecker _references;
    private readonly BundleChecker _bundles;
    private readonly InvariantChecker _invariants;

    public RuleChecker(FhirDefinitions definitions, FhirProblems problems, FhirValidatorOptions options, int elements)
    {
        _problems = problems;
        ReferenceIndex index = new(definitions);
        _bindings = new(definitions, problems);
        _references = new(definitions, index, problems);
        _bundles = new(definitions, problems);
        _invariants = new(problems, options.TellsBestPractice, elements, index);
    }

    /// <summary>Checks an element and all below it. As deep as the JSON, which the reader bounds.</summary>
    public void Check(FhirElement element)
    {
        _bindings.Check(element);
        _invariants.Check(element);
        CheckByType(element);
        foreach (FhirElement child in element.Children)
            Check(child);
    }

    private void CheckByType(FhirElement element)
    {
        switch (element.Type.Name)
        {
            case "Extension":
                CheckExtension(element);
                break;
            case "Reference":
                _references.Check(element);
                break;
            case "Bundle":
                _bundles.Check(element);
                break;
            case "xhtml" when element.Value is { } div && NarrativeChecker.Find(div) is { } mistake:
                _problems.Error(FhirRule.Narrative, element, $"The narrative is not as narrative may be. {mistake}", "Write simple XHTML: text, tables, lists, links, images.");
                break;
        }

        if (element.Type.Kind == FhirKind.Resource)
            CheckContained(element);
    }

    // FHIR R4 §2.25.0: the address of an extension inside an extension may be a name; any other is absolute.
    private void CheckExtension(FhirElement extension)
    {
        bool hasValue = extension.Child("value") is not null;
        if (hasValue == extension.Child("extension") is not null)
            _problems.Error(FhirRule.Extension, extension, hasValue ? "The extension has a value and extensions (ext-1)." : "The extension has neither a value nor extensions (ext-1).", "Give it one of the two.");
        if (extension.Parent?.Type.Name != "Extension" && extension.ValueOf("url") is { } url && !ReferenceText.HasScheme(url))
            _problems.Error(FhirRule.Extension, extension, "The address of the extension is not absolute.", "Write a whole address, for example https://hospital.example/fhir/StructureDefinition/ward.");
    }

    private void CheckContained(FhirElement resource)
    {
        HashSet<string>? ids = null;
        foreach (FhirElement contained in resource.All("contained"))
        {
            if (contained.Child("id") is null)
                _problems.Warning(FhirRule.Contained, contained, "The contained resource has no id, so that nothing can refer to it.", "Give it an id, and refer to it with # and the id.");
            else if (contained.ValueOf("id") is { } id && !(ids ??= new(StringComparer.Ordinal)).Add(id))
                _problems.Error(FhirRule.Contained, contained, "Another contained resource has the same id.", "Give each an id of its own.");
        }
    }
}

using System.Text.Json;
using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

// Walks the JSON beside the definitions and builds the elements that the other rules look at. What cannot be an element
// (unknown, of the wrong shape) is told and left out; all else is built, so that everything wrong is told at once.
// The recursion is as deep as the JSON, which the reader bounds.

/// <summary>Checks that a resource is built as R4 says: elements, shapes, counts, choices, the forms of values.</summary>
/// <param name="definitions">What R4 says.</param>
/// <param name="problems">Where to tell.</param>
internal sealed class StructureChecker(FhirDefinitions definitions, FhirProblems problems)
{
    private readonly ValueChecker _values = new(problems);

    /// <summary>How many elements were built.</summary>
    public int Count { get; private set; }

    /// <summary>Builds a resource.</summary>
    /// <returns>Null, with a problem told, when the JSON is none.</returns>
    public FhirElement? BuildResource(FhirJson json) => ResourceTypeOf(json, null, "") is { } type ? Fill(new(null, type.Name, -1, type, null), json) : null;

    private FhirElement Fill(FhirElement element, FhirJson json)
    {
        Count++;
        TellObject(element, json);
        Dictionary<string, string>? chosen = null;
        foreach ((string name, FhirJson value) in json.Members!)
        {
            if (name == "resourceType" && element.Type.IsResource)
                continue;
            bool isSibling = name.StartsWith('_');
            if (element.Type.Find(isSibling ? name[1..] : name) is not { } member || (isSibling && !member.Type.IsPrimitive))
                TellUnknown(element, name);
            else if (member.Element.IsChoice && !IsOnlyChoice(element, member, isSibling ? name[1..] : name, ref chosen))
                continue;
            else if (member.Type.IsPrimitive)
                AddPrimitives(element, member, name, isSibling, json);
            else
                AddComplex(element, member, name, value);
        }

        CheckCounts(element);
        return element;
    }

    private void TellObject(FhirElement element, FhirJson json)
    {
        foreach (string name in json.Doubled ?? [])
            problems.Error(FhirRule.Doubled, element, Shown(name), "The object has this name more than once; receivers disagree about which one holds.", "Give each name once.");
        // ele-1: an element has a value or children.
        if (json.Members!.Count == 0)
            problems.Error(FhirRule.Empty, element, "The object is empty (ele-1).", "Leave the element out when there is nothing to say.");
    }

    private void TellUnknown(FhirElement element, string name)
    {
        if (!problems.HasRoom)
        {
            problems.Error(FhirRule.Unknown, element, "", "");
            return;
        }

        string kind = element.Type.TypeName;
        string? near = Nearest(element.Type, name);
        string what = name == "resourceType" ? $"{kind} is no resource and has no resourceType." : $"{kind} has no element of this name.";
        problems.Error(FhirRule.Unknown, element, Shown(name), what, near is null ? "Take it out, or put what it says into an extension." : $"Write \"{near}\" if that is meant, else take it out or use an extension.");
    }

    // A name may be anything; what is no name of JSON as FHIR has them is not shown.
    private static string Shown(string name) => name.Length <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? name : "(a name that is none of FHIR)";

    private static string? Nearest(FhirType type, string name)
    {
        string wanted = name.TrimStart('_');
        return type.Names.FirstOrDefault(known => known.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? type.Names.FirstOrDefault(known => wanted.Length > 2 && (known.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || wanted.StartsWith(known, StringComparison.OrdinalIgnoreCase)));
    }

    private bool IsOnlyChoice(FhirElement element, FhirMember member, string jsonName, ref Dictionary<string, string>? chosen)
    {
        chosen ??= new(StringComparer.Ordinal);
        if (chosen.TryAdd(member.Element.Name, jsonName) || chosen[member.Element.Name] == jsonName)
            return true;
        problems.Error(FhirRule.Choice, element, jsonName, $"The element {member.Element.Name}[x] is there as {chosen[member.Element.Name]} already; it may have one type.", "Keep one of them.");
        return false;
    }

    private void AddComplex(FhirElement parent, FhirMember member, string name, FhirJson value)
    {
        // What has the wrong shape is told, and looked at all the same.
        TellShape(parent, member, name, value);
        if (!value.IsList)
        {
            Add(parent, member, name, -1, value);
            return;
        }

        for (int i = 0; i < value.Items!.Count; i++)
            Add(parent, member, name, i, value.Items[i]);
    }

    private void Add(FhirElement parent, FhirMember member, string name, int index, FhirJson value)
    {
        FhirElement element = new(parent, member.Element.Name, index, member.Type, member.Element);
        if (!value.IsObject)
        {
            problems.Error(FhirRule.Shape, element, $"This is {Word(value)}, and {member.Type.TypeName} is an object.", "Write an object with its elements.");
        }
        else if (!member.Type.IsResource)
        {
            parent.Add(Fill(element, value));
        }
        else if (ResourceTypeOf(value, parent, index < 0 ? name : $"{name}[{index}]") is { } type)
        {
            parent.Add(Fill(new(parent, member.Element.Name, index, type, member.Element), value));
        }
    }

    private void AddPrimitives(FhirElement parent, FhirMember member, string name, bool isSibling, FhirJson json)
    {
        string own = isSibling ? name[1..] : name;
        FhirJson? value = json.Find(own);
        // With both there, they are taken together, when the value comes.
        if (isSibling && value is not null)
            return;
        FhirJson? sibling = json.Find("_" + own);
        if (value is not null)
            TellShape(parent, member, own, value);
        if (sibling is not null)
            TellShape(parent, member, "_" + own, sibling);
        if (value?.IsList != true && sibling?.IsList != true)
        {
            AddPrimitive(parent, member, -1, value, sibling);
            return;
        }

        List<FhirJson>? values = ItemsOf(value);
        List<FhirJson>? siblings = ItemsOf(sibling);
        if (values is not null && siblings is not null && values.Count != siblings.Count)
            problems.Error(FhirRule.Null, parent, "_" + own, $"The list has {siblings.Count} items and {own} has {values.Count}; they belong together one by one.", "Fill the shorter with null.");
        for (int i = 0; i < Math.Max(values?.Count ?? 0, siblings?.Count ?? 0); i++)
            AddPrimitive(parent, member, i, values is not null && i < values.Count ? values[i] : null, siblings is not null && i < siblings.Count ? siblings[i] : null);
    }

    private static List<FhirJson>? ItemsOf(FhirJson? json) => json is null ? null : json.Items ?? [json];

    private void AddPrimitive(FhirElement parent, FhirMember member, int index, FhirJson? value, FhirJson? sibling)
    {
        FhirElement element = parent.Add(new(parent, member.Element.Name, index, member.Type, member.Element));
        bool hasSibling = sibling is { IsNull: false };
        if (value is { IsNull: false })
            element.Value = _values.Read(element, value);
        else if (!hasSibling)
            problems.Error(FhirRule.Null, element, "There is null, and no extension beside it says why.", "Leave the value out, or say why in the element with _ before its name.");
        else if (value is not null && index < 0)
            problems.Error(FhirRule.Null, element, "null stands for a missing value only in lists.", "Leave the name out; what stands in the element with _ before its name is enough.");
        if (!hasSibling)
            Count++;
        else if (sibling!.IsObject)
            Fill(element, sibling);
        else
            problems.Error(FhirRule.Shape, element, $"What stands beside the value is {Word(sibling)}; it is an object with id and extension.", "Write an object.");
    }

    private void TellShape(FhirElement parent, FhirMember member, string name, FhirJson value)
    {
        if (value is { IsList: true, Items.Count: 0 })
            problems.Error(FhirRule.Empty, parent, name, "The list is empty.", "Leave the element out when there is nothing to say.");
        else if (value.IsList && !member.Element.IsList)
            problems.Error(FhirRule.Shape, parent, name, "This is a list, and the element is there at most once.", "Write its value without [ ].");
        else if (!value.IsList && member.Element.IsList)
            problems.Error(FhirRule.Shape, parent, name, $"This is {Word(value)}, and the element may be there more than once.", "Write a list: [ … ], also for one.");
    }

    private void CheckCounts(FhirElement element)
    {
        foreach (FhirElementDefinition required in element.Type.Required)
        {
            if (element.Child(required.Name) is null)
                problems.Error(FhirRule.Missing, element, required.IsChoice ? $"{required.Name}[x]" : required.Name, $"{element.Type.TypeName} must have this element.", "Add it.");
        }

        // An element that may be there once is told by its shape when it is a list.
        foreach (FhirElement child in element.Children)
        {
            int most = child.Definition!.Cardinality.Max;
            if (most == 0 || (most is > 1 and < int.MaxValue && child.Index == most))
                problems.Error(FhirRule.TooMany, child, $"{element.Type.Name} may have this element at most {most} times.", "Take out what is too much.");
        }
    }

    private FhirType? ResourceTypeOf(FhirJson json, FhirElement? parent, string name)
    {
        string? member = name.Length == 0 ? null : name;
        if (!json.IsObject)
        {
            problems.Error(FhirRule.Shape, parent, member, $"This is {Word(json)}, and a resource is an object.", "Write an object with resourceType.");
            return null;
        }

        if (json.Find("resourceType") is not { Kind: JsonTokenType.String, Text: { } type })
        {
            problems.Error(FhirRule.ResourceType, parent, member, "The object does not say of which type the resource is.", "Add resourceType, for example \"resourceType\": \"Patient\".");
            return null;
        }

        if (definitions.Resource(type) is { } known)
            return known;
        problems.Error(FhirRule.ResourceType, parent, member, "resourceType is none of R4 (4.0.1).", "Write the name of a resource of R4, with its capital letters, for example Patient.");
        return null;
    }

    private static string Word(FhirJson json) => json.Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}

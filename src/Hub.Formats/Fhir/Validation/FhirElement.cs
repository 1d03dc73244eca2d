using System.Globalization;
using System.Text;
using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>An element of a resource with its type: what rules look at.</summary>
internal sealed class FhirElement
{
    private static readonly List<FhirElement> s_none = [];

    private List<FhirElement>? _children;

    public FhirElement(FhirElement? parent, string name, int index, FhirType type, FhirElementDefinition? definition)
    {
        (Parent, Name, Index, Type, Definition) = (parent, name, index, type, definition);
        Resource = type.IsResource ? this : parent!.Resource;
    }

    public FhirElement? Parent { get; }

    /// <summary>Its name without the type of a choice; of the outermost resource the name of its type.</summary>
    public string Name { get; }

    /// <summary>Its place in a list, from 0; -1 when it is in none.</summary>
    public int Index { get; }

    public FhirType Type { get; }

    /// <summary>What its parent says of it; null for the outermost resource.</summary>
    public FhirElementDefinition? Definition { get; }

    /// <summary>The innermost resource that it belongs to or is.</summary>
    public FhirElement Resource { get; }

    /// <summary>The resource with the id that references without <c>#</c> could mean: a contained resource's container.</summary>
    public FhirElement RootResource => Resource is { Name: "contained", Parent: { } container } ? container.RootResource : Resource;

    /// <summary>The value of a primitive as written; null when there is none, or it is no value of its type.</summary>
    public string? Value { get; set; }

    public IReadOnlyList<FhirElement> Children => _children ?? s_none;

    public FhirElement Add(FhirElement child)
    {
        (_children ??= []).Add(child);
        return child;
    }

    /// <summary>The first child of a name.</summary>
    public FhirElement? Child(string name)
    {
        foreach (FhirElement child in _children ?? s_none)
        {
            if (child.Name == name)
                return child;
        }

        return null;
    }

    /// <summary>The value of the first child of a name.</summary>
    public string? ValueOf(string name) => Child(name)?.Value;

    /// <summary>The children of a name.</summary>
    public IEnumerable<FhirElement> All(string name) => Children.Where(child => child.Name == name);

    /// <summary>Where it is: <c>Bundle.entry[2].resource.name[0].use</c>.</summary>
    public string Location()
    {
        Stack<FhirElement> road = [];
        for (FhirElement? element = this; element is not null; element = element.Parent)
            road.Push(element);
        StringBuilder text = new();
        foreach (FhirElement element in road)
        {
            if (text.Length > 0)
                text.Append('.');
            text.Append(element.Name);
            if (element.Index >= 0)
                text.Append(CultureInfo.InvariantCulture, $"[{element.Index}]");
        }

        return text.ToString();
    }
}

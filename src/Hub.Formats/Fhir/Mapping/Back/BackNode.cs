namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>An element of a resource that becomes a message: where it stands, what it says, and whether the message says it too.</summary>
/// <param name="parent">What it stands in; null for the outermost.</param>
/// <param name="name">Its name.</param>
/// <param name="index">Its place in a list, from 0; -1 when it is in none.</param>
internal sealed class BackNode(BackNode? parent, string name, int index)
{
    private static readonly List<BackNode> s_none = [];
    private List<BackNode>? _children;

    public BackNode? Parent => parent;

    public string Name => name;

    /// <summary>The value of a primitive, as JSON writes it without quotation marks.</summary>
    public string? Text { get; set; }

    /// <summary>Whether a message carries it.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>What it stands for, when it was made of another: the display of a reference in place of a name.</summary>
    public BackNode? Origin { get; init; }

    /// <summary>What it names, when it is a reference that nobody wrote.</summary>
    public BackNode? Target { get; init; }

    public void Use()
    {
        IsUsed = true;
        Origin?.Use();
    }

    public List<BackNode> Children => _children ?? s_none;

    /// <summary>The kind of resource; null for what is none.</summary>
    public string? Resource => Find("resourceType")?.Text;

    /// <summary>Whether it is a value without parts.</summary>
    public bool IsLeaf => Text is not null;

    public BackNode Add(BackNode child)
    {
        (_children ??= []).Add(child);
        return child;
    }

    /// <summary>The first element of a name.</summary>
    public BackNode? Find(string wanted)
    {
        foreach (BackNode child in Children)
        {
            if (child.Name == wanted)
                return child;
        }

        return null;
    }

    /// <summary>The elements of a name.</summary>
    public IEnumerable<BackNode> All(string wanted) => Children.Where(child => child.Name == wanted);

    /// <summary>The value of an element.</summary>
    public string? TextOf(string wanted) => Find(wanted)?.Text;

    /// <summary>The resource that it stands in: the nearest that is not contained in another.</summary>
    public BackNode Whole
    {
        get
        {
            BackNode node = this;
            BackNode found = this;
            for (; node.Parent is not null && node.Parent.Resource != "Bundle" && node.Name != "resource"; node = node.Parent)
                found = node.Parent;
            return found;
        }
    }

    /// <summary>Where it is, as FHIRPath: <c>Bundle.entry[0].resource.name[0].family</c>.</summary>
    public string Location => parent is null ? Resource ?? name : $"{parent.Location}.{name}{(index < 0 ? "" : $"[{index}]")}";

    /// <summary>Itself and all within.</summary>
    public IEnumerable<BackNode> Deep() => Children.SelectMany(child => child.Deep()).Prepend(this);
}

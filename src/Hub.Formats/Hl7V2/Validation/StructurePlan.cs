using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>The structure of a message, ready to be matched. Its segments have small numbers, so that sets of them are bits.</summary>
internal sealed class StructurePlan
{
    /// <summary>The number of segments that the structure does not name.</summary>
    public const int Other = 0;

    /// <summary>Bits there are. The richest structure of the standard has some fifty segments.</summary>
    public const int MaxSymbols = 128;

    private readonly Dictionary<int, int> _symbols = [];
    private StructureMatcher? _spare;

    public StructurePlan(StructureDefinition definition)
    {
        Name = definition.Name;
        Root = new("", [.. definition.Nodes.Select(NodeOf)]);
    }

    public string Name { get; }

    public GroupPlan Root { get; }

    /// <summary>Whether any segment may stand somewhere in it (MFN_M01).</summary>
    public bool TakesAny => (Root.Contains & UInt128.One) != 0;

    /// <summary>The number of a segment; <see cref="Other"/> when the structure does not have it.</summary>
    public int Symbol(int key) => _symbols.GetValueOrDefault(key, Other);

    /// <summary>A matcher, used before if one is free.</summary>
    public StructureMatcher Rent() => Interlocked.Exchange(ref _spare, null) ?? new(this);

    /// <summary>Gives a matcher back.</summary>
    public void Return(StructureMatcher matcher) => _spare = matcher;

    private NodePlan NodeOf(StructureNode node)
    {
        int max = node.Max ?? 0;
        if (node.Kind == StructureNodeKind.Group)
            return new(node.Name, node.Min, max, 0, new(node.Name, [.. node.Children.Select(NodeOf)]));
        if (node.Kind == StructureNodeKind.AnySegment)
            return new(node.Name, node.Min, max, UInt128.MaxValue, null);
        // A choice of segments is a place for any of them; one among groups is a group where each of them may stand once.
        if (node.Kind == StructureNodeKind.Choice && node.Children.Any(child => child.Kind != StructureNodeKind.Segment))
            return new(NameOf(node), node.Min, max, 0, new(NameOf(node), [.. node.Children.Select(child => NodeOf(child with { Min = 0 }))]));
        UInt128 names = 0;
        foreach (string name in node.Kind == StructureNodeKind.Choice ? node.Children.Select(child => child.Name) : [node.Name])
            names |= UInt128.One << SymbolOf(name);
        return new(NameOf(node), node.Min, max, names, null);
    }

    private static string NameOf(StructureNode node) => node.Kind == StructureNodeKind.Choice ? string.Join(" or ", node.Children.Select(NameOf)) : node.Name;

    private int SymbolOf(string name)
    {
        int key = SegmentKey.Of(name);
        if (!_symbols.TryGetValue(key, out int symbol))
            _symbols.Add(key, symbol = Math.Min(_symbols.Count + 1, MaxSymbols - 1));
        return symbol;
    }
}

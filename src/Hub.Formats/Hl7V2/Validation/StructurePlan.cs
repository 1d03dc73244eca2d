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

/// <summary>A segment, a choice of segments or a group in a structure.</summary>
/// <param name="Name">Of the segment or group.</param>
/// <param name="Min">How often it must occur.</param>
/// <param name="Max">How often it may occur; 0 for no limit.</param>
/// <param name="Names">The segments that may stand there; none for a group.</param>
/// <param name="Group">What a group holds; null for a segment.</param>
internal sealed record NodePlan(string Name, int Min, int Max, UInt128 Names, GroupPlan? Group)
{
    /// <summary>Every segment in it, at any depth.</summary>
    public UInt128 Contains { get; } = Group?.Contains ?? Names;

    /// <summary>How many optional parts of a group are passed over when it begins with a segment; -1 when it cannot begin with it, 0 for a segment itself.</summary>
    public int RankOf(int symbol) => Group is null ? ((Names >> symbol) & 1) == 1 ? 0 : -1 : Group.FirstRank[symbol];

    /// <summary>Whether a segment is somewhere in it.</summary>
    public bool Has(int symbol) => ((Contains >> symbol) & 1) == 1;
}

/// <summary>The parts of a group, in order.</summary>
internal sealed class GroupPlan
{
    public GroupPlan(string name, NodePlan[] children)
    {
        Name = name;
        Children = children;
        ContainsFrom = new UInt128[children.Length + 1];
        for (int i = children.Length - 1; i >= 0; i--)
            ContainsFrom[i] = ContainsFrom[i + 1] | children[i].Contains;
        FirstRank = RankFirst(children);
        Leading = children.FirstOrDefault(child => child.Min > 0) ?? children[0];
    }

    public string Name { get; }

    public NodePlan[] Children { get; }

    public UInt128 Contains => ContainsFrom[0];

    /// <summary>What the children from a place on hold.</summary>
    public UInt128[] ContainsFrom { get; }

    /// <summary>See <see cref="NodePlan.RankOf"/>.</summary>
    public sbyte[] FirstRank { get; }

    /// <summary>The first child that has to be there; the first of all when none has.</summary>
    public NodePlan Leading { get; }

    private static sbyte[] RankFirst(NodePlan[] children)
    {
        sbyte[] ranks = new sbyte[StructurePlan.MaxSymbols];
        Array.Fill(ranks, (sbyte)-1);
        for (int i = 0; i < children.Length; i++)
        {
            for (int symbol = 0; symbol < ranks.Length; symbol++)
            {
                int rank = children[i].RankOf(symbol);
                if (rank >= 0 && ranks[symbol] < 0)
                    ranks[symbol] = (sbyte)(i + rank);
            }

            if (children[i].Min > 0)
                break;
        }

        return ranks;
    }
}

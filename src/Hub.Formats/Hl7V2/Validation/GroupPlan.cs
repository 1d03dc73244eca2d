namespace Hub.Formats.Hl7V2.Validation;

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

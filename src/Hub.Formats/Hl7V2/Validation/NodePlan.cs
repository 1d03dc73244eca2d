namespace Hub.Formats.Hl7V2.Validation;

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

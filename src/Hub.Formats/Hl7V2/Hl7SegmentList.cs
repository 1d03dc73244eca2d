namespace Hub.Formats.Hl7V2;

/// <summary>The segments of a message that somebody changes, and what scopes need to know of those that came and went.</summary>
internal sealed class Hl7SegmentList : List<Hl7Segment>
{
    /// <summary>An empty one with room.</summary>
    public Hl7SegmentList(int capacity)
        : base(capacity)
    {
    }

    /// <summary>One whose segments have their places as keys.</summary>
    public Hl7SegmentList(IEnumerable<Hl7Segment> segments)
        : base(segments) => NextKey = Count;

    /// <summary>The key of the next segment that is added.</summary>
    public int NextKey { get; set; }

    /// <summary>What followed a segment that was taken away, by their keys.</summary>
    public Dictionary<int, int>? Removed { get; set; }

    /// <summary>A copy.</summary>
    public Hl7SegmentList Clone() => new(this) { NextKey = NextKey, Removed = Removed is null ? null : new(Removed) };
}

namespace Hub.Formats.Hl7V2;

/// <content>Messages made of some of the segments of another.</content>
public sealed partial class Hl7Message
{
    /// <summary>A message of stretches of this one's segments, in their order. It shares the bytes; a change in one is not seen in the other.</summary>
    /// <param name="stretches">Which segments; the first stretch begins with the header.</param>
    /// <returns>The message; when it has every segment of this one, it is written as this one is.</returns>
    public Hl7Message Take(params ReadOnlySpan<Range> stretches)
    {
        List<Hl7Segment> taken = [];
        foreach (Range stretch in stretches)
        {
            (int start, int count) = stretch.GetOffsetAndLength(SegmentCount);
            for (int i = start; i < start + count; i++)
                taken.Add(Segments[i] with { Key = taken.Count });
        }

        if (taken.Count == SegmentCount)
            return Clone();
        return new(default, [], new(taken), Delimiters, WireCharacterSet, Flags) { IsChanged = true };
    }
}

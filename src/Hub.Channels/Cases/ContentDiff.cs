using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>
/// Compares two messages in the way that shows best where they differ. The one place where that way is chosen:
/// HL7 v2 by segments and fields, everything else byte by byte.
/// </summary>
internal static class ContentDiff
{
    // More is noise: something is wrong with the message as a whole.
    public const int Most = 50;

    public static IReadOnlyList<Difference> Compare(string part, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was)
    {
        if (expected.Span.SequenceEqual(was.Span))
            return [];
        List<Difference> found = Hl7Message.Parse(expected, out _) is { } left && Hl7Message.Parse(was, out _) is { } right
            ? new Hl7Diff(part, left, right).Compare()
            : TextDiff.Compare(part, expected.Span, was.Span);
        return found.Count <= Most ? found : [.. found.Take(Most), new(part, "", $"no more than {Most} differences", $"{found.Count}; the rest is not shown")];
    }
}

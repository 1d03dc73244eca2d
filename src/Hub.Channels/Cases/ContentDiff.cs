using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Tables;

namespace Hub.Channels.Cases;

/// <summary>
/// Compares two messages in the way that shows best where they differ. The one place where that way is chosen: by the places of the data type, and where
/// a message is not of it, or is raw bytes, line by line or byte by byte. Only the same bytes are no difference; of HL7 v2 line ends do not matter.
/// </summary>
internal static class ContentDiff
{
    // More is noise: something is wrong with the message as a whole.
    public const int Most = 50;

    public static IReadOnlyList<Difference> Compare(string part, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was, MessageFormat format)
    {
        if (expected.Span.SequenceEqual(was.Span))
            return [];
        List<Difference> found = format.Type == DataType.Hl7v2 ? CompareHl7(part, expected, was) : ByPlace(part, expected, was, format) ?? [.. TextDiff.Compare(part, expected.Span, was.Span)];
        // Of one data type, and every value the same.
        if (found.Count == 0 && format.Type != DataType.Hl7v2)
            found = [.. TextDiff.Compare(part, expected.Span, was.Span).Select(line => line with { Was = $"{line.Was} (every value is the same; it is written in another way)" })];
        return found.Count <= Most ? found : [.. found.Take(Most), new(part, "", $"no more than {Most} differences", $"{found.Count}; the rest is not shown")];
    }

    private static List<Difference> CompareHl7(string part, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was) =>
        Hl7Message.Parse(expected, out _) is { } left && Hl7Message.Parse(was, out _) is { } right
            ? Hl7Diff.Compare(part, left, right)
            : [.. TextDiff.Compare(part, expected.Span, was.Span)];

    // Null: one of the two cannot be read as what it should be.
    private static List<Difference>? ByPlace(string part, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was, MessageFormat format)
    {
        if (format.Type == DataType.Raw || format.Read(expected, out _) is not { } left || format.Read(was, out _) is not { } right)
            return null;
        return format.Type switch
        {
            DataType.Json => new JsonDiff(part).Compare(expected, was),
            DataType.Xml => new XmlDiff(part, format.Namespaces).Compare(expected, was),
            _ => TableDiff.Compare(part, (TableMessage)left, (TableMessage)right),
        };
    }
}

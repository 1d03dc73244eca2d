using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>The differences of two HL7 v2 messages in the words of test cases.</summary>
internal static class Hl7Diff
{
    private const string NoSegment = "no such segment";

    public static List<Difference> Compare(string part, Hl7Message expected, Hl7Message was) =>
        [.. new Hl7Comparison(expected, was).Compare().Select(change => Tell(part, change))];

    private static Difference Tell(string part, Hl7Change change)
    {
        (string left, string right) = change.Kind switch
        {
            Hl7ChangeKind.Removed => (Show(change.Left), NoSegment),
            Hl7ChangeKind.Added => (NoSegment, Show(change.Right)),
            Hl7ChangeKind.Separators => (Show(change.Left), $"{Show(change.Right)} (they differ in separators at the end)"),
            _ => (Show(change.Left), Show(change.Right)),
        };
        // The same words for other bytes: what cannot be shown is told by its bytes.
        return left == right ? new(part, change.Place, $"{left} in other bytes", $"{right} in other bytes") : new(part, change.Place, left, right);
    }

    private static string Show(string? value) => value is null ? "nothing" : Difference.Quote(value);
}

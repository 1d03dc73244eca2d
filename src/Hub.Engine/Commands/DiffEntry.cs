using Hub.Channels.Cases;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;

namespace Hub.Engine.Commands;

/// <summary>One difference of two messages, with the name of its place.</summary>
/// <param name="Message">Which message, from 1, when a side has several; else null.</param>
/// <param name="Place">The place, <c>PID-5.1</c>; <c>line 3</c> of what is not HL7 v2; empty for the message as a whole.</param>
/// <param name="Name">What the standard calls it; null when the version does not have it.</param>
/// <param name="Kind">How they differ: <c>Value</c>, <c>Separators</c>, <c>Removed</c>, <c>Added</c>, or <c>Text</c> of what is not HL7 v2.</param>
/// <param name="Left">What stands there on the left; null when nothing does.</param>
/// <param name="Right">What stands there on the right; null when nothing does.</param>
/// <param name="LeftMeaning">What the code on the left means.</param>
/// <param name="RightMeaning">What the code on the right means.</param>
internal sealed record DiffEntry(int? Message, string Place, string? Name, string Kind, string? Left, string? Right, string? LeftMeaning = null, string? RightMeaning = null)
{
    /// <summary>Compares messages one with one, in their order.</summary>
    public static IReadOnlyList<DiffEntry> Compare(IReadOnlyList<ShownBlock> left, IReadOnlyList<ShownBlock> right)
    {
        int most = Math.Max(left.Count, right.Count);
        List<DiffEntry> found = [];
        for (int i = 0; i < most; i++)
        {
            int? number = most > 1 ? i + 1 : null;
            if (i >= left.Count)
                found.Add(new(number, "", null, nameof(Hl7ChangeKind.Added), null, ShowCommand.TextOf(right[i].Bytes)));
            else if (i >= right.Count)
                found.Add(new(number, "", null, nameof(Hl7ChangeKind.Removed), ShowCommand.TextOf(left[i].Bytes), null));
            else
                found.AddRange(Compare(number, left[i], right[i]));
        }

        return found;
    }

    private static IEnumerable<DiffEntry> Compare(int? number, ShownBlock left, ShownBlock right)
    {
        if (left.Bytes.Span.SequenceEqual(right.Bytes.Span))
            return [];
        if (left.Message is { } a && right.Message is { } b)
            return new Hl7Comparison(a, b).Compare().Select(change => Named(number, change, a, b));
        return TextDiff.Compare("", left.Bytes.Span, right.Bytes.Span).Select(line => new DiffEntry(number, line.Place, null, "Text", line.Expected, line.Was));
    }

    private static DiffEntry Named(int? number, Hl7Change change, Hl7Message left, Hl7Message right)
    {
        Hl7Message there = change.Kind == Hl7ChangeKind.Added ? right : left;
        if (!FieldPath.TryParse(change.Place, out FieldPath? path, out _))
            return new(number, change.Place, null, change.Kind.ToString(), change.Left, change.Right);
        Hl7PlaceName name = Hl7PlaceName.Of(there, path);
        // The type of OBX-5 may differ between the two.
        Hl7PlaceName other = ReferenceEquals(there, right) ? name : Hl7PlaceName.Of(right, path);
        return new(
            number, change.Place, name.Name.Length > 0 ? name.Name : null, change.Kind.ToString(), change.Left, change.Right,
            change.Left is { } l ? name.Meaning(l) : null, change.Right is { } r ? other.Meaning(r) : null);
    }
}

using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>
/// Tells two HL7 v2 messages apart by the deepest place that differs. Values are compared as they stand, escapes and trailing separators and all;
/// line ends, and the last one, do not matter.
/// </summary>
/// <param name="expected">The message on the left.</param>
/// <param name="was">The message on the right.</param>
public sealed class Hl7Comparison(Hl7Message expected, Hl7Message was)
{
    private const int Levels = 3;

    private readonly List<Hl7Change> _found = [];

    private bool HasSameDelimiters => expected.Delimiters == was.Delimiters;

    /// <summary>Compares them. To be asked once.</summary>
    /// <returns>Where they differ, in the order of the segments; empty when they do not.</returns>
    public IReadOnlyList<Hl7Change> Compare()
    {
        string[] expectedNames = Labels(expected);
        string[] wasNames = Labels(was);
        foreach ((int? left, int? right) in Pairs.Of(expected.SegmentCount, was.SegmentCount, Score))
        {
            if (left is { } l && right is { } r)
                CompareSegments(expectedNames[l], expected.SegmentBytes(l).Span, was.SegmentBytes(r).Span);
            else if (left is { } missing)
                Add(Hl7ChangeKind.Removed, expectedNames[missing], expected.SegmentBytes(missing).Span, []);
            else
                Add(Hl7ChangeKind.Added, wasNames[right!.Value], [], was.SegmentBytes(right.Value).Span);
        }

        return _found;
    }

    private int Score(int left, int right)
    {
        if (expected.SegmentBytes(left).Span.SequenceEqual(was.SegmentBytes(right).Span))
            return Pairs.Same;
        return expected.SegmentName(left) == was.SegmentName(right) ? Pairs.Alike : 0;
    }

    // PID, OBX, OBX[2], OBX[3].
    private static string[] Labels(Hl7Message message)
    {
        Dictionary<string, int> seen = [];
        string[] labels = new string[message.SegmentCount];
        for (int i = 0; i < labels.Length; i++)
        {
            string name = message.SegmentName(i);
            int occurrence = seen[name] = seen.GetValueOrDefault(name) + 1;
            labels[i] = occurrence == 1 ? name : $"{name}[{occurrence}]";
        }

        return labels;
    }

    private void CompareSegments(string label, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        bool isHeader = label is "MSH" or "FHS" or "BHS";
        if (left.SequenceEqual(right) && HasSameDelimiters)
            return;
        int before = _found.Count;
        if (isHeader && expected.Delimiters.Field != was.Delimiters.Field)
            Add(Hl7ChangeKind.Value, $"{label}-1", [expected.Delimiters.Field], [was.Delimiters.Field]);
        List<Range> leftFields = Split(left, expected.Delimiters.Field);
        List<Range> rightFields = Split(right, was.Delimiters.Field);
        for (int i = 1; i < Math.Max(leftFields.Count, rightFields.Count); i++)
        {
            // The header counts its separator as field 1 and never splits field 2 (protocol E06).
            string place = $"{label}-{(isHeader ? i + 1 : i)}";
            CompareValues(place, At(left, leftFields, i), At(right, rightFields, i), isHeader && i == 1 ? Levels : 0);
        }

        if (_found.Count == before && HasSameDelimiters)
            Add(Hl7ChangeKind.Separators, label, left, right);
    }

    private void CompareValues(string place, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int level)
    {
        if (left.SequenceEqual(right))
            return;
        List<Range> leftParts = Split(left, Separator(expected, level));
        List<Range> rightParts = Split(right, Separator(was, level));
        if (level >= Levels || left.IsEmpty || right.IsEmpty)
        {
            Add(Hl7ChangeKind.Value, place, left, right);
            return;
        }

        if (leftParts.Count == 1 && rightParts.Count == 1)
        {
            CompareValues(place, left, right, level + 1);
            return;
        }

        int before = _found.Count;
        for (int i = 0; i < Math.Max(leftParts.Count, rightParts.Count); i++)
            CompareValues(level == 0 ? $"{place}[{i + 1}]" : $"{place}.{i + 1}", At(left, leftParts, i), At(right, rightParts, i), level + 1);
        if (_found.Count == before && HasSameDelimiters)
            Add(Hl7ChangeKind.Separators, place, left, right);
    }

    private static byte Separator(Hl7Message message, int level) => level switch
    {
        0 => message.Delimiters.Repetition,
        1 => message.Delimiters.Component,
        2 => message.Delimiters.Subcomponent,
        _ => 0,
    };

    // A delimiter that is not in force is 0.
    private static List<Range> Split(ReadOnlySpan<byte> value, byte separator)
    {
        List<Range> parts = [];
        int start = 0;
        for (int i = 0; i < value.Length && separator != 0; i++)
        {
            if (value[i] != separator)
                continue;
            parts.Add(start..i);
            start = i + 1;
        }

        parts.Add(start..value.Length);
        return parts;
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> value, List<Range> parts, int index) => index < parts.Count ? value[parts[index]] : [];

    private void Add(Hl7ChangeKind kind, string place, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        _found.Add(new(kind, place, Show(expected, left), Show(was, right)));

    private static string? Show(Hl7Message message, ReadOnlySpan<byte> value) => value.IsEmpty ? null : message.CharacterSet.Show(value);
}

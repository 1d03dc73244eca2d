using System.Text;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Fhir.Mapping.Back;

/// <summary>A part of a message that has no parts: where it stands, and its text.</summary>
/// <param name="Segment">The segment's name.</param>
/// <param name="Occurrence">Which of its name, from 1.</param>
/// <param name="Field">The field.</param>
/// <param name="Repetition">The repetition.</param>
/// <param name="Component">The component.</param>
/// <param name="Subcomponent">The subcomponent.</param>
/// <param name="Text">The text, decoded.</param>
/// <param name="Start">Where it begins in the bytes of the message.</param>
/// <param name="Length">How long it is there.</param>
internal sealed record Leaf(string Segment, int Occurrence, int Field, int Repetition, int Component, int Subcomponent, string Text, int Start, int Length)
{
    /// <summary>The place in the standard, without occurrences.</summary>
    public string Place => $"{Segment}-{Field}.{Component}{(Subcomponent > 1 ? $".{Subcomponent}" : "")}";

    public bool IsAt(Leaf other) => (Segment, Occurrence, Field, Repetition, Component, Subcomponent) == (other.Segment, other.Occurrence, other.Field, other.Repetition, other.Component, other.Subcomponent);
}

/// <summary>A message to FHIR and back: which parts the rules mapped, and what became of them.</summary>
internal static class RoundTrip
{
    // What the conversion sets itself: the delimiters, who and when of the message, the numbers of segments.
    public static bool IsOurs(Leaf leaf) => (leaf.Segment == "MSH" && leaf.Field is 1 or 2 or 12 or 18) || (leaf.Segment == "MSH" && leaf is { Field: 9 });

    /// <summary>The parts that the bundle depends on: without one, it is another bundle.</summary>
    public static IEnumerable<Leaf> Mapped(byte[] bytes, byte[] bundle)
    {
        foreach (Leaf leaf in Leaves(bytes).Where(leaf => !IsOurs(leaf)))
        {
            byte[] without = [.. bytes.AsSpan(0, leaf.Start), .. bytes.AsSpan(leaf.Start + leaf.Length)];
            if (Forth(without) is not { } other || !other.AsSpan().SequenceEqual(bundle))
                yield return leaf;
        }
    }

    public static byte[]? Forth(byte[] bytes) =>
        Hl7Message.Parse(bytes, out _) is { } message ? FhirMapping.Guide.Convert(message, new()).Bundle?.ToArray() : null;

    public static FhirBackConversion Back(byte[] bundle) => FhirBackMapping.Guide.Convert(bundle, new() { Now = new(2026, 3, 1, 10, 15, 0, TimeSpan.Zero) });

    /// <summary>The parts of a message.</summary>
    public static List<Leaf> Leaves(byte[] bytes)
    {
        Hl7Message message = Hl7Message.Parse(bytes, out Hl7Fault? fault) ?? throw new InvalidOperationException(fault!.Text);
        string text = Encoding.Latin1.GetString(bytes);
        Hl7Delimiters delimiters = message.Delimiters;
        List<Leaf> leaves = [];
        Dictionary<string, int> counts = [];
        int at = 0;
        foreach (string line in text.Split('\r', '\n'))
        {
            int start = at;
            at += line.Length + 1;
            if (line.Length < 4)
                continue;
            string name = line[..3];
            if (name[0] == 'ï')
                continue;
            int occurrence = counts[name] = counts.GetValueOrDefault(name) + 1;
            int number = name == "MSH" ? 1 : 0;
            foreach ((int fieldStart, string field) in Split(start, line, delimiters.Field))
            {
                if (fieldStart == start)
                    continue;
                number++;
                if (name == "MSH" && number == 2)
                    continue;
                Add(leaves, message, name, occurrence, number, fieldStart, field);
            }
        }

        return leaves;
    }

    private static void Add(List<Leaf> leaves, Hl7Message message, string name, int occurrence, int number, int start, string field)
    {
        int repetition = 0;
        foreach ((int repetitionStart, string value) in Split(start, field, message.Delimiters.Repetition))
        {
            (repetition, int component) = (repetition + 1, 0);
            foreach ((int componentStart, string part) in Split(repetitionStart, value, message.Delimiters.Component))
            {
                (component, int sub) = (component + 1, 0);
                foreach ((int subStart, string leaf) in Split(componentStart, part, message.Delimiters.Subcomponent))
                {
                    sub++;
                    if (leaf.Trim().Length > 0)
                        leaves.Add(new(name, occurrence, number, repetition, component, sub, message.Decode(Encoding.Latin1.GetBytes(leaf)).Trim(), subStart, leaf.Length));
                }
            }
        }
    }

    private static IEnumerable<(int Start, string Text)> Split(int start, string text, byte separator)
    {
        foreach (string part in text.Split((char)separator))
        {
            yield return (start, part);
            start += part.Length + 1;
        }
    }

    private static DateTime Instant(Hl7Timestamp time, TimeSpan zone) => time.Local - (time.Digits <= Hl7Timestamp.Day ? TimeSpan.Zero : time.Offset ?? zone);

    /// <summary>The zone of times that name none: that of MSH-7, else UTC.</summary>
    public static TimeSpan Zone(IEnumerable<Leaf> leaves) =>
        leaves.FirstOrDefault(leaf => leaf is { Segment: "MSH", Field: 7 }) is { } sent && Hl7Timestamp.TryParse(sent.Text, out Hl7Timestamp time) ? time.Offset ?? TimeSpan.Zero : TimeSpan.Zero;

    /// <summary>Whether two texts say the same: a time in another spelling is the same time.</summary>
    public static bool IsSame(string left, string right, TimeSpan zone)
    {
        if (string.Equals(left, right, StringComparison.Ordinal))
            return true;
        if (left.Length >= 4 && Hl7Timestamp.TryParse(left, out Hl7Timestamp first) && Hl7Timestamp.TryParse(right, out Hl7Timestamp second) && right.Length >= 4)
            return Instant(first, zone) == Instant(second, zone) || (first.Digits <= Hl7Timestamp.Day && first.Local.Date == second.Local.Date);
        return decimal.TryParse(left, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out decimal number)
            && decimal.TryParse(right, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out decimal other) && number == other;
    }
}

using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>Splits a block into segments and checks what has to hold for all of them. O(n) in bytes.</summary>
internal static class Hl7Parser
{
    // Protocol E21.
    private const int MaxSegments = 100_000;
    private const int MaxFields = 10_000;
    private const int MaxRepetitions = 10_000;
    private const int MaxComponents = 1_000;
    private const int MaxSubcomponents = 1_000;

    private const string OneAtATime = "Send its messages one at a time.";

    public static Hl7Message? Parse(ReadOnlyMemory<byte> content, Hl7CharacterSet fallback, out Hl7Fault? fault)
    {
        int start = Hl7Header.Find(content.Span);
        if (start < 0)
        {
            fault = new(true, true, 100, null, "The block is not an HL7 v2 message: it does not begin with MSH in a character set of single bytes. Send ER7 text (MSH|^~\\&|...).");
            return null;
        }

        ReadOnlySpan<byte> header = content.Span[start..];
        if (!header.StartsWith("MSH"u8))
        {
            fault = new(false, true, 200, null, $"The block is a batch (it begins with FHS or BHS). {OneAtATime}");
            return null;
        }

        if (!Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters))
        {
            fault = new(false, false, 102, "MSH-2", "The delimiters of MSH-1 and MSH-2 cannot be used: give 1 to 5 different punctuation characters, usually ^~\\&.");
            return null;
        }

        List<Hl7Segment> segments = Split(content, start, delimiters.Field, out bool embedded);
        fault = CheckLimits(segments, delimiters);
        return fault is null ? WithCharacterSet(content, start, segments, delimiters, fallback, embedded, out fault) : null;
    }

    private static Hl7Message? WithCharacterSet(ReadOnlyMemory<byte> content, int start, List<Hl7Segment> segments, Hl7Delimiters delimiters, Hl7CharacterSet fallback, bool embedded, out Hl7Fault? fault)
    {
        ReadOnlySpan<byte> field = Hl7Segment.Field(segments[0].Bytes.Span, delimiters.Field, 18);
        string named = Encoding.Latin1.GetString(Hl7Parts.Get(field, delimiters.Repetition, 1));
        // A byte order mark before the header is no text.
        Hl7CharacterSet? set = Hl7CharacterSet.Choose(content.Span[start..], named, fallback, out string? flag);
        if (set is null)
        {
            fault = new(false, false, 103, "MSH-18", "The character set named in MSH-18 is not one that is read here, and the message is not plain ASCII. Send UNICODE UTF-8 or one of 8859/1 to 8859/15.");
            return null;
        }

        fault = null;
        return new(content, segments, delimiters, set, FlagsOf(embedded, flag));
    }

    private static string[] FlagsOf(bool embedded, string? characterSet) => (embedded, characterSet) switch
    {
        (false, null) => [],
        (false, _) => [characterSet],
        (true, null) => ["embedded-lf"],
        (true, _) => ["embedded-lf", characterSet],
    };

    /// <summary>Stops one segment beyond the limit.</summary>
    private static List<Hl7Segment> Split(ReadOnlyMemory<byte> content, int start, byte separator, out bool embedded)
    {
        List<Hl7Segment> segments = new(16);
        int from = start;
        embedded = false;
        ReadOnlySpan<byte> bytes = content.Span;
        while (from < bytes.Length && segments.Count <= MaxSegments)
        {
            int end = Hl7Terminators.FindEnd(bytes, from, separator, ref embedded);
            // E02: empty segments are no segments.
            if (end > from)
                segments.Add(new(segments.Count, content[from..end]));
            from = end + 1;
        }

        return segments;
    }

    private static Hl7Fault? CheckLimits(List<Hl7Segment> segments, Hl7Delimiters delimiters)
    {
        if (segments.Count > MaxSegments)
            return TooMany("segments", MaxSegments);
        for (int i = 0; i < segments.Count; i++)
        {
            ReadOnlySpan<byte> segment = segments[i].Bytes.Span;
            // B01: a batch may go without its headers. Two messages read as one would mix two patients.
            if (i > 0 && Hl7Segment.HasName(segment, "MSH", delimiters.Field))
                return new(false, true, 200, null, $"The block holds several messages (MSH more than once). {OneAtATime}");
            // A segment shorter than the smallest limit cannot pass any.
            if (segment.Length >= MaxComponents && CheckLimits(segment, delimiters) is { } fault)
                return fault;
        }

        return null;
    }

    private static Hl7Fault? CheckLimits(ReadOnlySpan<byte> segment, Hl7Delimiters delimiters)
    {
        int fields = 1, repetitions = 1, components = 1, subcomponents = 1;
        foreach (byte value in segment)
        {
            // 0 stands for a delimiter that is not in force, so a NUL is never one.
            if (value == 0)
                continue;
            if (value == delimiters.Field)
                (fields, repetitions, components, subcomponents) = (fields + 1, 1, 1, 1);
            else if (value == delimiters.Repetition)
                (repetitions, components, subcomponents) = (repetitions + 1, 1, 1);
            else if (value == delimiters.Component)
                (components, subcomponents) = (components + 1, 1);
            else if (value == delimiters.Subcomponent)
                subcomponents++;
            else
                continue;
            // The name, or in a header MSH-1, is the part that is no field.
            if (fields > MaxFields + 1)
                return TooMany("fields in a segment", MaxFields);
            if (repetitions > MaxRepetitions)
                return TooMany("repetitions in a field", MaxRepetitions);
            if (components > MaxComponents)
                return TooMany("components in a repetition", MaxComponents);
            if (subcomponents > MaxSubcomponents)
                return TooMany("subcomponents in a component", MaxSubcomponents);
        }

        return null;
    }

    private static Hl7Fault TooMany(string what, int limit) =>
        new(false, false, 102, null, $"The message has too many {what} (more than {limit}). Split it at the sender.");
}

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

    private static readonly FieldPath s_characterSet = FieldPath.Parse("MSH-18[1]");

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
            fault = new(false, true, 200, null, "The block is a batch (it begins with FHS or BHS). Send its messages one at a time.");
            return null;
        }

        if (!Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters))
        {
            fault = new(false, false, 102, "MSH-2", "The delimiters of MSH-1 and MSH-2 cannot be used: give 1 to 5 different punctuation characters, usually ^~\\&.");
            return null;
        }

        List<string> flags = [];
        List<Hl7Segment>? segments = Split(content, start, delimiters.Field, flags);
        fault = segments is null ? TooMany("segments", MaxSegments) : CheckLimits(segments, delimiters);
        return fault is null ? WithCharacterSet(content, segments!, delimiters, fallback, flags, out fault) : null;
    }

    private static Hl7Message? WithCharacterSet(ReadOnlyMemory<byte> content, List<Hl7Segment> segments, Hl7Delimiters delimiters, Hl7CharacterSet fallback, List<string> flags, out Hl7Fault? fault)
    {
        ReadOnlySpan<byte> named = new Hl7Message(content, segments, delimiters, Hl7CharacterSet.Ascii, flags).GetRaw(s_characterSet);
        Hl7CharacterSet? set = Hl7CharacterSet.Choose(content.Span, System.Text.Encoding.Latin1.GetString(named), fallback, flags);
        fault = set is null
            ? new(false, false, 103, "MSH-18", "The character set named in MSH-18 is not one that is read here, and the message is not plain ASCII. Send UNICODE UTF-8 or one of 8859/1 to 8859/15.")
            : null;
        return set is null ? null : new(content, segments, delimiters, set, flags);
    }

    private static List<Hl7Segment>? Split(ReadOnlyMemory<byte> content, int start, byte separator, List<string> flags)
    {
        List<Hl7Segment> segments = new(16);
        int from = start;
        bool embedded = false;
        ReadOnlySpan<byte> bytes = content.Span;
        while (from < bytes.Length)
        {
            int end = FindEnd(bytes, from, separator, ref embedded);
            if (end > from && segments.Count == MaxSegments)
                return null;
            // E02: empty segments are no segments.
            if (end > from)
                segments.Add(new(segments.Count, content[from..end]));
            from = end + 1;
        }

        if (embedded)
            flags.Add("embedded-lf");
        return segments;
    }

    /// <summary>E01: CR ends a segment; a LF only after a CR, at the end, or before what looks like a segment.</summary>
    private static int FindEnd(ReadOnlySpan<byte> bytes, int from, byte separator, ref bool embedded)
    {
        int at = from;
        while (true)
        {
            int found = bytes[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0)
                return bytes.Length;
            at += found;
            if (bytes[at] == (byte)'\r' || at == from || EndsSegment(bytes[(at + 1)..], separator))
                return at;
            embedded = true;
            at++;
        }
    }

    private static bool EndsSegment(ReadOnlySpan<byte> next, byte separator)
    {
        next = next.TrimStart("\r\n"u8);
        return next.IsEmpty || (next.Length > 3 && next[3] == separator && char.IsAsciiLetterUpper((char)next[0]) && IsNameByte(next[1]) && IsNameByte(next[2]));
    }

    private static bool IsNameByte(byte value) => char.IsAsciiLetterUpper((char)value) || char.IsAsciiDigit((char)value);

    private static Hl7Fault? CheckLimits(List<Hl7Segment> segments, Hl7Delimiters delimiters)
    {
        foreach (Hl7Segment segment in segments)
        {
            // A segment shorter than the smallest limit cannot pass any.
            if (segment.Bytes.Length >= MaxComponents && CheckLimits(segment.Bytes.Span, delimiters) is { } fault)
                return fault;
        }

        return null;
    }

    private static Hl7Fault? CheckLimits(ReadOnlySpan<byte> segment, Hl7Delimiters delimiters)
    {
        int fields = 0, repetitions = 0, components = 0, subcomponents = 0;
        foreach (byte value in segment)
        {
            if (value == delimiters.Field)
                (fields, repetitions, components, subcomponents) = (fields + 1, 0, 0, 0);
            else if (value == delimiters.Repetition)
                (repetitions, components, subcomponents) = (repetitions + 1, 0, 0);
            else if (value == delimiters.Component)
                (components, subcomponents) = (components + 1, 0);
            else if (value == delimiters.Subcomponent)
                subcomponents++;
            else
                continue;
            if (fields > MaxFields || repetitions >= MaxRepetitions || components >= MaxComponents || subcomponents >= MaxSubcomponents)
                return TooMany("fields, repetitions, components or subcomponents in one segment", MaxFields);
        }

        return null;
    }

    private static Hl7Fault TooMany(string what, int limit) =>
        new(false, false, 102, null, $"The message has too many {what} (more than {limit}). Split it at the sender.");
}

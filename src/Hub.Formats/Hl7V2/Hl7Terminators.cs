namespace Hub.Formats.Hl7V2;

/// <summary>
/// Where segments end (HL7 v2.5.1 §2.5.4; protocol E01): at a CR; at line feeds only when a CR, the end, or what looks like a
/// segment follows them. Any other line feed is data. O(n) in bytes.
/// </summary>
internal static class Hl7Terminators
{
    /// <summary>Finds the end of the segment that begins at a place.</summary>
    /// <param name="content">The block.</param>
    /// <param name="from">Where the segment begins.</param>
    /// <param name="separator">The field separator.</param>
    /// <param name="embedded">Set when the segment holds a line feed that is data.</param>
    /// <returns>The position of the terminator, or of the end of the block.</returns>
    public static int FindEnd(ReadOnlySpan<byte> content, int from, byte separator, ref bool embedded)
    {
        int at = from;
        while (true)
        {
            int found = content[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0)
                return content.Length;
            at += found;
            // At the very start it is the other half of CR LF, or an empty segment.
            if (content[at] == (byte)'\r' || at == from)
                return at;
            int run = LineFeeds(content[at..]);
            if (EndsSegment(content[(at + run)..], separator))
                return at;
            embedded = true;
            at += run;
        }
    }

    /// <summary>Writes a segment so that it is read back as one: a line feed in it that would end it, or begin a part of a batch, becomes an escape sequence.</summary>
    /// <exception cref="Hl7FormatException">There is such a line feed and no escape character.</exception>
    public static byte[] Escape(byte[] segment, Hl7Delimiters delimiters)
    {
        int at = 0;
        while (segment.AsSpan(at).IndexOf((byte)'\n') is >= 0 and int found)
        {
            at += found;
            int run = LineFeeds(segment.AsSpan(at));
            if (EndsSegment(segment.AsSpan(at + run), delimiters.Field) || Hl7BatchReader.Begins(segment.AsSpan(at + run), delimiters.Field, isAfterLineFeed: true))
            {
                byte[] escaped = Hl7Escapes.Encode(segment.AsSpan(at, run), delimiters);
                segment = [.. segment[..at], .. escaped, .. segment[(at + run)..]];
                run = escaped.Length;
            }

            at += run;
        }

        return segment;
    }

    private static int LineFeeds(ReadOnlySpan<byte> content)
    {
        int run = content.IndexOfAnyExcept((byte)'\n');
        return run < 0 ? content.Length : run;
    }

    private static bool EndsSegment(ReadOnlySpan<byte> next, byte separator) =>
        next.IsEmpty || next[0] == (byte)'\r'
        || (next.Length > 3 && next[3] == separator && char.IsAsciiLetterUpper((char)next[0]) && IsNameByte(next[1]) && IsNameByte(next[2]));

    private static bool IsNameByte(byte value) => char.IsAsciiLetterUpper((char)value) || char.IsAsciiDigit((char)value);
}

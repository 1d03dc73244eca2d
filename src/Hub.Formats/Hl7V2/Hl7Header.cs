using Hub.Formats.Hl7V2.MultiByte;

namespace Hub.Formats.Hl7V2;

/// <summary>Reads the header segment of a message without looking at the rest: for answers and for matching them.</summary>
public static class Hl7Header
{
    /// <summary>Where the header segment begins: after an optional UTF-8 byte order mark and white space (protocol E03).</summary>
    /// <param name="content">The bytes of a block.</param>
    /// <returns>The position of <c>MSH</c>, <c>FHS</c> or <c>BHS</c>; -1 when the block does not begin with one or is too short to be a message.</returns>
    public static int Find(ReadOnlySpan<byte> content)
    {
        int start = content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        int blank = content[start..].IndexOfAnyExcept(" \t\r\n"u8);
        if (blank < 0)
            return -1;
        ReadOnlySpan<byte> rest = content[(start + blank)..];
        bool header = rest.StartsWith("MSH"u8) || rest.StartsWith("FHS"u8) || rest.StartsWith("BHS"u8);
        // A NUL where the first delimiters stand is no text of single bytes (protocol E18).
        return header && rest.Length >= 8 && !rest[3..5].Contains((byte)0) ? start + blank : -1;
    }

    /// <summary>The header segment, without what ends it.</summary>
    /// <param name="content">The bytes of a block.</param>
    /// <returns>The segment; empty when the block is not a message.</returns>
    public static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> content)
    {
        int start = Find(content);
        if (start < 0)
            return [];
        bool embedded = false;
        return content[start..Hl7Terminators.FindEnd(content, start, content[start + 3], ref embedded)];
    }

    /// <summary>A field of the header segment as it stands, whatever the rest of the message is like.</summary>
    /// <param name="content">The bytes of a block.</param>
    /// <param name="field">The field, from 3.</param>
    /// <returns>The raw bytes; empty when it is not there or the block is not a message.</returns>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> content, int field)
    {
        ReadOnlySpan<byte> header = Segment(content);
        if (header.Length < 4)
            return [];
        if (CharacterSetChoice.IsPlain(header) || !header.StartsWith("MSH"u8))
            return Hl7Parts.Get(header, header[3], field);
        // E20: a byte of the separator may be half of a character.
        Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters);
        MultiByteSet? set = CharacterSetChoice.InHeader(header, delimiters with { Field = header[3] }, out _)?.MultiByte;
        if (set is null)
            return Hl7Parts.Get(header, header[3], field);
        int careful = Math.Min(header.Length, CharacterSetChoice.LongestHeader);
        byte[] masked = [.. set.Mask(header[..careful]), .. header[careful..]];
        return Hl7Parts.TryFind(masked, header[3], field, out Range place) ? header[place] : [];
    }
}

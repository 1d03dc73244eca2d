namespace Hub.Formats.Hl7V2;

/// <summary>One segment of a message: a view over its bytes, without the terminator.</summary>
/// <param name="Key">Tells segments of a message apart while others are added and removed.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct Hl7Segment(int Key, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>MSH, FHS and BHS count their separator as field 1 (protocol E06).</summary>
    public static bool IsHeader(ReadOnlySpan<byte> segment) =>
        segment.StartsWith("MSH"u8) || segment.StartsWith("FHS"u8) || segment.StartsWith("BHS"u8);

    /// <summary>Whether the segment has this name.</summary>
    public static bool HasName(ReadOnlySpan<byte> segment, ReadOnlySpan<char> name, byte separator)
    {
        if (segment.Length < name.Length || (segment.Length > name.Length && segment[name.Length] != separator))
            return false;
        for (int i = 0; i < name.Length; i++)
        {
            if (segment[i] != name[i])
                return false;
        }

        return true;
    }

    /// <summary>The place of a field among the parts of a segment, the name being the first part.</summary>
    public static int PartOf(ReadOnlySpan<byte> segment, int field) => IsHeader(segment) ? field : field + 1;
}

namespace Hub.Formats.Hl7V2;

/// <summary>One segment of a message: a view over its bytes, without the terminator.</summary>
/// <param name="Key">Tells segments of a message apart while others are added and removed.</param>
/// <param name="Bytes">The bytes that everything is read from: UTF-8 in a message of several bytes a character (protocol E20).</param>
/// <param name="Wire">The bytes that are written.</param>
internal readonly record struct Hl7Segment(int Key, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Wire)
{
    /// <summary>MSH, FHS and BHS count their separator as field 1 (protocol E06).</summary>
    public static bool IsHeader(ReadOnlySpan<byte> segment, byte separator) =>
        segment.Length >= 3 && segment[2] is (byte)'H' or (byte)'S' && (HasName(segment, "MSH", separator) || HasName(segment, "FHS", separator) || HasName(segment, "BHS", separator));

    /// <summary>Whether a path is to one of the two fields that hold delimiters: never split, never escaped (protocol E06).</summary>
    public static bool HoldsDelimiters(FieldPath path) => path.Field is 1 or 2 && path.Segment is ("MSH" or "FHS" or "BHS");

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

    /// <summary>A field as it stands; empty when there are fewer.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> segment, byte separator, int field)
    {
        if (field == 1 && IsHeader(segment, separator))
            return segment.Length > 3 ? segment.Slice(3, 1) : [];
        return Hl7Parts.Get(segment, separator, PartOf(segment, separator, field));
    }

    /// <summary>The place of a field among the parts of a segment, the name being the first part.</summary>
    public static int PartOf(ReadOnlySpan<byte> segment, byte separator, int field) => IsHeader(segment, separator) ? field : field + 1;
}

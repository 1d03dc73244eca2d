namespace Hub.Formats.Hl7V2.Validation;

/// <summary>The name of a segment as one number, so that finding what is known of it makes no string.</summary>
internal static class SegmentKey
{
    /// <summary>The key of what is no name.</summary>
    public const int None = -1;

    /// <summary>The key of a segment by its bytes; <see cref="None"/> when it does not begin with three capital letters or digits and the field separator.</summary>
    public static int Of(ReadOnlySpan<byte> segment, byte separator)
    {
        bool isNamed = segment.Length >= 3 && char.IsAsciiLetterUpper((char)segment[0]) && IsPart(segment[1]) && IsPart(segment[2])
            && (segment.Length == 3 || segment[3] == separator);
        return isNamed ? (segment[0] << 16) | (segment[1] << 8) | segment[2] : None;
    }

    /// <summary>The key of a name.</summary>
    public static int Of(string name) => (name[0] << 16) | (name[1] << 8) | name[2];

    /// <summary>The name of a key.</summary>
    public static string Name(int key) => new([(char)(key >> 16), (char)((key >> 8) & 0xFF), (char)(key & 0xFF)]);

    /// <summary>Whether the segment is one of a site's own.</summary>
    public static bool IsOwn(int key) => key >> 16 == 'Z';

    private static bool IsPart(byte value) => char.IsAsciiLetterUpper((char)value) || char.IsAsciiDigit((char)value);
}

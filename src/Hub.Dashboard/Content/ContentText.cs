using Hub.Formats.Hl7V2;

namespace Hub.Dashboard.Content;

/// <summary>Bytes as text for people to read.</summary>
public static class ContentText
{
    /// <summary>The text: an HL7 v2 message in its character set, a segment a line; anything else as UTF-8, and as 8859/1 where it is not that.</summary>
    public static string Of(ReadOnlyMemory<byte> bytes)
    {
        string text = CharacterSetOf(bytes).Show(bytes.Span);
        return text.ReplaceLineEndings("\n").Replace('\r', '\n').TrimEnd('\n');
    }

    /// <summary>The character set that the bytes are read in.</summary>
    public static Hl7CharacterSet CharacterSetOf(ReadOnlyMemory<byte> bytes) => Hl7Message.Parse(bytes, out _)?.WireCharacterSet ?? Hl7CharacterSet.Utf8;
}

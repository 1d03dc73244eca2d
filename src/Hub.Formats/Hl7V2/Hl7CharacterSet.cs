using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>How the bytes of a message are read as text: MSH-18, first repetition, HL7 table 0211 (protocol E16 to E19).</summary>
public sealed class Hl7CharacterSet
{
    private static readonly Dictionary<string, Hl7CharacterSet> s_known = Known();

    private readonly Encoding _encoding;

    private Hl7CharacterSet(string name, Encoding encoding)
    {
        Name = name;
        _encoding = (Encoding)encoding.Clone();
        _encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        _encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
    }

    /// <summary>7-bit ASCII, what an empty MSH-18 means.</summary>
    public static Hl7CharacterSet Ascii => s_known["ASCII"];

    /// <summary>UTF-8.</summary>
    public static Hl7CharacterSet Utf8 => s_known["UNICODE UTF-8"];

    /// <summary>The name in table 0211.</summary>
    public string Name { get; }

    /// <summary>Finds a set by its name in table 0211, trimmed and without regard to case.</summary>
    /// <param name="name">What MSH-18 says.</param>
    /// <returns>The set, or null when it is not one that this Hub reads.</returns>
    public static Hl7CharacterSet? Find(string name) => s_known.GetValueOrDefault(name.Trim().ToUpperInvariant());

    /// <summary>Reads bytes as text.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text of this set; nothing is ever replaced silently (protocol E19).</exception>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new Hl7FormatException($"Bytes are not text in the character set {Name}. The sender has to name the set it uses in MSH-18.");
        }
    }

    /// <summary>Reads bytes as text for people to look at: what is not text of this set is shown byte by byte as 8859/1.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text.</returns>
    public string Show(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Ascii.IsValid(bytes))
            return Encoding.ASCII.GetString(bytes);
        try
        {
            return _encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>Writes text as bytes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="Hl7FormatException">The set has no bytes for a character of the text.</exception>
    public byte[] Encode(string text)
    {
        try
        {
            return _encoding.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new Hl7FormatException($"A character cannot be written in the message's character set {Name}. Set MSH-18 to UNICODE UTF-8 at the sender, or map the character.");
        }
    }

    /// <summary>Chooses the set for a message.</summary>
    /// <param name="content">The whole message.</param>
    /// <param name="named">The first repetition of MSH-18.</param>
    /// <param name="fallback">The set for bytes over 0x7F when none is named and they are not UTF-8 (protocol E17).</param>
    /// <param name="flag">The oddity noticed, if any.</param>
    /// <returns>The set; null when the message names one that cannot be read and needs it (protocol E18).</returns>
    internal static Hl7CharacterSet? Choose(ReadOnlySpan<byte> content, string named, Hl7CharacterSet fallback, out string? flag)
    {
        bool ascii = System.Text.Ascii.IsValid(content);
        if (string.IsNullOrWhiteSpace(named))
        {
            bool known = ascii || Utf8.CanRead(content);
            flag = known ? null : "charset-guessed";
            return ascii ? Ascii : known ? Utf8 : fallback;
        }

        Hl7CharacterSet? set = Find(named);
        flag = set is null ? "charset-unknown" : ascii || set.CanRead(content) ? null : "charset-invalid";
        return set ?? (ascii ? Ascii : null);
    }

    private bool CanRead(ReadOnlySpan<byte> content)
    {
        if (this == Utf8)
            return System.Text.Unicode.Utf8.IsValid(content);
        try
        {
            _encoding.GetCharCount(content);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static Dictionary<string, Hl7CharacterSet> Known()
    {
        Dictionary<string, Hl7CharacterSet> known = new(StringComparer.Ordinal);
        Add(known, Encoding.ASCII, "ASCII", "ISO IR6");
        Add(known, new UTF8Encoding(false), "UNICODE UTF-8", "UNICODE", "UTF-8", "UTF8");
        Add(known, Encoding.Latin1, "8859/1");
        foreach (int part in new[] { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15 })
            Add(known, TableEncoding.ForPart(part), $"8859/{part}");
        return known;
    }

    private static void Add(Dictionary<string, Hl7CharacterSet> known, Encoding encoding, params string[] names)
    {
        Hl7CharacterSet set = new(names[0], encoding);
        foreach (string name in names)
            known.Add(name, set);
    }
}

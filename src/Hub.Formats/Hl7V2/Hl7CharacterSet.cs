using System.Text;
using Hub.Formats.Hl7V2.MultiByte;

namespace Hub.Formats.Hl7V2;

/// <summary>How the bytes of a message are read as text: MSH-18, HL7 table 0211 (protocol E16 to E20).</summary>
public sealed class Hl7CharacterSet
{
    private static readonly Dictionary<string, Hl7CharacterSet> s_known = Known();
    private static readonly Dictionary<string, Hl7CharacterSet>.AlternateLookup<ReadOnlySpan<char>> s_lookup = s_known.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Encoding _encoding;

    private Hl7CharacterSet(string name, Encoding encoding)
    {
        Name = name;
        _encoding = (Encoding)encoding.Clone();
        _encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        _encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
    }

    private Hl7CharacterSet(string name, MultiByteSet multiByte)
        : this(name, Encoding.UTF8)
    {
        MultiByte = multiByte;
        Held = new(name, Encoding.UTF8) { IsUtf8 = true };
    }

    /// <summary>7-bit ASCII, what an empty MSH-18 means.</summary>
    public static Hl7CharacterSet Ascii { get; } = s_known["ASCII"];

    /// <summary>UTF-8.</summary>
    public static Hl7CharacterSet Utf8 { get; } = s_known["UNICODE UTF-8"];

    /// <summary>The name in table 0211; Shift_JIS has none there.</summary>
    public string Name { get; }

    /// <summary>The name in the IANA registry, as HTTP has it.</summary>
    public string MimeName => Name switch
    {
        "ASCII" => "us-ascii",
        "UNICODE UTF-8" => "utf-8",
        "ISO IR14" => "jis_x0201",
        "ISO IR87" => "iso-2022-jp",
        "ISO IR159" => "iso-2022-jp-1",
        "SHIFT_JIS" => "shift_jis",
        "GB 18030-2000" => "gb18030",
        "KS X 1001" => "euc-kr",
        "CNS 11643-1992" => "x-euc-tw",
        "BIG-5" => "big5",
        _ => $"iso-{Name.Replace('/', '-')}",
    };

    /// <summary>How a set with characters of several bytes is read (protocol E20); null for the others, UTF-8 among them.</summary>
    internal MultiByteSet? MultiByte { get; }

    /// <summary>How a message in a set of several bytes a character is held: UTF-8, under the name of the set that its sender knows; null for the others.</summary>
    internal Hl7CharacterSet? Held { get; }

    /// <summary>Whether the bytes are UTF-8, under whatever name.</summary>
    internal bool IsUtf8 { get; private init; }

    /// <summary>Every set that is read, once.</summary>
    internal static IEnumerable<Hl7CharacterSet> All => s_known.Values.Distinct();

    /// <summary>Finds a set by its name in table 0211, trimmed and without regard to case.</summary>
    /// <param name="name">What MSH-18 says.</param>
    /// <returns>The set, or null when it is not one that this Hub reads.</returns>
    public static Hl7CharacterSet? Find(ReadOnlySpan<char> name) => s_lookup.TryGetValue(name.Trim(), out Hl7CharacterSet? set) ? set : null;

    /// <summary>Reads bytes as text.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text of this set; nothing is ever replaced silently (protocol E19).</exception>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return MultiByte is null ? _encoding.GetString(bytes) : MultiByte.Decode(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new Hl7FormatException($"Bytes are not text in the character set {Name}. The sender has to name the set it uses in MSH-18.");
        }
    }

    /// <summary>Reads bytes as text for people to look at: what is not text of this set is shown byte by byte as 8859/1, in a set of several bytes a character as <c>\Xhh\</c>, the bytes as received.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text.</returns>
    public string Show(ReadOnlySpan<byte> bytes)
    {
        if (MultiByte?.IsPlain(bytes) ?? System.Text.Ascii.IsValid(bytes))
            return Encoding.ASCII.GetString(bytes);
        try
        {
            return MultiByte is null ? _encoding.GetString(bytes) : MultiByte.Decode(bytes);
        }
        catch (DecoderFallbackException)
        {
            if (MultiByte is null && (this == Utf8 || !IsUtf8))
                return Encoding.Latin1.GetString(bytes);
            bool valid = true;
            return MultiByteSet.Show(MultiByte is null ? bytes : MultiByte.ToUtf8(bytes, ref valid));
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
            return MultiByte is null ? _encoding.GetBytes(text) : MultiByte.Encode(text);
        }
        catch (EncoderFallbackException)
        {
            throw Unwritable();
        }
    }

    /// <summary>Whether every byte is text of this set.</summary>
    internal bool CanRead(ReadOnlySpan<byte> content)
    {
        if (IsUtf8)
            return System.Text.Unicode.Utf8.IsValid(content);
        if (MultiByte is not null)
        {
            bool valid = true;
            MultiByte.ToUtf8(content, ref valid);
            return valid;
        }

        // What is left are 8859/1, which has them all, and ASCII.
        return _encoding is TableEncoding table ? table.CanRead(content) : this != Ascii || System.Text.Ascii.IsValid(content);
    }

    /// <summary>Writes UTF-8, in which a message of several bytes a character is held, as bytes of this set.</summary>
    /// <exception cref="Hl7FormatException">The set has no bytes for a character.</exception>
    internal ReadOnlyMemory<byte> FromUtf8(ReadOnlyMemory<byte> text)
    {
        if (MultiByte is null || MultiByte.IsPlain(text.Span))
            return text;
        try
        {
            return MultiByte.FromUtf8(text.Span);
        }
        catch (EncoderFallbackException)
        {
            throw Unwritable();
        }
    }

    private Hl7FormatException Unwritable() =>
        new($"A character cannot be written in the message's character set {Name}. Set MSH-18 to UNICODE UTF-8 at the sender, or map the character.");

    private static Dictionary<string, Hl7CharacterSet> Known()
    {
        Dictionary<string, Hl7CharacterSet> known = new(StringComparer.OrdinalIgnoreCase);
        Add(known, new("ASCII", Encoding.ASCII), "ISO IR6");
        Add(known, new("UNICODE UTF-8", new UTF8Encoding(false)) { IsUtf8 = true }, "UNICODE", "UTF-8", "UTF8");
        Add(known, new("8859/1", Encoding.Latin1));
        foreach (int part in new[] { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15 })
            Add(known, new($"8859/{part}", TableEncoding.ForPart(part)));
        Add(known, new("ISO IR14", TableEncoding.Katakana));
        Add(known, new("ISO IR87", new Iso2022Set(supplementary: false)));
        Add(known, new("ISO IR159", new Iso2022Set(supplementary: true)));
        Add(known, new("SHIFT_JIS", PairSet.ShiftJis), "SHIFT-JIS", "SJIS");
        Add(known, new("GB 18030-2000", new Gb18030Set()), "GB 18030", "GB18030");
        Add(known, new("KS X 1001", PairSet.Korean));
        Add(known, new("CNS 11643-1992", new CnsSet()));
        Add(known, new("BIG-5", PairSet.Big5), "BIG5");
        return known;
    }

    private static void Add(Dictionary<string, Hl7CharacterSet> known, Hl7CharacterSet set, params string[] otherNames)
    {
        foreach (string name in otherNames.Append(set.Name))
            known.Add(name, set);
    }
}

using System.Buffers;
using System.Text;
using Hub.Formats.Hl7V2.MultiByte;

namespace Hub.Formats.Hl7V2;

/// <summary>Which character set a message is in (protocol E16 to E20).</summary>
internal static class CharacterSetChoice
{
    private const int Field = 18;
    private const int LongestName = 40;
    private const byte Escape = 0x1B;

    /// <summary>How much of a header is looked at with care for characters of several bytes; far more than any sender fills, so that a hostile one costs little.</summary>
    internal const int LongestHeader = 4 * 1024;

    private static readonly Hl7CharacterSet s_shiftJis = Hl7CharacterSet.Find("SHIFT_JIS")!;
    private static readonly Hl7CharacterSet s_katakana = Hl7CharacterSet.Find("ISO IR14")!;
    private static readonly SearchValues<string> s_names = SearchValues.Create(["JIS", "ISO IR", "BIG", "GB", "KS X", "CNS"], StringComparison.OrdinalIgnoreCase);
    private static readonly Hl7CharacterSet[] s_multiByte = [.. Hl7CharacterSet.All.Where(set => set.MultiByte is not null)];

    /// <summary>Chooses the set for a message.</summary>
    /// <param name="content">The message from its header on: a byte order mark is no text.</param>
    /// <param name="header">Its header segment.</param>
    /// <param name="delimiters">Its delimiters.</param>
    /// <param name="fallback">The set for bytes over 0x7F when none is named and they are not UTF-8 (protocol E17).</param>
    /// <param name="flag">The oddity noticed, if any; whether bytes are text of a set of several bytes a character is seen when they are decoded.</param>
    /// <returns>The set; null when the message names one that cannot be read and needs it (protocol E18).</returns>
    public static Hl7CharacterSet? Choose(ReadOnlySpan<byte> content, ReadOnlySpan<byte> header, Hl7Delimiters delimiters, Hl7CharacterSet fallback, out string? flag)
    {
        bool ascii = Ascii.IsValid(content);
        Hl7CharacterSet? set = InHeader(header, delimiters, out bool isNamed);
        flag = null;
        if (!isNamed)
        {
            bool known = ascii || Hl7CharacterSet.Utf8.CanRead(content);
            flag = known ? null : "charset-guessed";
            return ascii ? Hl7CharacterSet.Ascii : known ? Hl7CharacterSet.Utf8 : fallback;
        }

        if (set is null)
        {
            flag = "charset-unknown";
            return ascii ? Hl7CharacterSet.Ascii : null;
        }

        if (ascii)
            return set;
        if (IsShiftJis(set, content))
        {
            flag = "charset-guessed";
            return s_shiftJis;
        }

        flag = set.MultiByte is not null || set.CanRead(content) ? null : "charset-invalid";
        return set;
    }

    /// <summary>Finds the set that a header names.</summary>
    /// <param name="header">The header segment. In a set of several bytes a character its field separators can be found by nobody who does not know the set.</param>
    /// <param name="delimiters">Its delimiters.</param>
    /// <param name="isNamed">Whether it names one at all.</param>
    /// <returns>The set; null when it names none, or one that is not read here.</returns>
    public static Hl7CharacterSet? InHeader(ReadOnlySpan<byte> header, Hl7Delimiters delimiters, out bool isNamed)
    {
        Hl7CharacterSet? set = Named(Hl7Parts.Get(header, delimiters.Field, Field), delimiters.Repetition, out isNamed);
        if (IsPlain(header) || (set is not null && set.MultiByte is null))
            return set;
        header = header[..Math.Min(header.Length, LongestHeader)];
        Span<char> letters = stackalloc char[LongestHeader];
        if (!letters[..Encoding.Latin1.GetChars(header, letters)].ContainsAny(s_names))
            return set;
        // A set that, when the header is read with it, is the one that the header names.
        foreach (Hl7CharacterSet candidate in s_multiByte)
        {
            byte[] masked = candidate.MultiByte!.Mask(header);
            if (Named(Hl7Parts.Get(masked, delimiters.Field, Field), delimiters.Repetition, out _) != candidate)
                continue;
            isNamed = true;
            return candidate;
        }

        // One that is not named there when the header is read with it would have hidden its own name: by a shift of ISO 2022 that is not closed
        // at the end of its field, or half a character before a separator. Then what the bytes mean is not known (protocol E18).
        return set?.MultiByte is null ? set : null;
    }

    /// <summary>Finds the set that is named.</summary>
    /// <param name="names">The repetitions of MSH-18, with ~ between them.</param>
    /// <param name="isNamed">Whether one is named at all.</param>
    /// <returns>The set; null when none is named, or one that is not read here.</returns>
    public static Hl7CharacterSet? Named(string names, out bool isNamed) => Named(Encoding.UTF8.GetBytes(names), (byte)'~', out isNamed);

    /// <summary>Whether bytes are ASCII and stay in it.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> header) => Ascii.IsValid(header) && !header.Contains(Escape);

    // Table 0211: the first repetition is what a message begins in, and those after it may be gone over to by escape sequences.
    // Japanese senders give ~ISO IR87 (and MSH-20 ISO 2022-1994) for ASCII and JIS X 0208.
    private static Hl7CharacterSet? Named(ReadOnlySpan<byte> field, byte repetition, out bool isNamed)
    {
        Hl7CharacterSet? first = Find(Hl7Parts.Get(field, repetition, 1), out isNamed);
        if (isNamed && first != Hl7CharacterSet.Ascii && first != s_katakana)
            return first;
        for (int i = 2; Hl7Parts.TryFind(field, repetition, i, out Range place); i++)
        {
            if (Find(field[place], out _) is not { MultiByte: Iso2022Set } shifted)
                continue;
            isNamed = true;
            return shifted;
        }

        return first;
    }

    private static Hl7CharacterSet? Find(ReadOnlySpan<byte> name, out bool isNamed)
    {
        name = name.Trim((byte)' ');
        isNamed = !name.IsEmpty;
        if (name.Length is 0 or > LongestName)
            return null;
        Span<char> letters = stackalloc char[LongestName];
        return Hl7CharacterSet.Find(letters[..Encoding.Latin1.GetChars(name, letters)]);
    }

    // Senders that name a Japanese set of ISO and write Shift_JIS are common; no bytes over 0x7F but katakana can be meant.
    private static bool IsShiftJis(Hl7CharacterSet set, ReadOnlySpan<byte> content) =>
        (set == s_katakana || set.MultiByte is Iso2022Set) && !content.Contains(Escape) && !set.CanRead(content) && s_shiftJis.CanRead(content);
}

using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>The delimiters of one message, from MSH-1 and MSH-2 (HL7 v2.5.1 §2.5.4). 0 where one is not given and so not in force (protocol E04).</summary>
/// <param name="Field">Field separator, MSH-1.</param>
/// <param name="Component">Component separator, first of MSH-2.</param>
/// <param name="Repetition">Repetition separator, second of MSH-2.</param>
/// <param name="Escape">Escape character, third of MSH-2.</param>
/// <param name="Subcomponent">Subcomponent separator, fourth of MSH-2.</param>
/// <param name="Truncation">Truncation character, fifth of MSH-2 (v2.7 and later).</param>
public readonly record struct Hl7Delimiters(byte Field, byte Component, byte Repetition, byte Escape, byte Subcomponent, byte Truncation)
{
    /// <summary>The recommended ones, <c>|^~\&amp;</c>.</summary>
    public static Hl7Delimiters Standard { get; } = new((byte)'|', (byte)'^', (byte)'~', (byte)'\\', (byte)'&', 0);

    /// <summary>What MSH-2 says: the delimiters after the field separator, as far as they are in force.</summary>
    /// <returns>1 to 5 bytes.</returns>
    public byte[] EncodingCharacters()
    {
        byte[] all = [Component, Repetition, Escape, Subcomponent, Truncation];
        int absent = all.AsSpan().IndexOf((byte)0);
        return absent < 0 ? all : all[..absent];
    }

    /// <summary>Text as it stands in a value of a message with these delimiters: none of it is taken for one of them (protocol E14).</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same, with escape sequences where they are needed.</returns>
    /// <exception cref="Hl7FormatException">They are needed, and there is no escape character.</exception>
    public string Escaped(string text) => Encoding.UTF8.GetString(Hl7Escapes.Encode(Encoding.UTF8.GetBytes(text), this));

    /// <summary>Reads the delimiters at the start of a header segment (protocol E04, E05).</summary>
    /// <param name="header">Bytes from <c>MSH</c>, <c>FHS</c> or <c>BHS</c> on.</param>
    /// <param name="delimiters">The delimiters; the standard ones when they are not usable.</param>
    /// <returns>False when there is none, too many, one twice, or one that is a letter, a digit, a blank or a control character.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, out Hl7Delimiters delimiters)
    {
        delimiters = Standard;
        if (header.Length < 5)
            return false;
        byte field = header[3];
        ReadOnlySpan<byte> rest = header[4..];
        int end = rest.IndexOfAny(field, (byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> given = end < 0 ? rest : rest[..end];
        if (given.Length is < 1 or > 5 || !IsUsable(field) || given.Contains(field))
            return false;
        for (int i = 0; i < given.Length; i++)
        {
            if (!IsUsable(given[i]) || given[..i].Contains(given[i]))
                return false;
        }

        delimiters = new(field, given[0], At(given, 1), At(given, 2), At(given, 3), At(given, 4));
        return true;
    }

    /// <summary>Whether a message can be written with them.</summary>
    internal bool AreUsable => TryRead([.. "MSH"u8, Field, .. EncodingCharacters()], out Hl7Delimiters read) && read == this;

    /// <summary>Whether a byte can be a delimiter at all.</summary>
    internal static bool IsUsable(byte value) => value is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)value);

    private static byte At(ReadOnlySpan<byte> given, int index) => index < given.Length ? given[index] : (byte)0;
}

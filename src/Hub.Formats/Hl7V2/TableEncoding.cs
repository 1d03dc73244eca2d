using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>
/// A part of ISO 8859: a table of what 0xA0 to 0xFF stand for; all below is as in ASCII and the C1 controls. The platform has no parts 10, 11 and 14,
/// and in its others a byte that stands for nothing becomes a private character, where protocol E19 wants it noticed.
/// JIS X 0201 is a table from 0x80 on.
/// </summary>
internal sealed class TableEncoding : Encoding
{
    private const int First = 0xA0;
    private const char Nothing = '\uFFFD';

    // ISO/IEC 8859-10 (Nordic), 8859-11 (Thai) and 8859-14 (Celtic, which has the letters of Welsh).
    private const string Nordic =
        "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ";

    private const string Celtic =
        "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ";

    private readonly string _upper;
    private readonly int _first;
    private readonly SearchValues<byte> _nothing;

    /// <param name="upper">What the last bytes stand for, up to 0xFF; U+FFFD for one that stands for nothing.</param>
    private TableEncoding(string upper)
    {
        _upper = upper;
        _first = 0x100 - upper.Length;
        _nothing = SearchValues.Create([.. Enumerable.Range(_first, upper.Length).Where(value => upper[value - _first] == Nothing).Select(value => (byte)value)]);
    }

    /// <summary>Japanese of one byte, JIS X 0201: katakana from 0xA1 to 0xDF. The yen sign and the overline are read as the \ and ~ of ASCII, which are delimiters.</summary>
    public static TableEncoding Katakana { get; } = new(string.Concat(Enumerable.Range(0x80, 0x80).Select(value => value is >= 0xA1 and <= 0xDF ? (char)(0xFF61 + value - 0xA1) : Nothing)));

    /// <summary>The encoding of one part; there is no part 12, ISO gave it up.</summary>
    /// <param name="part">2 to 15.</param>
    public static TableEncoding ForPart(int part) => new(part switch
    {
        10 => Nordic,
        11 => Thai(),
        14 => Celtic,
        // ISO/IEC 8859-7:2003 and 8859-8:1999 say so of these bytes; the platform's tables are older.
        7 => With(OfPlatform("iso-8859-7"), (0xA1, '\u2018'), (0xA2, '\u2019'), (0xA4, '\u20AC'), (0xA5, '\u20AF'), (0xAA, '\u037A')),
        8 => With(OfPlatform("iso-8859-8"), (0xAF, '\u00AF'), (0xFD, '\u200E'), (0xFE, '\u200F')),
        _ => OfPlatform($"iso-8859-{part}"),
    });

    /// <summary>Whether every byte stands for something.</summary>
    public bool CanRead(ReadOnlySpan<byte> bytes) => !bytes.ContainsAny(_nothing);

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (int i = 0; i < charCount; i++)
            bytes[byteIndex + i] = ByteOf(chars[charIndex + i]);
        return charCount;
    }

    public override int GetCharCount(byte[] bytes, int index, int count)
    {
        foreach (byte value in bytes.AsSpan(index, count))
            CharOf(value);
        return count;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (int i = 0; i < byteCount; i++)
            chars[charIndex + i] = CharOf(bytes[byteIndex + i]);
        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    private byte ByteOf(char value)
    {
        if (value < _first)
            return (byte)value;
        int place = value == Nothing ? -1 : _upper.IndexOf(value);
        return place < 0 ? throw new EncoderFallbackException() : (byte)(_first + place);
    }

    private char CharOf(byte value)
    {
        char character = value < _first ? (char)value : _upper[value - _first];
        return character == Nothing ? throw new DecoderFallbackException() : character;
    }

    // The letters stand in the order of Unicode's block for Thai.
    private static string Thai() => Table(i => i == 0 ? '\u00A0' : i is (>= 0x3B and <= 0x3E) or >= 0x5C ? Nothing : (char)(0x0E00 + i));

    private static string OfPlatform(string name)
    {
        byte[] bytes = [.. Enumerable.Range(First, 0x100 - First).Select(value => (byte)value)];
        string decoded = CodePagesEncodingProvider.Instance.GetEncoding(name)!.GetString(bytes);
        return Table(i => char.GetUnicodeCategory(decoded[i]) == UnicodeCategory.PrivateUse ? Nothing : decoded[i]);
    }

    private static string With(string table, params ReadOnlySpan<(int Byte, char Character)> cells)
    {
        char[] characters = table.ToCharArray();
        foreach ((int value, char character) in cells)
            characters[value - First] = character;
        return new(characters);
    }

    private static string Table(Func<int, char> character) => string.Concat(Enumerable.Range(0, 0x100 - First).Select(character));
}

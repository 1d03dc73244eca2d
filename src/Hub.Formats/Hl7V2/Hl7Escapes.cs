using System.Buffers;
using Hub.Formats.Hl7V2.MultiByte;

namespace Hub.Formats.Hl7V2;

/// <summary>
/// Escape sequences (HL7 v2.5.1 §2.7; protocol E10 to E14), on bytes. Decoding is one pass and never nested.
/// Sequences for highlighting, character sets, formatting and local use stay as written; so does what is not a sequence at all.
/// </summary>
internal static class Hl7Escapes
{
    private static readonly SearchValues<byte> s_hexDigits = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    /// <summary>Puts the characters back that sequences stand for.</summary>
    /// <param name="raw">The value as it stands.</param>
    /// <param name="delimiters">The delimiters of its message.</param>
    /// <param name="set">The set that hexadecimal bytes are in, when that is not the one of <paramref name="raw"/> (protocol E11, E20).</param>
    public static byte[] Decode(ReadOnlySpan<byte> raw, Hl7Delimiters delimiters, MultiByteSet? set = null)
    {
        ArrayBufferWriter<byte> text = new(raw.Length + 1);
        ArrayBufferWriter<byte>? hex = set is null ? null : new(4);
        while (Next(ref raw, delimiters.Escape, out ReadOnlySpan<byte> literal, out ReadOnlySpan<byte> sequence))
        {
            // A character may be spread over sequences that follow each other.
            if (hex?.WrittenCount > 0 && !(literal.IsEmpty && IsHex(sequence)))
                Flush(hex, set!, text);
            text.Write(literal);
            if (!TryDecode(sequence, delimiters, hex is not null && IsHex(sequence) ? hex : text) && !sequence.IsEmpty)
                text.Write([delimiters.Escape, .. sequence, delimiters.Escape]);
        }

        if (hex?.WrittenCount > 0)
            Flush(hex, set!, text);
        return text.WrittenSpan.ToArray();
    }

    private static bool IsHex(ReadOnlySpan<byte> body) => body.Length >= 3 && body.Length % 2 == 1 && body[0] == (byte)'X' && !body[1..].ContainsAnyExcept(s_hexDigits);

    private static void Flush(ArrayBufferWriter<byte> hex, MultiByteSet set, ArrayBufferWriter<byte> text)
    {
        bool valid = true;
        text.Write(set.ToUtf8(hex.WrittenSpan, ref valid));
        hex.ResetWrittenCount();
    }

    /// <summary>
    /// Writes an encoded value with other delimiters, both with an escape character. Sequences that stay as written stay sequences,
    /// unless the new delimiters make that impossible: then they are written as the text they are.
    /// </summary>
    public static byte[] Translate(ReadOnlySpan<byte> raw, Hl7Delimiters from, Hl7Delimiters to)
    {
        ArrayBufferWriter<byte> written = new(raw.Length + 1);
        ArrayBufferWriter<byte> character = new(4);
        while (Next(ref raw, from.Escape, out ReadOnlySpan<byte> literal, out ReadOnlySpan<byte> sequence))
        {
            written.Write(Encode(literal, to));
            character.ResetWrittenCount();
            bool isCharacter = IsCharacter(sequence);
            if (isCharacter && TryDecode(sequence, from, character))
                written.Write(Encode(character.WrittenSpan, to));
            else if (isCharacter || IsNeeded(sequence, to with { Truncation = 0 }))
                written.Write(Encode([from.Escape, .. sequence, from.Escape], to));
            else if (!sequence.IsEmpty)
                written.Write([to.Escape, .. sequence, to.Escape]);
        }

        return written.WrittenSpan.ToArray();
    }

    /// <summary>Whether text holds something that cannot stand in a value as it is (protocol E14, F14).</summary>
    public static bool IsNeeded(ReadOnlySpan<byte> text, Hl7Delimiters delimiters)
    {
        // Five at a time are searched with vectors, ten are not.
        return text.IndexOfAny((ReadOnlySpan<byte>)[(byte)'\r', (byte)'\n', 0x0B, 0x1C, delimiters.Field]) >= 0
            || text.IndexOfAny((ReadOnlySpan<byte>)[delimiters.Component, OrField(delimiters.Repetition), OrField(delimiters.Escape), OrField(delimiters.Subcomponent), OrField(delimiters.Truncation)]) >= 0;

        // One that is not in force is 0, and a NUL in a value is none.
        byte OrField(byte delimiter) => delimiter == 0 ? delimiters.Field : delimiter;
    }

    /// <summary>Writes text so that none of it is taken for a delimiter or for the end of a segment or frame (protocol E14, F14).</summary>
    /// <exception cref="Hl7FormatException">It needs that and there is no escape character.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> text, Hl7Delimiters delimiters)
    {
        if (!IsNeeded(text, delimiters))
            return text.ToArray();
        if (delimiters.Escape == 0)
            throw new Hl7FormatException("A value holds a delimiter, a line end or a frame byte and the message gives no escape character in MSH-2. Give one with useDelimiters.");
        ArrayBufferWriter<byte> raw = new(text.Length + 8);
        foreach (byte value in text)
        {
            byte letter = LetterOf(value, delimiters);
            if (letter != 0)
                raw.Write([delimiters.Escape, letter, delimiters.Escape]);
            else if (value is (byte)'\r' or (byte)'\n' or 0x0B or 0x1C)
                raw.Write([delimiters.Escape, (byte)'X', (byte)('0' + (value >> 4)), "0123456789ABCDEF"u8[value & 15], delimiters.Escape]);
            else
                raw.Write([value]);
        }

        return raw.WrittenSpan.ToArray();
    }

    private static byte LetterOf(byte value, Hl7Delimiters delimiters)
    {
        if (value == 0)
            return 0;
        if (value == delimiters.Escape)
            return (byte)'E';
        if (value == delimiters.Field)
            return (byte)'F';
        if (value == delimiters.Component)
            return (byte)'S';
        if (value == delimiters.Subcomponent)
            return (byte)'T';
        if (value == delimiters.Repetition)
            return (byte)'R';
        return value == delimiters.Truncation ? (byte)'P' : (byte)0;
    }

    /// <summary>Takes what stands before the next sequence, and the sequence; an escape character that opens none is literal (protocol E13).</summary>
    private static bool Next(ref ReadOnlySpan<byte> raw, byte escape, out ReadOnlySpan<byte> literal, out ReadOnlySpan<byte> sequence)
    {
        sequence = [];
        literal = raw;
        if (raw.IsEmpty)
            return false;
        int start = raw.IndexOf(escape);
        int length = start < 0 ? -1 : raw[(start + 1)..].IndexOf(escape);
        if (length < 0)
        {
            raw = [];
            return true;
        }

        ReadOnlySpan<byte> body = raw.Slice(start + 1, length);
        bool known = IsCharacter(body) || IsKept(body);
        sequence = known ? body : [];
        literal = raw[..(known ? start : start + 1)];
        raw = raw[(known ? start + length + 2 : start + 1)..];
        return true;
    }

    private static bool IsCharacter(ReadOnlySpan<byte> body) => body.Length == 1 && "FSTREP"u8.Contains(body[0]);

    private static bool TryDecode(ReadOnlySpan<byte> body, Hl7Delimiters delimiters, ArrayBufferWriter<byte> text)
    {
        if (body.Length == 1)
        {
            byte character = (char)body[0] switch
            {
                'F' => delimiters.Field,
                'S' => delimiters.Component,
                'T' => delimiters.Subcomponent,
                'R' => delimiters.Repetition,
                'E' => delimiters.Escape,
                'P' => delimiters.Truncation,
                _ => 0,
            };
            if (character == 0)
                return false;
            text.Write([character]);
            return true;
        }

        // E11: pairs of hex digits, one byte each.
        return IsHex(body) && TryDecodeHex(body[1..], text);
    }

    private static bool TryDecodeHex(ReadOnlySpan<byte> digits, ArrayBufferWriter<byte> text)
    {
        Span<byte> bytes = digits.Length <= 512 ? stackalloc byte[digits.Length / 2] : new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done)
            return false;
        text.Write(bytes);
        return true;
    }

    // E12: \H\ \N\ \Z..\ \C....\ \M......\ \.sp\ and the other formatting commands.
    private static bool IsKept(ReadOnlySpan<byte> body) => body.Length > 0 && (char)body[0] switch
    {
        'H' or 'N' => body.Length == 1,
        'Z' => true,
        'C' => body.Length == 5,
        'M' => body.Length is 5 or 7,
        '.' => body.Length >= 3,
        'X' => true,
        _ => false,
    };
}

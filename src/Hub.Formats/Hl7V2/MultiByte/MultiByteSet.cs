using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

// Protocol E20: in these sets a byte that looks like a delimiter may be half of a character. So such a message is decoded first:
// each of its segments is held as UTF-8, in which no byte of a character looks like a delimiter, and all that splits, escapes and
// changes bytes works on that as it does on any other message. The bytes that were received stay with each segment, and are
// what is written for it as long as nobody changed it (L2).
// What must stay true: CR, LF and the bytes of MLLP are never part of a character; a segment begins in ASCII; text written is
// read back the same. A byte that stands for nothing is held as three bytes that no UTF-8 has, so that it is not text
// to whoever reads it (E19) and is still written as it was.

/// <summary>Bytes of a character set with characters of several bytes, to UTF-8 and back.</summary>
internal abstract class MultiByteSet
{
    /// <summary>What <see cref="Read"/> gives for a byte that stands for nothing.</summary>
    protected const int Invalid = -1;

    /// <summary>What <see cref="Read"/> gives for bytes that change how the next are read and are no character.</summary>
    protected const int Shift = -2;

    private const byte Mark = 0xFF;
    private const int MarkLength = 3;

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly SearchValues<byte> _plain;

    /// <param name="plain">The bytes below 0x80 that stand for themselves wherever reading begins.</param>
    protected MultiByteSet(IEnumerable<byte> plain) => _plain = SearchValues.Create([.. plain]);

    /// <summary>Every byte below 0x80.</summary>
    protected static IEnumerable<byte> Ascii => Enumerable.Range(0, 0x80).Select(value => (byte)value);

    /// <summary>Whether bytes are the same in UTF-8.</summary>
    public bool IsPlain(ReadOnlySpan<byte> wire) => wire.IndexOfAnyExcept(_plain) < 0;

    /// <summary>Reads bytes as UTF-8.</summary>
    /// <param name="wire">Bytes of this set, from a place where a segment or field begins.</param>
    /// <param name="valid">Set to false when some stand for nothing; those are marked.</param>
    public byte[] ToUtf8(ReadOnlySpan<byte> wire, ref bool valid)
    {
        ArrayBufferWriter<byte> text = new(wire.Length + (wire.Length / 2) + 1);
        int state = 0;
        while (!wire.IsEmpty)
        {
            int length = state == 0 ? PlainLength(wire) : 0;
            text.Write(wire[..length]);
            wire = wire[length..];
            if (wire.IsEmpty)
                break;
            int read = Read(wire, ref state, out int scalar);
            if (scalar >= 0)
                Append(text, new Rune(scalar));
            else if (scalar == Invalid)
                MarkEach(text, wire[..read]);
            valid &= scalar != Invalid;
            wire = wire[read..];
        }

        return text.WrittenSpan.ToArray();
    }

    private static void MarkEach(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> unknown)
    {
        foreach (byte value in unknown)
            text.Write([Mark, (byte)(0xF0 | (value >> 4)), (byte)(0xF0 | (value & 15))]);
    }

    /// <summary>Writes UTF-8 as bytes of this set; what was marked is written as it was.</summary>
    /// <exception cref="EncoderFallbackException">The set has no bytes for a character.</exception>
    public byte[] FromUtf8(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte> wire = new(text.Length + 16);
        int state = 0;
        bool marked = false;
        for (ReadOnlySpan<byte> rest = text; !rest.IsEmpty;)
        {
            int length = state == 0 ? PlainLength(rest) : 0;
            wire.Write(rest[..length]);
            rest = rest[length..];
            if (rest.IsEmpty)
                break;
            length = MarkLength;
            if (rest is [Mark, >= 0xF0 and byte high, >= 0xF0 and byte low, ..])
                wire.Write([(byte)((high << 4) | (low & 15))]);
            else if (Rune.DecodeFromUtf8(rest, out Rune character, out length) != OperationStatus.Done || !TryWrite(character, ref state, wire))
                throw new EncoderFallbackException();
            marked |= rest[0] == Mark;
            rest = rest[length..];
        }

        End(ref state, wire);
        byte[] written = wire.WrittenSpan.ToArray();
        bool valid = true;
        // Beside other bytes than before, half a character could become a whole one.
        return !marked || ToUtf8(written, ref valid).AsSpan().SequenceEqual(text) ? written : throw new EncoderFallbackException();
    }

    /// <summary>What is held of a message, for people to look at: a byte that stands for nothing is shown as it was received, <c>\Xhh\</c>.</summary>
    public static string Show(ReadOnlySpan<byte> held)
    {
        StringBuilder text = new(held.Length);
        while (!held.IsEmpty)
        {
            int length = MarkLength;
            if (held is [Mark, >= 0xF0 and byte high, >= 0xF0 and byte low, ..])
                text.Append(CultureInfo.InvariantCulture, $"\\X{((high & 15) << 4) | (low & 15):X2}\\");
            else if (Rune.DecodeFromUtf8(held, out Rune character, out length) == OperationStatus.Done)
                text.Append(character);
            else
                text.Append("\\X").Append(Convert.ToHexString(held[..length])).Append('\\');
            held = held[length..];
        }

        return text.ToString();
    }

    /// <summary>Reads bytes as text.</summary>
    /// <exception cref="DecoderFallbackException">They are not text of this set.</exception>
    public string Decode(ReadOnlySpan<byte> wire)
    {
        bool valid = true;
        byte[] text = ToUtf8(wire, ref valid);
        return valid ? s_utf8.GetString(text) : throw new DecoderFallbackException();
    }

    /// <summary>Writes text as bytes.</summary>
    /// <exception cref="EncoderFallbackException">The set has no bytes for a character.</exception>
    public byte[] Encode(string text) => FromUtf8(s_utf8.GetBytes(text));

    /// <summary>A copy, byte for byte, in which no byte of a character can be taken for a delimiter: for finding places in bytes as received.</summary>
    public byte[] Mask(ReadOnlySpan<byte> wire)
    {
        byte[] masked = wire.ToArray();
        int state = 0;
        for (int at = 0, length; at < masked.Length; at += length)
        {
            length = Read(wire[at..], ref state, out int scalar);
            if (length != 1 || scalar != wire[at])
                masked.AsSpan(at, length).Fill(Mark);
        }

        return masked;
    }

    /// <summary>Reads one character.</summary>
    /// <param name="wire">The bytes; there is one at least.</param>
    /// <param name="state">What came before, for sets that shift; 0 at the start.</param>
    /// <param name="scalar">The character, <see cref="Invalid"/> or <see cref="Shift"/>.</param>
    /// <returns>How many bytes it has; 1 when they stand for nothing.</returns>
    protected abstract int Read(ReadOnlySpan<byte> wire, ref int state, out int scalar);

    /// <summary>Writes one character.</summary>
    /// <returns>False when the set has no bytes for it.</returns>
    protected abstract bool TryWrite(Rune character, ref int state, IBufferWriter<byte> wire);

    /// <summary>Goes back to where the next segment or field can begin.</summary>
    protected virtual void End(ref int state, IBufferWriter<byte> wire)
    {
    }

    private int PlainLength(ReadOnlySpan<byte> bytes)
    {
        int other = bytes.IndexOfAnyExcept(_plain);
        return other < 0 ? bytes.Length : other;
    }

    private static void Append(ArrayBufferWriter<byte> text, Rune character)
    {
        Span<byte> bytes = text.GetSpan(4);
        text.Advance(character.EncodeToUtf8(bytes));
    }
}

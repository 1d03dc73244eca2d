using System.Buffers;
using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

/// <summary>
/// ASCII, and pairs of a byte from 0x80 on with another: Shift_JIS, Big5, KS X 1001. Bytes that are no pair stand for nothing one by one,
/// so that a delimiter after half a character stays one.
/// </summary>
/// <param name="table">The pairs.</param>
/// <param name="singles">Characters of one byte from 0xA1 to 0xDF, the katakana of JIS X 0201.</param>
internal sealed class PairSet(Lazy<PairTable> table, bool singles = false) : MultiByteSet(Ascii)
{
    private const int FirstKatakana = 0xFF61;

    /// <summary>Japanese: JIS X 0201 and JIS X 0208 with the additions of Windows.</summary>
    public static PairSet ShiftJis { get; } = new(PairTable.Of(932, static (lead, trail) => lead is (>= 0x81 and <= 0x9F) or (>= 0xE0 and <= 0xFC) && trail is >= 0x40 and not 0x7F and <= 0xFC), singles: true);

    /// <summary>
    /// Traditional Chinese. From 0xC6A1 to 0xC8FE Big5 has nothing; vendors put there kana, Cyrillic and signs, each its own, and the platform reads private characters.
    /// Nobody can tell which is meant, so those pairs stand for nothing (protocol E19).
    /// </summary>
    public static PairSet Big5 { get; } = new(PairTable.Of(
        950,
        static (lead, trail) => lead is >= 0x81 and <= 0xFE && trail is (>= 0x40 and <= 0x7E) or (>= 0xA1 and <= 0xFE),
        static pair => pair is >= 0xC6A1 and <= 0xC8FE));

    /// <summary>Korean: EUC-KR with the additions of Windows, whose second bytes may be letters.</summary>
    public static PairSet Korean { get; } = new(PairTable.Of(949, static (lead, trail) => lead is >= 0x81 and <= 0xFE && trail is (>= 0x41 and <= 0x5A) or (>= 0x61 and <= 0x7A) or (>= 0x81 and <= 0xFE)));

    /// <summary>The pairs.</summary>
    public PairTable Table => table.Value;

    /// <summary>Whether a byte is a katakana of JIS X 0201, and which.</summary>
    public static bool IsKatakana(byte value, out int scalar)
    {
        scalar = FirstKatakana + value - 0xA1;
        return value is >= 0xA1 and <= 0xDF;
    }

    /// <summary>The byte of a katakana of JIS X 0201; 0 for another character.</summary>
    public static byte KatakanaOf(Rune character) => character.Value is >= FirstKatakana and <= 0xFF9F ? (byte)(character.Value - FirstKatakana + 0xA1) : (byte)0;

    protected override int Read(ReadOnlySpan<byte> wire, ref int state, out int scalar)
    {
        scalar = wire[0];
        if (scalar < 0x80 || (singles && IsKatakana(wire[0], out scalar)))
            return 1;
        scalar = wire.Length > 1 ? Table.Find(wire[0], wire[1]) : 0;
        if (scalar != 0)
            return 2;
        // Half a character before a delimiter leaves the delimiter alone; two bytes that can only be a pair are one unknown character.
        scalar = Invalid;
        return wire.Length > 1 && wire[1] >= 0x80 && Table.IsPair(wire[0], wire[1]) ? 2 : 1;
    }

    protected override bool TryWrite(Rune character, ref int state, IBufferWriter<byte> wire)
    {
        if (singles && KatakanaOf(character) is not 0 and byte katakana)
        {
            wire.Write([katakana]);
            return true;
        }

        if (!Table.TryFind(character, out byte lead, out byte trail))
            return false;
        wire.Write([lead, trail]);
        return true;
    }
}

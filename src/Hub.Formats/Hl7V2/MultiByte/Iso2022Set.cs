using System.Buffers;
using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

/// <summary>
/// Japanese by the escape sequences of ISO 2022 (HL7 table 0211: ISO IR87, ISO IR159; RFC 1468 and 1554): ASCII, and after a sequence
/// that says so pairs of 7-bit bytes, up to the sequence that says ASCII again. A line end says so too. The Roman letters of JIS X 0201 are
/// read as those of ASCII, as senders return to either and write the same delimiters in both.
/// </summary>
/// <param name="supplementary">Whether the characters of JIS X 0212 are written too; they are read always.</param>
internal sealed class Iso2022Set(bool supplementary) : MultiByteSet(Ascii.Where(value => value != Escape))
{
    private const byte Escape = 0x1B;
    private const int Katakana = 1;
    private const int Kanji = 2;
    private const int MoreKanji = 3;

    // JIS X 0208 stands in the table of Shift_JIS by another arrangement; this one of EUC has JIS X 0212 with second bytes below 0x80.
    private static readonly Lazy<PairTable> s_more = PairTable.Of(20932, static (lead, trail) => lead is >= 0xA1 and <= 0xFE && trail is >= 0x21 and <= 0x7E);

    private static readonly (byte[] Sequence, int State)[] s_shifts =
    [
        ([.. "\u001b(B"u8], 0), ([.. "\u001b(J"u8], 0), ([.. "\u001b(I"u8], Katakana),
        ([.. "\u001b$B"u8], Kanji), ([.. "\u001b$@"u8], Kanji), ([.. "\u001b$(B"u8], Kanji), ([.. "\u001b$(D"u8], MoreKanji),
    ];

    protected override int Read(ReadOnlySpan<byte> wire, ref int state, out int scalar)
    {
        byte first = wire[0];
        if (first == Escape)
            return ReadShift(wire, ref state, out scalar);
        if (first is (byte)'\r' or (byte)'\n')
            state = 0;
        scalar = first;
        // Control characters and blanks are themselves in every state; katakana of eight bits are common.
        if (first <= 0x20 || (state == 0 && first < 0x80) || PairSet.IsKatakana(first, out scalar))
            return 1;
        if (state == Katakana && first < 0x60)
        {
            PairSet.IsKatakana((byte)(first | 0x80), out scalar);
            return 1;
        }

        scalar = state > Katakana && wire.Length > 1 && first < 0x7F && wire[1] is >= 0x21 and <= 0x7E ? Pair(state, first, wire[1]) : 0;
        if (scalar != 0)
            return 2;
        scalar = Invalid;
        return 1;
    }

    protected override bool TryWrite(Rune character, ref int state, IBufferWriter<byte> wire)
    {
        if (character.IsAscii)
        {
            To(0, ref state, wire);
            wire.Write([(byte)character.Value]);
            return character.Value != Escape;
        }

        if (PairSet.KatakanaOf(character) is not 0 and byte katakana)
        {
            To(Katakana, ref state, wire);
            wire.Write([(byte)(katakana & 0x7F)]);
            return true;
        }

        bool found = TryFind(character, out byte row, out byte cell);
        if (!found && (!supplementary || !s_more.Value.TryFind(character, out row, out cell)))
            return false;
        To(found ? Kanji : MoreKanji, ref state, wire);
        wire.Write([(byte)(row & 0x7F), cell]);
        return true;
    }

    protected override void End(ref int state, IBufferWriter<byte> wire) => To(0, ref state, wire);

    private static int ReadShift(ReadOnlySpan<byte> wire, ref int state, out int scalar)
    {
        foreach ((byte[] sequence, int next) in s_shifts)
        {
            if (!wire.StartsWith(sequence))
                continue;
            (state, scalar) = (next, Shift);
            return sequence.Length;
        }

        scalar = Invalid;
        return 1;
    }

    private static void To(int wanted, ref int state, IBufferWriter<byte> wire)
    {
        if (state != wanted)
            wire.Write(s_shifts.First(shift => shift.State == wanted).Sequence);
        state = wanted;
    }

    private static int Pair(int state, byte row, byte cell)
    {
        if (state == MoreKanji)
            return s_more.Value.Find((byte)(row | 0x80), cell);
        // JIS X 0208 annex 1: two rows share a lead byte of Shift_JIS.
        int lead = ((row - 0x21) >> 1) + (row < 0x5F ? 0x81 : 0xC1);
        int trail = row % 2 == 0 ? cell + 0x7E : cell < 0x60 ? cell + 0x1F : cell + 0x20;
        return PairSet.ShiftJis.Table.Find((byte)lead, (byte)trail);
    }

    private static bool TryFind(Rune character, out byte row, out byte cell)
    {
        (row, cell) = (0, 0);
        // From 0xF0 on stand characters that JIS X 0208 does not have.
        if (!PairSet.ShiftJis.Table.TryFind(character, out byte lead, out byte trail, lowest: true) || lead >= 0xF0)
            return false;
        bool second = trail >= 0x9F;
        row = (byte)(((lead - (lead < 0xA0 ? 0x81 : 0xC1)) << 1) + 0x21 + (second ? 1 : 0));
        cell = (byte)(second ? trail - 0x7E : trail - (trail > 0x7F ? 0x20 : 0x1F));
        return true;
    }
}

using System.Buffers;
using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

/// <summary>
/// Traditional Chinese, CNS 11643-1992 as EUC-TW writes it: plane 1 in two bytes, the others in four, 0x8E and the plane first. The platform's
/// table has planes 1 and 2, the characters of Big5; it writes plane 2 with second bytes below 0x80.
/// </summary>
internal sealed class CnsSet() : MultiByteSet(Ascii)
{
    private const byte Planes = 0x8E;
    private const byte FirstPlane = 0xA1;
    private const byte SecondPlane = 0xA2;

    private readonly Lazy<PairTable> _table = PairTable.Of(20000, static (lead, trail) => lead is >= 0xA1 and <= 0xFE && (trail & 0x7F) is >= 0x21 and <= 0x7E);

    protected override int Read(ReadOnlySpan<byte> wire, ref int state, out int scalar)
    {
        scalar = wire[0];
        if (scalar < 0x80)
            return 1;
        scalar = wire is [>= 0xA1, >= 0xA1, ..] ? _table.Value.Find(wire[0], wire[1]) : 0;
        if (scalar != 0)
            return 2;
        if (wire is [Planes, FirstPlane or SecondPlane, >= 0xA1, >= 0xA1, ..])
            scalar = _table.Value.Find(wire[2], wire[1] == FirstPlane ? wire[3] : (byte)(wire[3] & 0x7F));
        if (scalar != 0)
            return 4;
        scalar = Invalid;
        return 1;
    }

    protected override bool TryWrite(Rune character, ref int state, IBufferWriter<byte> wire)
    {
        if (!_table.Value.TryFind(character, out byte lead, out byte trail))
            return false;
        wire.Write(trail >= 0x80 ? [lead, trail] : [Planes, SecondPlane, lead, (byte)(trail | 0x80)]);
        return true;
    }
}

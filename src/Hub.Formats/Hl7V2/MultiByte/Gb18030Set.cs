using System.Buffers;
using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

/// <summary>Chinese, GB 18030-2000: ASCII, pairs, and four bytes for every other character of Unicode.</summary>
internal sealed class Gb18030Set() : MultiByteSet(Ascii)
{
    private const int CodePage = 54936;

    private static readonly Encoding s_platform = Strict();

    private readonly Lazy<PairTable> _table = PairTable.Of(CodePage, static (lead, trail) => lead is >= 0x81 and <= 0xFE && trail is >= 0x40 and not 0x7F and <= 0xFE);

    protected override int Read(ReadOnlySpan<byte> wire, ref int state, out int scalar)
    {
        scalar = wire[0];
        if (scalar < 0x80)
            return 1;
        scalar = wire.Length > 1 ? _table.Value.Find(wire[0], wire[1]) : 0;
        if (scalar != 0)
            return 2;
        if (wire is [>= 0x81 and <= 0xFE, >= 0x30 and <= 0x39, >= 0x81 and <= 0xFE, >= 0x30 and <= 0x39, ..] && TryDecode(wire[..4], out scalar))
            return 4;
        scalar = Invalid;
        return 1;
    }

    protected override bool TryWrite(Rune character, ref int state, IBufferWriter<byte> wire)
    {
        if (_table.Value.TryFind(character, out byte lead, out byte trail))
        {
            wire.Write([lead, trail]);
            return true;
        }

        byte[] four = Encode(character);
        if (four.Length != 4 || !TryDecode(four, out int back) || back != character.Value)
            return false;
        wire.Write(four);
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> four, out int scalar)
    {
        try
        {
            bool isOne = Rune.DecodeFromUtf16(s_platform.GetString(four), out Rune character, out int _) == OperationStatus.Done;
            scalar = isOne ? character.Value : Invalid;
            return isOne;
        }
        catch (DecoderFallbackException)
        {
            scalar = Invalid;
            return false;
        }
    }

    private static byte[] Encode(Rune character)
    {
        try
        {
            return s_platform.GetBytes(character.ToString());
        }
        catch (EncoderFallbackException)
        {
            return [];
        }
    }

    private static Encoding Strict()
    {
        Encoding encoding = (Encoding)CodePagesEncodingProvider.Instance.GetEncoding(CodePage)!.Clone();
        encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
        return encoding;
    }
}

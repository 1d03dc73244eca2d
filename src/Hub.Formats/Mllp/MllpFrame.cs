using System.Buffers;

namespace Hub.Formats.Mllp;

/// <summary>The frame of one message: <c>SB data EB CR</c> (HL7 Implementation Guide, appendix C §C.4.3; protocol F01).</summary>
public static class MllpFrame
{
    /// <summary>SB, opens a frame.</summary>
    public const byte StartBlock = 0x0B;

    /// <summary>EB, with a CR after it closes a frame.</summary>
    public const byte EndBlock = 0x1C;

    /// <summary>CR.</summary>
    public const byte CarriageReturn = 0x0D;

    /// <summary>Writes a frame. SB and EB in the data are written as escape sequences of the message (protocol F14).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The message.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        Span<byte> room = output.GetSpan(content.Length + 3);
        if (content.IndexOfAny(StartBlock, EndBlock) >= 0)
        {
            WriteEscaped(output, content);
            return;
        }

        room[0] = StartBlock;
        content.CopyTo(room[1..]);
        room[content.Length + 1] = EndBlock;
        room[content.Length + 2] = CarriageReturn;
        output.Advance(content.Length + 3);
    }

    private static void WriteEscaped(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        // MSH-2's third character, as far as the message has one.
        byte escape = content.Length > 6 && content.StartsWith("MSH"u8) ? content[6] : (byte)'\\';
        output.Write([StartBlock]);
        while (content.IndexOfAny(StartBlock, EndBlock) is var at && at >= 0)
        {
            output.Write(content[..at]);
            output.Write([escape, (byte)'X', content[at] == StartBlock ? (byte)'0' : (byte)'1', content[at] == StartBlock ? (byte)'B' : (byte)'C', escape]);
            content = content[(at + 1)..];
        }

        output.Write(content);
        output.Write([EndBlock, CarriageReturn]);
    }
}

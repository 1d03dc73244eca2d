using System.Buffers;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Mllp;

/// <summary>The frame of one message: <c>SB data EB CR</c> (HL7 Implementation Guide, appendix C §C.4.3; protocol F01).</summary>
public static class MllpFrame
{
    /// <summary>SB, opens a frame.</summary>
    public const byte StartBlock = 0x0B;

    /// <summary>EB, with a CR after it closes a frame.</summary>
    public const byte EndBlock = 0x1C;

    /// <summary>ACK, the data of a commit block: the block before it is stored.</summary>
    public const byte Acknowledged = 0x06;

    /// <summary>NAK, the data of a commit block: the block before it could not be stored.</summary>
    public const byte NotAcknowledged = 0x15;

    /// <summary>CR.</summary>
    public const byte CarriageReturn = 0x0D;

    /// <summary>Writes a frame. SB and EB in the data are written as escape sequences of the message (protocol F14); as a blank when it has no escape character.</summary>
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

    /// <summary>Writes the commit block of release 2 (ANSI/HL7 V3 TRMLLP R2 §1.2; protocol F12).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isStored">Whether the message is on disk.</param>
    public static void WriteCommit(IBufferWriter<byte> output, bool isStored) =>
        output.Write([StartBlock, isStored ? Acknowledged : NotAcknowledged, EndBlock, CarriageReturn]);

    /// <summary>Reads a block as the commit block of release 2.</summary>
    /// <param name="content">The block without its frame.</param>
    /// <param name="isStored">What the peer says of the block that it is the answer to.</param>
    /// <returns>False for every other block.</returns>
    public static bool TryReadCommit(ReadOnlySpan<byte> content, out bool isStored)
    {
        isStored = content is [Acknowledged];
        return isStored || content is [NotAcknowledged];
    }

    private static void WriteEscaped(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        // E04: what MSH-2 does not give is not in force; then nothing can stand for the byte, and the byte itself would tear the frame.
        Hl7Delimiters delimiters = Hl7Delimiters.Standard;
        if (Hl7Header.Find(content) is >= 0 and int header)
            Hl7Delimiters.TryRead(content[header..], out delimiters);
        byte escape = delimiters.Escape;
        output.Write([StartBlock]);
        while (content.IndexOfAny(StartBlock, EndBlock) is >= 0 and int at)
        {
            output.Write(content[..at]);
            byte digit = content[at] == StartBlock ? (byte)'0' : (byte)'1';
            byte letter = content[at] == StartBlock ? (byte)'B' : (byte)'C';
            output.Write(escape == 0 ? [(byte)' '] : [escape, (byte)'X', digit, letter, escape]);
            content = content[(at + 1)..];
        }

        output.Write(content);
        output.Write([EndBlock, CarriageReturn]);
    }
}

using System.Buffers;

namespace Hub.Formats.Framing;

/// <summary>How messages are told apart in a stream of bytes (protocol F15).</summary>
public abstract class MessageFraming
{
    /// <summary>Makes the reader of one connection.</summary>
    /// <param name="maxMessageBytes">The longest message taken, without its frame.</param>
    /// <returns>The reader.</returns>
    public abstract FrameReader CreateReader(int maxMessageBytes);

    /// <summary>Writes one message in its frame.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The message.</param>
    /// <returns>False when the message has no place in a frame, because it holds what ends one or is too long for the prefix; nothing is written then.</returns>
    public abstract bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> content);
}

using System.Buffers;

namespace Hub.Formats.Framing;

/// <summary>One message a connection, ended by the end of what its sender sends.</summary>
public sealed class WholeStreamFraming : MessageFraming
{
    /// <inheritdoc />
    public override FrameReader CreateReader(int maxMessageBytes) => new WholeStreamReader(maxMessageBytes);

    /// <inheritdoc />
    public override bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        output.Write(content);
        return true;
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace Hub.Formats.Framing;

/// <summary>Messages that each come after their length.</summary>
public sealed class LengthFraming : MessageFraming
{
    private readonly int _size;
    private readonly bool _littleEndian;
    private readonly bool _countsItself;

    /// <summary>Makes a framing.</summary>
    /// <param name="size">How many bytes the length has: 1, 2 or 4.</param>
    /// <param name="littleEndian">Whether its lowest byte comes first.</param>
    /// <param name="countsItself">Whether the length counts its own bytes as well.</param>
    public LengthFraming(int size, bool littleEndian, bool countsItself)
    {
        if (size is not (1 or 2 or 4))
            throw new ArgumentOutOfRangeException(nameof(size), size, "A length has 1, 2 or 4 bytes.");
        _size = size;
        _littleEndian = littleEndian;
        _countsItself = countsItself;
    }

    /// <summary>How many bytes the length has.</summary>
    internal int Size => _size;

    /// <inheritdoc />
    public override FrameReader CreateReader(int maxMessageBytes) => new LengthFrameReader(this, maxMessageBytes);

    /// <inheritdoc />
    public override bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        long length = (long)content.Length + (_countsItself ? _size : 0);
        if (length > (1L << (8 * _size)) - 1)
            return false;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)length);
        Span<byte> prefix = bytes[.._size];
        if (!_littleEndian)
            prefix.Reverse();
        output.Write(prefix);
        output.Write(content);
        return true;
    }

    /// <summary>How long the message after a length is; negative when the length is less than its own bytes.</summary>
    internal long LengthOf(ReadOnlySpan<byte> prefix)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes.Clear();
        prefix.CopyTo(bytes);
        if (!_littleEndian)
            bytes[.._size].Reverse();
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) - (_countsItself ? (long)_size : 0);
    }
}

namespace Hub.Faults.Traffic;

/// <summary>Collects bytes of a connection and gives whole MLLP frames. Of the tests' own, so that no mistake of the product's reader is shared.</summary>
internal sealed class FrameBuffer
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;
    private int _looked;

    /// <summary>Whether a frame has begun that is not whole.</summary>
    public bool IsInFrame => _length > 0;

    /// <summary>Adds what was received.</summary>
    public void Add(ReadOnlySpan<byte> received)
    {
        if (_length + received.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + received.Length));
        received.CopyTo(_bytes.AsSpan(_length));
        _length += received.Length;
    }

    /// <summary>Takes the next whole frame.</summary>
    /// <param name="message">What was in it.</param>
    /// <exception cref="InvalidDataException">The bytes are no frame.</exception>
    public bool TryTake(out byte[] message)
    {
        message = [];
        if (_length > 0 && _bytes[0] != 0x0B)
            throw new InvalidDataException($"A frame begins with 0x{_bytes[0]:X2} instead of 0x0B.");
        // What was looked at is not looked at again: long messages come in many parts.
        int end = _bytes.AsSpan(_looked, _length - _looked).IndexOf((ReadOnlySpan<byte>)[0x1C, 0x0D]);
        if (end < 0)
        {
            _looked = Math.Max(0, _length - 1);
            return false;
        }

        end += _looked;
        _looked = 0;
        message = _bytes[1..end];
        _length -= end + 2;
        _bytes.AsSpan(end + 2, _length).CopyTo(_bytes);
        return true;
    }

    /// <summary>Puts bytes into a frame.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message) => [0x0B, .. message, 0x1C, 0x0D];
}

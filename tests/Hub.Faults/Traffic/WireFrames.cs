namespace Hub.Faults.Traffic;

/// <summary>Collects bytes of a connection and gives whole messages. Of the tests' own, so that no mistake of the product's readers is shared.</summary>
internal abstract class WireFrames
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;
    private int _looked;

    /// <summary>Whether a message has begun that is not whole.</summary>
    public bool IsInFrame => _length > 0;

    /// <summary>Adds what was received.</summary>
    public void Add(ReadOnlySpan<byte> received)
    {
        if (_length + received.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + received.Length));
        received.CopyTo(_bytes.AsSpan(_length));
        _length += received.Length;
    }

    /// <summary>Takes the next whole message.</summary>
    /// <param name="message">What was in it.</param>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public bool TryTake(out byte[] message)
    {
        message = [];
        // What was looked at is not looked at again: long messages come in many parts.
        if (_length == 0 || Find(_bytes.AsSpan(0, _length), _looked) is not { } found)
        {
            _looked = Math.Max(0, _length - 1);
            return false;
        }

        _looked = 0;
        message = _bytes[found.Message];
        _length -= found.End;
        _bytes.AsSpan(found.End, _length).CopyTo(_bytes);
        return true;
    }

    /// <summary>Finds the first message.</summary>
    /// <param name="bytes">What came, at least a byte.</param>
    /// <param name="looked">Before this its end is not.</param>
    /// <returns>Where it is, and where the next one begins; null while it is not whole.</returns>
    protected abstract (Range Message, int End)? Find(ReadOnlySpan<byte> bytes, int looked);
}

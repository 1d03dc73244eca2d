namespace Hub.Formats.Framing;

// Length     bytes are the length of the next block; a length of nothing keeps a connection alive and is passed over
// Inside     bytes are data until there are as many; of a block that is too large, only its head is gathered
// Discarding the rest of a block that is too large is dropped, byte by byte counted (F06)
// Room is made for what has come and not for what a length promises: a peer that only promises costs nothing.

/// <summary>Reads messages that come after their length.</summary>
internal sealed class LengthFrameReader(LengthFraming framing, int maxMessageBytes) : FrameReader(maxMessageBytes)
{
    private readonly byte[] _prefix = new byte[framing.Size];
    private int _prefixLength;
    private int _wanted;
    private long _tooMany;
    private State _state;

    private enum State
    {
        Length,
        Inside,
        Discarding,
    }

    public override bool IsInBlock => _state != State.Length || _prefixLength > 0;

    public override bool IsDiscarding => _state == State.Discarding;

    public override FrameEvent Read(ref ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            FrameEvent? happened = _state switch
            {
                State.Length => ReadLength(ref data),
                State.Inside => ReadInside(ref data),
                _ => ReadDiscarding(ref data),
            };
            if (happened is { } done)
                return done;
        }

        return FrameEvent.NeedMore;
    }

    private FrameEvent? ReadLength(ref ReadOnlySpan<byte> data)
    {
        if (_prefixLength == 0)
            Open();
        _prefix[_prefixLength++] = data[0];
        data = data[1..];
        if (_prefixLength < _prefix.Length)
            return null;
        _prefixLength = 0;
        long length = framing.LengthOf(_prefix);
        if (length < 0)
            return FrameEvent.Malformed;
        _wanted = (int)Math.Min(length, length > MaxMessageBytes ? MostHead : MaxMessageBytes);
        _tooMany = length - _wanted;
        _state = length == 0 ? State.Length : State.Inside;
        return null;
    }

    private FrameEvent? ReadInside(ref ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> part = data[..Math.Min(data.Length, _wanted - BlockLength)];
        data = data[part.Length..];
        bool isWhole = BlockLength + part.Length == _wanted;
        if (isWhole)
            _state = _tooMany > 0 ? State.Discarding : State.Length;
        if (isWhole && _tooMany > 0)
            return Overflow(part);
        if (isWhole && BlockLength == 0)
            return Complete(part);
        Append(part);
        return isWhole ? Complete(BlockLength) : null;
    }

    protected override void Discard()
    {
        _tooMany += _wanted - BlockLength;
        _state = State.Discarding;
    }

    private FrameEvent? ReadDiscarding(ref ReadOnlySpan<byte> data)
    {
        int dropped = (int)Math.Min(data.Length, _tooMany);
        data = data[dropped..];
        _tooMany -= dropped;
        if (_tooMany == 0)
            _state = State.Length;
        return null;
    }
}

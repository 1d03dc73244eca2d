namespace Hub.Formats.Framing;

// Outside    bytes are junk until the start (F02); without start bytes the first byte begins a block
// Inside     bytes are data up to the end, wherever reads cut it
// Discarding the block is too large: bytes are dropped up to its end (F06)

/// <summary>Reads messages between start and end bytes, or ended by a delimiter. An empty message between two delimiters is passed over: senders keep connections alive with blank lines.</summary>
internal sealed class MarkFrameReader(byte[] start, byte[] end, int maxMessageBytes) : FrameReader(maxMessageBytes)
{
    private readonly MarkFinder _starts = new(start);
    private readonly MarkFinder _ends = new(end);
    private int _junk;
    private State _state;

    private enum State
    {
        Outside,
        Inside,
        Discarding,
    }

    public override bool IsInBlock => _state != State.Outside;

    public override bool IsDiscarding => _state == State.Discarding;

    public override FrameEvent Read(ref ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            FrameEvent? happened = _state switch
            {
                State.Outside => ReadOutside(ref data),
                State.Inside => ReadInside(ref data),
                _ => ReadDiscarding(ref data),
            };
            if (happened is { } done)
                return done;
        }

        return FrameEvent.NeedMore;
    }

    private FrameEvent? ReadOutside(ref ReadOnlySpan<byte> data)
    {
        int taken = start.Length == 0 ? 0 : _starts.Find(data);
        bool begins = start.Length == 0 || taken > 0;
        _junk += begins ? taken : data.Length;
        // Bytes of the start itself are no junk, and the last ones may be the beginning of one.
        bool tooMuch = _junk > MostJunk + start.Length - (begins ? 0 : 1);
        data = data[(begins ? taken : data.Length)..];
        if (tooMuch)
            return FrameEvent.TooMuchJunk;
        if (begins)
        {
            Open();
            _junk = 0;
            _state = State.Inside;
        }

        return null;
    }

    private FrameEvent? ReadInside(ref ReadOnlySpan<byte> data)
    {
        int taken = _ends.Find(data);
        ReadOnlySpan<byte> part = data[..(taken > 0 ? taken : data.Length)];
        data = data[part.Length..];
        // What is surely content: the end, or what may turn out to be the end, is none.
        long content = (long)BlockLength + part.Length - (end.Length - (taken > 0 ? 0 : 1));
        _state = taken > 0 ? State.Outside : content > MaxMessageBytes ? State.Discarding : State.Inside;
        if (content > MaxMessageBytes)
            return Overflow(part);
        if (taken > 0 && BlockLength == 0)
            return Finish(part[..^end.Length]);
        Append(part, MaxMessageBytes + end.Length);
        return taken > 0 ? Finish(Gathered[..^end.Length]) : null;
    }

    private FrameEvent? Finish(ReadOnlySpan<byte> content) => content.IsEmpty && start.Length == 0 ? null : Complete(content);

    private FrameEvent? ReadDiscarding(ref ReadOnlySpan<byte> data)
    {
        int taken = _ends.Find(data);
        data = data[(taken > 0 ? taken : data.Length)..];
        if (taken > 0)
            _state = State.Outside;
        return null;
    }
}

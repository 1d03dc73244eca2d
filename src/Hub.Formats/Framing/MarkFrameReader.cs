namespace Hub.Formats.Framing;

// Outside    bytes are junk until the start (F02); without start bytes the first byte begins a block
// Inside     bytes are data up to the end, wherever reads cut it; of HL7 the start before MSH, FHS or BHS means that the
//            message was torn and a new one begins (F05). The end counts before that: it is looked for first
// Discarding the block is too large: bytes are dropped up to its end (F06)

/// <summary>Reads messages between start and end bytes, or ended by a delimiter. An empty message between two delimiters is passed over: senders keep connections alive with blank lines.</summary>
internal sealed class MarkFrameReader(byte[] start, byte[] end, bool tears, int maxMessageBytes) : FrameReader(maxMessageBytes)
{
    private static readonly byte[][] s_headers = ["MSH"u8.ToArray(), "FHS"u8.ToArray(), "BHS"u8.ToArray()];

    private readonly MarkFinder _starts = new(start);
    private readonly MarkFinder _ends = new(end);
    private readonly MarkFinder[] _tears = tears ? [.. s_headers.Select(header => new MarkFinder([.. start, .. header]))] : [];
    private readonly int _longestMark = Math.Max(end.Length, tears ? start.Length + s_headers[0].Length : 0);
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
            _junk = 0;
            Begin();
        }

        return null;
    }

    private void Begin()
    {
        Open();
        foreach (MarkFinder tear in _tears)
            tear.Forget();
        _state = State.Inside;
    }

    private FrameEvent? ReadInside(ref ReadOnlySpan<byte> data)
    {
        int taken = _ends.Find(data);
        ReadOnlySpan<byte> part = data[..(taken > 0 ? taken : data.Length)];
        int torn = FindTear(part, out byte[] header);
        if (torn > 0 && (taken == 0 || torn < taken) && (long)BlockLength + torn <= (long)MaxMessageBytes + _longestMark)
            return BeginAnew(ref data, torn, header);
        data = data[part.Length..];
        // What is surely content: the end, or what may turn out to be a mark, is none.
        long content = (long)BlockLength + part.Length - (taken > 0 ? end.Length : _longestMark - 1);
        _state = taken > 0 ? State.Outside : content > MaxMessageBytes ? State.Discarding : State.Inside;
        if (content > MaxMessageBytes)
            return Overflow(part);
        if (taken > 0 && BlockLength == 0)
            return PassesOver(part.Length - end.Length) ? null : Complete(part[..^end.Length]);
        Append(part);
        if (taken == 0)
            return null;
        if (!PassesOver(BlockLength - end.Length))
            return Complete(BlockLength - end.Length);
        Drop();
        return null;
    }

    /// <summary>Looks for the first start of another message.</summary>
    /// <param name="part">Bytes of the message.</param>
    /// <param name="header">The name of the segment that the other begins with.</param>
    /// <returns>How many of the bytes go up to the end of that name; 0 when none has come.</returns>
    private int FindTear(ReadOnlySpan<byte> part, out byte[] header)
    {
        header = [];
        int first = 0;
        for (int i = 0; i < _tears.Length; i++)
        {
            if (_tears[i].Find(part) is var taken && taken > 0 && (first == 0 || taken < first))
                (first, header) = (taken, s_headers[i]);
        }

        return first;
    }

    private FrameEvent BeginAnew(ref ReadOnlySpan<byte> data, int taken, byte[] header)
    {
        data = data[taken..];
        Begin();
        // The end may begin in the name, and what was looked through after it is looked through again.
        _ends.Forget();
        _ends.Find(header);
        Append(header);
        return FrameEvent.Torn;
    }

    private bool PassesOver(int length) => length == 0 && start.Length == 0;

    protected override void Discard() => _state = State.Discarding;

    private FrameEvent? ReadDiscarding(ref ReadOnlySpan<byte> data)
    {
        int taken = _ends.Find(data);
        data = data[(taken > 0 ? taken : data.Length)..];
        if (taken > 0)
            _state = State.Outside;
        return null;
    }
}

using Hub.Formats.Framing;

namespace Hub.Formats.Mllp;

// The states:
//   Outside    bytes are junk until SB (F02)
//   Inside     bytes are data up to the next SB or EB
//   AfterEnd   an EB was seen: CR ends the block; LF and SB end it too, but only after a segment end (F03); anything else
//              makes the EB data (F04). The 250 ms of silence of F03 are the caller's: see CanEndBySilence.
//   AfterStart an SB was seen inside: MSH, FHS or BHS after it means that the block was torn and a new one begins (F05)
//   Discarding the block is too large: bytes are dropped up to EB CR (F06)

/// <summary>Finds messages in a stream of bytes (protocol F01 to F06). One a connection; it does no I/O and knows no clock.</summary>
/// <param name="maxMessageBytes">The longest block taken, without its frame.</param>
public sealed class MllpFrameReader(int maxMessageBytes) : FrameReader(maxMessageBytes)
{
    private static readonly byte[] s_end = [MllpFrame.EndBlock, MllpFrame.CarriageReturn];

    private readonly List<string> _flags = [];
    private int _junk;
    private int _matched;
    private byte _first;
    private bool _endSeen;
    private State _state;

    private enum State
    {
        Outside,
        Inside,
        AfterEnd,
        AfterStart,
        Discarding,
    }

    /// <inheritdoc />
    public override bool IsInBlock => _state is not State.Outside;

    /// <inheritdoc />
    public override bool IsDiscarding => _state is State.Discarding;

    /// <inheritdoc />
    public override bool CanEndBySilence => _state == State.AfterEnd && EndsWithSegment;

    private bool EndsWithSegment => BlockLength > 0 && LastByte is (byte)'\r' or (byte)'\n';

    /// <inheritdoc />
    public override FrameEvent Read(ref ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            FrameEvent? happened = _state switch
            {
                State.Outside => ReadOutside(ref data),
                State.Inside => ReadInside(ref data),
                State.AfterEnd => ReadAfterEnd(ref data),
                State.AfterStart => ReadAfterStart(ref data),
                _ => ReadDiscarding(ref data),
            };
            if (happened is { } done)
                return done;
        }

        return FrameEvent.NeedMore;
    }

    /// <inheritdoc />
    public override FrameEvent EndBySilence()
    {
        _flags.Add("missing-cr");
        return Finish(Complete(BlockLength));
    }

    private FrameEvent? ReadOutside(ref ReadOnlySpan<byte> data)
    {
        int start = data.IndexOf(MllpFrame.StartBlock);
        _junk += start < 0 ? data.Length : start;
        data = data[(start < 0 ? data.Length : start + 1)..];
        if (_junk > MostJunk)
            return FrameEvent.TooMuchJunk;
        if (start >= 0)
            Begin();
        return null;
    }

    private FrameEvent? ReadInside(ref ReadOnlySpan<byte> data)
    {
        int mark = data.IndexOfAny(MllpFrame.StartBlock, MllpFrame.EndBlock);
        ReadOnlySpan<byte> text = mark < 0 ? data : data[..mark];
        if (BlockLength + text.Length > MaxMessageBytes)
            return Refuse(text);
        // The usual case: the block came in one piece, and is copied once.
        if (BlockLength == 0 && mark >= 0 && data[mark..].StartsWith(s_end))
        {
            data = data[(mark + s_end.Length)..];
            return Finish(Complete(text));
        }

        Append(text);
        if (mark < 0)
        {
            data = [];
            return null;
        }

        _state = data[mark] == MllpFrame.EndBlock ? State.AfterEnd : State.AfterStart;
        _matched = 0;
        data = data[(mark + 1)..];
        return null;
    }

    private FrameEvent? ReadAfterEnd(ref ReadOnlySpan<byte> data)
    {
        byte next = data[0];
        bool odd = EndsWithSegment && next is (byte)'\n' or MllpFrame.StartBlock;
        if (next == MllpFrame.CarriageReturn || odd)
        {
            // An SB is left where it is: it opens the next block.
            data = data[(next == MllpFrame.StartBlock ? 0 : 1)..];
            if (odd)
                _flags.Add("missing-cr");
            return Finish(Complete(BlockLength));
        }

        return Resume([MllpFrame.EndBlock], "embedded-fs");
    }

    private FrameEvent? ReadAfterStart(ref ReadOnlySpan<byte> data)
    {
        byte next = data[0];
        bool fits = _matched switch
        {
            0 => next is (byte)'M' or (byte)'F' or (byte)'B',
            1 => next == (_first == 'M' ? 'S' : 'H'),
            _ => next == (_first == 'M' ? 'H' : 'S'),
        };
        if (!fits)
            return Resume([MllpFrame.StartBlock, .. Header[.._matched]], "embedded-vt");
        if (_matched == 0)
            _first = next;
        data = data[1..];
        if (++_matched < 3)
            return null;
        byte[] header = Header;
        Begin();
        Append(header);
        return FrameEvent.Torn;
    }

    private byte[] Header => _first switch
    {
        (byte)'M' => "MSH"u8.ToArray(),
        (byte)'F' => "FHS"u8.ToArray(),
        _ => "BHS"u8.ToArray(),
    };

    private FrameEvent? ReadDiscarding(ref ReadOnlySpan<byte> data)
    {
        if (_endSeen && data[0] == MllpFrame.CarriageReturn)
        {
            data = data[1..];
            _state = State.Outside;
            return null;
        }

        int end = data.IndexOf(MllpFrame.EndBlock);
        _endSeen = end >= 0;
        data = data[(end < 0 ? data.Length : end + 1)..];
        return null;
    }

    /// <summary>What looked like a mark was data.</summary>
    private FrameEvent? Resume(ReadOnlySpan<byte> data, string flag)
    {
        if (BlockLength + data.Length > MaxMessageBytes)
            return Refuse(data);
        Append(data);
        if (!_flags.Contains(flag))
            _flags.Add(flag);
        _state = State.Inside;
        return null;
    }

    private void Begin()
    {
        Open();
        _state = State.Inside;
        _junk = 0;
        _flags.Clear();
    }

    private FrameEvent Finish(FrameEvent completed)
    {
        if (HasControlBytes(Whole))
            _flags.Add("control-bytes");
        Flags = _flags.Count == 0 ? [] : [.. _flags];
        _state = State.Outside;
        return completed;
    }

    /// <inheritdoc />
    protected override void Discard()
    {
        // An EB that came last may be half of the end.
        _endSeen = _state == State.AfterEnd;
        _state = State.Discarding;
    }

    private FrameEvent Refuse(ReadOnlySpan<byte> text)
    {
        _endSeen = false;
        _state = State.Discarding;
        return Overflow(text);
    }

    // F01; LF is left to the rules of segments (E01).
    private static bool HasControlBytes(ReadOnlySpan<byte> message)
    {
        while (message.IndexOfAnyInRange((byte)0, (byte)0x1F) is var at && at >= 0)
        {
            if (message[at] is not ((byte)'\r' or (byte)'\n' or MllpFrame.StartBlock or MllpFrame.EndBlock))
                return true;
            message = message[(at + 1)..];
        }

        return false;
    }
}

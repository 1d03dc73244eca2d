namespace Hub.Formats.Mllp;

// A state machine over bytes, fed with whatever a read brought. It keeps the block it is in and nothing else.
//   Outside    bytes are junk until SB (F02)
//   Inside     bytes are data up to the next SB or EB
//   AfterEnd   an EB was seen: CR ends the block; LF and SB end it too, but only after a segment end (F03); anything else
//              makes the EB data (F04). The 250 ms of silence of F03 are the caller's: see CanEndBySilence.
//   AfterStart an SB was seen inside: MSH, FHS or BHS after it means that the block was torn and a new one begins (F05)
//   Discarding the block is too large: bytes are dropped up to EB CR (F06)
// What must stay true: the result does not depend on how the bytes were split into reads (F10), and memory for a block
// never passes the limit.

/// <summary>What <see cref="MllpFrameReader.Read"/> came to.</summary>
public enum MllpEvent
{
    /// <summary>All bytes are taken; more are needed.</summary>
    NeedMore,

    /// <summary>A block is complete: <see cref="MllpFrameReader.Take"/> gives it.</summary>
    Message,

    /// <summary>A block was cut short by the start of another; it is dropped (protocol F05).</summary>
    Torn,

    /// <summary>The block is longer than the limit; <see cref="MllpFrameReader.Take"/> gives its head, the rest is discarded (protocol F06).</summary>
    TooLarge,

    /// <summary>More than 64 KiB came without a start block (protocol F02).</summary>
    TooMuchJunk,
}

/// <summary>Finds messages in a stream of bytes (protocol F01 to F06). One a connection; it does no I/O and knows no clock.</summary>
/// <param name="maxMessageBytes">The longest block taken, without its frame.</param>
public sealed class MllpFrameReader(int maxMessageBytes)
{
    private const int MostJunk = 64 * 1024;
    private const int HeadKept = 4 * 1024;
    private const int BufferKept = 64 * 1024;

    private static readonly byte[] s_end = [MllpFrame.EndBlock, MllpFrame.CarriageReturn];

    private readonly List<string> _flags = [];
    private byte[] _buffer = [];
    private byte[] _message = [];
    private int _length;
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

    /// <summary>Oddities of that block: <c>missing-cr</c>, <c>embedded-fs</c>, <c>embedded-vt</c>, <c>control-bytes</c>.</summary>
    public IReadOnlyList<string> Flags { get; private set; } = [];

    /// <summary>Whether a block has begun and not ended.</summary>
    public bool IsInBlock => _state is not State.Outside;

    /// <summary>Whether the rest of a block that is too large is being dropped.</summary>
    public bool IsDiscarding => _state is State.Discarding;

    /// <summary>The number of the block that came last, from 1; another one means that another block has begun.</summary>
    public long Block { get; private set; }

    /// <summary>How many bytes of the block have come.</summary>
    public int BlockLength => _length;

    /// <summary>Whether the block ends if 250 ms of silence follow (protocol F03): call <see cref="EndBySilence"/> then.</summary>
    public bool CanEndBySilence => _state == State.AfterEnd && EndsWithSegment;

    private bool EndsWithSegment => _length > 0 && _buffer[_length - 1] is (byte)'\r' or (byte)'\n';

    /// <summary>Takes bytes up to the next event.</summary>
    /// <param name="data">The bytes; what was taken is cut off.</param>
    /// <returns>The event.</returns>
    public MllpEvent Read(ref ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            MllpEvent? happened = _state switch
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

        return MllpEvent.NeedMore;
    }

    /// <summary>After <see cref="MllpEvent.Message"/> gives the data of the block, after <see cref="MllpEvent.TooLarge"/> its first bytes. Once: the bytes are the caller's, the reader keeps no hold of them.</summary>
    /// <returns>The bytes.</returns>
    public byte[] Take()
    {
        byte[] message = _message;
        _message = [];
        return message;
    }

    /// <summary>Ends the block that <see cref="CanEndBySilence"/> told of.</summary>
    /// <returns><see cref="MllpEvent.Message"/>.</returns>
    public MllpEvent EndBySilence()
    {
        _flags.Add("missing-cr");
        return Complete(_buffer.AsSpan(0, _length));
    }

    private MllpEvent? ReadOutside(ref ReadOnlySpan<byte> data)
    {
        int start = data.IndexOf(MllpFrame.StartBlock);
        _junk += start < 0 ? data.Length : start;
        data = data[(start < 0 ? data.Length : start + 1)..];
        if (_junk > MostJunk)
            return MllpEvent.TooMuchJunk;
        if (start >= 0)
            Begin();
        return null;
    }

    private MllpEvent? ReadInside(ref ReadOnlySpan<byte> data)
    {
        int mark = data.IndexOfAny(MllpFrame.StartBlock, MllpFrame.EndBlock);
        ReadOnlySpan<byte> text = mark < 0 ? data : data[..mark];
        if (_length + text.Length > maxMessageBytes)
            return Overflow(text);
        // The usual case: the block came in one piece, and is copied once.
        if (_length == 0 && mark >= 0 && data[mark..].StartsWith(s_end))
        {
            data = data[(mark + s_end.Length)..];
            return Complete(text);
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

    private MllpEvent? ReadAfterEnd(ref ReadOnlySpan<byte> data)
    {
        byte next = data[0];
        bool odd = EndsWithSegment && next is (byte)'\n' or MllpFrame.StartBlock;
        if (next == MllpFrame.CarriageReturn || odd)
        {
            // An SB is left where it is: it opens the next block.
            data = data[(next == MllpFrame.StartBlock ? 0 : 1)..];
            if (odd)
                _flags.Add("missing-cr");
            return Complete(_buffer.AsSpan(0, _length));
        }

        return Resume([MllpFrame.EndBlock], "embedded-fs");
    }

    private MllpEvent? ReadAfterStart(ref ReadOnlySpan<byte> data)
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
        return MllpEvent.Torn;
    }

    private byte[] Header => _first switch
    {
        (byte)'M' => "MSH"u8.ToArray(),
        (byte)'F' => "FHS"u8.ToArray(),
        _ => "BHS"u8.ToArray(),
    };

    private MllpEvent? ReadDiscarding(ref ReadOnlySpan<byte> data)
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
    private MllpEvent? Resume(ReadOnlySpan<byte> data, string flag)
    {
        if (_length + data.Length > maxMessageBytes)
            return Overflow(data);
        Append(data);
        if (!_flags.Contains(flag))
            _flags.Add(flag);
        _state = State.Inside;
        return null;
    }

    private void Begin()
    {
        Block++;
        _state = State.Inside;
        _length = 0;
        _junk = 0;
        _flags.Clear();
    }

    private MllpEvent Complete(ReadOnlySpan<byte> data)
    {
        _message = data.ToArray();
        if (HasControlBytes(data))
            _flags.Add("control-bytes");
        Flags = _flags.Count == 0 ? [] : [.. _flags];
        Forget(State.Outside);
        return MllpEvent.Message;
    }

    private MllpEvent Overflow(ReadOnlySpan<byte> text)
    {
        int most = Math.Min(HeadKept, maxMessageBytes);
        ReadOnlySpan<byte> kept = _buffer.AsSpan(0, Math.Min(_length, most));
        _message = [.. kept, .. text[..Math.Min(text.Length, most - kept.Length)]];
        Flags = [];
        Forget(State.Discarding);
        return MllpEvent.TooLarge;
    }

    // A buffer that one large message needed is not kept for the small ones after it.
    private void Forget(State next)
    {
        if (_buffer.Length > BufferKept)
            _buffer = [];
        _length = 0;
        _endSeen = false;
        _state = next;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max((_buffer.Length * 2L) + 2048, _length + data.Length), maxMessageBytes));
        data.CopyTo(_buffer.AsSpan(_length));
        _length += data.Length;
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

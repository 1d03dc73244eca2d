namespace Hub.Formats.Framing;

// A frame reader is a state machine over bytes, fed with whatever a read brought. It keeps the block it is in and nothing else.
// What must stay true of each: the result does not depend on how the bytes were split into reads (protocol F10), and memory
// for a block never passes the limit, whatever a peer says about its length. MemoryWith says beforehand what a read will take.

/// <summary>Finds messages in a stream of bytes. One a connection; it does no I/O and knows no clock.</summary>
/// <param name="maxMessageBytes">The longest block taken, without its frame.</param>
public abstract class FrameReader(int maxMessageBytes)
{
    /// <summary>How much may come before the start of a block (protocol F02).</summary>
    protected const int MostJunk = 64 * 1024;

    private const int HeadKept = 4 * 1024;

    private readonly Pieces _gathered = new();
    private byte[] _message = [];

    /// <summary>Oddities of the block that came last, by the names of the protocol rules.</summary>
    public IReadOnlyList<string> Flags { get; protected set; } = [];

    /// <summary>Whether a block has begun and not ended.</summary>
    public abstract bool IsInBlock { get; }

    /// <summary>Whether the rest of a block that is too large is being dropped.</summary>
    public abstract bool IsDiscarding { get; }

    /// <summary>The number of the block that came last, from 1; another one means that another block has begun.</summary>
    public long Block { get; private set; }

    /// <summary>How many bytes of the block have come.</summary>
    public int BlockLength => _gathered.Length;

    /// <summary>Whether the block ends if 250 ms of silence follow (protocol F03): call <see cref="EndBySilence"/> then.</summary>
    public virtual bool CanEndBySilence => false;

    /// <summary>The longest block taken.</summary>
    protected int MaxMessageBytes => maxMessageBytes;

    /// <summary>How much of a block that is too large is kept, to answer it.</summary>
    protected int MostHead => Math.Min(HeadKept, maxMessageBytes);

    /// <summary>The byte of the block that was appended last; there is one.</summary>
    protected byte LastByte => _gathered.Last;

    /// <summary>The block that is whole, until it is taken.</summary>
    protected ReadOnlySpan<byte> Whole => _message;

    /// <summary>How much memory the block takes, beyond its first 64 KiB, once some more bytes are taken.</summary>
    /// <param name="count">How many more.</param>
    /// <returns>Bytes; 0 for small blocks, which take next to none.</returns>
    public long MemoryWith(int count) => _gathered.MemoryWith(count);

    /// <summary>Takes bytes up to the next event.</summary>
    /// <param name="data">The bytes; what was taken is cut off.</param>
    /// <returns>The event.</returns>
    public abstract FrameEvent Read(ref ReadOnlySpan<byte> data);

    /// <summary>After <see cref="FrameEvent.Message"/> gives the data of the block, after <see cref="FrameEvent.TooLarge"/> its first bytes. Once: the bytes are the caller's, the reader keeps no hold of them.</summary>
    /// <returns>The bytes.</returns>
    public byte[] Take()
    {
        byte[] message = _message;
        _message = [];
        return message;
    }

    /// <summary>Ends the block that <see cref="CanEndBySilence"/> told of.</summary>
    /// <returns><see cref="FrameEvent.Message"/>.</returns>
    public virtual FrameEvent EndBySilence() => throw new InvalidOperationException("Blocks of this framing do not end by silence.");

    /// <summary>Nothing more comes.</summary>
    /// <returns><see cref="FrameEvent.Message"/> where that is what ends a block; <see cref="FrameEvent.NeedMore"/> where a block is left unfinished.</returns>
    public virtual FrameEvent EndOfInput() => FrameEvent.NeedMore;

    /// <summary>The block that has begun is not wanted any longer: its rest is discarded as that of one that is too large.</summary>
    /// <returns>Its first bytes, to answer it.</returns>
    public byte[] GiveUp()
    {
        Discard();
        Overflow([]);
        return Take();
    }

    /// <summary>Forgets the block that has begun: nothing more is read.</summary>
    public void Drop() => _gathered.Clear();

    /// <summary>What comes from now on up to the end of the block is dropped.</summary>
    protected abstract void Discard();

    /// <summary>A block begins.</summary>
    protected void Open()
    {
        Block++;
        _gathered.Clear();
    }

    /// <summary>Keeps a part of the block.</summary>
    /// <param name="data">The part.</param>
    protected void Append(ReadOnlySpan<byte> data) => _gathered.Append(data);

    /// <summary>The block is whole, and came in one piece.</summary>
    /// <param name="data">Its bytes.</param>
    /// <returns><see cref="FrameEvent.Message"/>.</returns>
    protected FrameEvent Complete(ReadOnlySpan<byte> data)
    {
        _message = data.ToArray();
        _gathered.Clear();
        return FrameEvent.Message;
    }

    /// <summary>The block is whole.</summary>
    /// <param name="count">How many of the bytes that were appended are its content.</param>
    /// <returns><see cref="FrameEvent.Message"/>.</returns>
    protected FrameEvent Complete(int count)
    {
        _message = _gathered.ToArray(count);
        _gathered.Clear();
        return FrameEvent.Message;
    }

    /// <summary>The block is too long. Its head is kept for <see cref="Take"/>.</summary>
    /// <param name="next">Bytes of the block that were not appended.</param>
    /// <returns><see cref="FrameEvent.TooLarge"/>.</returns>
    protected FrameEvent Overflow(ReadOnlySpan<byte> next)
    {
        ReadOnlySpan<byte> kept = _gathered.Head(MostHead);
        _message = [.. kept, .. next[..Math.Min(next.Length, MostHead - kept.Length)]];
        Flags = [];
        _gathered.Clear();
        return FrameEvent.TooLarge;
    }
}

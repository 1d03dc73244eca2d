namespace Hub.Formats.Framing;

// A frame reader is a state machine over bytes, fed with whatever a read brought. It keeps the block it is in and nothing else.
// What must stay true of each: the result does not depend on how the bytes were split into reads (protocol F10), and memory
// for a block never passes the limit, whatever a peer says about its length.

/// <summary>Finds messages in a stream of bytes. One a connection; it does no I/O and knows no clock.</summary>
/// <param name="maxMessageBytes">The longest block taken, without its frame.</param>
public abstract class FrameReader(int maxMessageBytes)
{
    /// <summary>How much may come before the start of a block (protocol F02).</summary>
    protected const int MostJunk = 64 * 1024;

    private const int HeadKept = 4 * 1024;
    private const int BufferKept = 64 * 1024;

    private byte[] _buffer = [];
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
    public int BlockLength { get; private set; }

    /// <summary>Whether the block ends if 250 ms of silence follow (protocol F03): call <see cref="EndBySilence"/> then.</summary>
    public virtual bool CanEndBySilence => false;

    /// <summary>The longest block taken.</summary>
    protected int MaxMessageBytes => maxMessageBytes;

    /// <summary>How much of a block that is too large is kept, to answer it.</summary>
    protected int MostHead => Math.Min(HeadKept, maxMessageBytes);

    /// <summary>What was appended to the block so far.</summary>
    protected ReadOnlySpan<byte> Gathered => _buffer.AsSpan(0, BlockLength);

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

    /// <summary>A block begins.</summary>
    protected void Open()
    {
        Block++;
        BlockLength = 0;
    }

    /// <summary>Keeps a part of the block.</summary>
    /// <param name="data">The part.</param>
    /// <param name="most">How long the block can become, so that no more room is made for it.</param>
    protected void Append(ReadOnlySpan<byte> data, int most)
    {
        int wanted = BlockLength + data.Length;
        if (wanted > _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Max(wanted, Math.Min((_buffer.Length * 2L) + 2048, most)));
        data.CopyTo(_buffer.AsSpan(BlockLength));
        BlockLength = wanted;
    }

    /// <summary>The block is whole.</summary>
    /// <param name="data">Its bytes: <see cref="Gathered"/>, a part of it, or bytes of the read.</param>
    /// <returns><see cref="FrameEvent.Message"/>.</returns>
    protected FrameEvent Complete(ReadOnlySpan<byte> data)
    {
        // A buffer that is exactly the block is given away instead of copied.
        bool isBuffer = data.Length > BufferKept && data.Length == _buffer.Length && data == _buffer;
        _message = isBuffer ? _buffer : data.ToArray();
        Forget();
        return FrameEvent.Message;
    }

    /// <summary>The block is too long. Its head is kept for <see cref="Take"/>.</summary>
    /// <param name="next">Bytes of the block that were not appended.</param>
    /// <returns><see cref="FrameEvent.TooLarge"/>.</returns>
    protected FrameEvent Overflow(ReadOnlySpan<byte> next)
    {
        ReadOnlySpan<byte> kept = Gathered[..Math.Min(BlockLength, MostHead)];
        _message = [.. kept, .. next[..Math.Min(next.Length, MostHead - kept.Length)]];
        Flags = [];
        Forget();
        return FrameEvent.TooLarge;
    }

    // A buffer that one large message needed is not kept for the small ones after it.
    private void Forget()
    {
        if (_buffer.Length > BufferKept)
            _buffer = [];
        BlockLength = 0;
    }
}

using System.Buffers;

namespace Hub.Formats.Framing;

// A beginning of up to Free bytes has an array of its own, which the next content uses again. What goes beyond lies in pooled
// pieces, each twice the one before up to a MiB: content that grows is never copied to make room, so that it takes about its own
// bytes, and not those of all the arrays it has outgrown. Put together it is copied once, into an array of just its length.

/// <summary>Bytes that come in parts, gathered until they are whole. Not for use by several threads at once.</summary>
public sealed class Pieces
{
    /// <summary>How many bytes lie in the array that is kept, and are not counted by <see cref="MemoryWith"/>.</summary>
    public const int Free = 64 * 1024;

    private const int Largest = 1024 * 1024;

    private readonly List<byte[]> _more = [];
    private byte[] _first = [];

    /// <summary>How many bytes are gathered.</summary>
    public int Length { get; private set; }

    /// <summary>The byte that came last; there is one.</summary>
    public byte Last => Length <= Free ? _first[Length - 1] : Tail(Length - 1)[0];

    /// <summary>The first bytes.</summary>
    /// <param name="most">How many at most, up to <see cref="Free"/>.</param>
    /// <returns>The bytes, until more are appended.</returns>
    public ReadOnlySpan<byte> Head(int most) => _first.AsSpan(0, Math.Min(most, Math.Min(Length, Free)));

    /// <summary>How much memory the pieces beyond the free beginning take once some more bytes were appended.</summary>
    /// <param name="count">How many more.</param>
    /// <returns>Bytes; 0 for what fits into the beginning.</returns>
    public long MemoryWith(int count)
    {
        long beyond = (long)Length + count - Free;
        long memory = 0;
        for (int i = 0; memory < beyond; i++)
            memory += SizeOf(i);
        return memory;
    }

    /// <summary>Appends bytes.</summary>
    /// <param name="data">The bytes.</param>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            Span<byte> room = Length < Free ? Beginning(data.Length) : Tail(Length);
            int taken = Math.Min(room.Length, data.Length);
            data[..taken].CopyTo(room);
            data = data[taken..];
            Length += taken;
        }
    }

    /// <summary>Puts the first bytes together.</summary>
    /// <param name="count">How many.</param>
    /// <returns>A new array of them.</returns>
    public byte[] ToArray(int count)
    {
        byte[] whole = GC.AllocateUninitializedArray<byte>(count);
        Span<byte> left = whole;
        Copy(_first, ref left);
        foreach (byte[] piece in _more)
            Copy(piece, ref left);
        return whole;
    }

    /// <summary>Forgets all of it, and gives the pieces back.</summary>
    public void Clear()
    {
        foreach (byte[] piece in _more)
            ArrayPool<byte>.Shared.Return(piece);
        // What one large content needed is not kept for the small ones after it.
        if (_more.Count > 0)
            _first = [];
        _more.Clear();
        Length = 0;
    }

    // The pool has arrays of these very lengths.
    private static int SizeOf(int piece) => piece < 3 ? (2 * Free) << piece : Largest;

    private static void Copy(byte[] piece, ref Span<byte> left)
    {
        int count = Math.Min(piece.Length, left.Length);
        piece.AsSpan(0, count).CopyTo(left);
        left = left[count..];
    }

    private Span<byte> Beginning(int wanted)
    {
        int length = Math.Min(Length + wanted, Free);
        if (length > _first.Length)
            Array.Resize(ref _first, Math.Max(length, Math.Min((_first.Length * 2) + 2048, Free)));
        return _first.AsSpan(Length);
    }

    /// <summary>The rest of the piece in which a place beyond the beginning lies; makes it when it is the next one.</summary>
    private Span<byte> Tail(int place)
    {
        int at = place - Free;
        int piece = 0;
        while (at >= SizeOf(piece))
            at -= SizeOf(piece++);
        if (piece == _more.Count)
            _more.Add(ArrayPool<byte>.Shared.Rent(SizeOf(piece)));
        return _more[piece].AsSpan(at, SizeOf(piece) - at);
    }
}

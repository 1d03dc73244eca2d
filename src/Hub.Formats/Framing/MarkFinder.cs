namespace Hub.Formats.Framing;

/// <summary>Finds a mark in a stream, also where it lies across reads.</summary>
/// <param name="mark">The bytes looked for, at most <see cref="MarkFraming.LongestMark"/> and the name of a segment.</param>
internal sealed class MarkFinder(byte[] mark)
{
    private readonly byte[] _tail = new byte[mark.Length];
    private int _kept;

    /// <summary>Looks for the mark in what came before and these bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>How many of them go up to the end of the mark, from which on it looks for the next; 0 when it has not come.</returns>
    public int Find(ReadOnlySpan<byte> data)
    {
        int taken = FindAcross(data);
        if (taken == 0 && data.IndexOf(mark) is var at && at >= 0)
            taken = at + mark.Length;
        if (taken > 0)
            _kept = 0;
        else
            Keep(data);
        return taken;
    }

    /// <summary>What came before is not looked at any more.</summary>
    public void Forget() => _kept = 0;

    private int FindAcross(ReadOnlySpan<byte> data)
    {
        if (_kept == 0)
            return 0;
        Span<byte> seam = stackalloc byte[2 * (MarkFraming.LongestMark + 3)];
        int head = Math.Min(mark.Length - 1, data.Length);
        _tail.AsSpan(0, _kept).CopyTo(seam);
        data[..head].CopyTo(seam[_kept..]);
        int at = seam[..(_kept + head)].IndexOf(mark);
        return at < 0 ? 0 : at + mark.Length - _kept;
    }

    // As many of the last bytes as could be the beginning of the mark.
    private void Keep(ReadOnlySpan<byte> data)
    {
        int most = mark.Length - 1;
        if (data.Length >= most)
        {
            data[^most..].CopyTo(_tail);
            _kept = most;
            return;
        }

        int old = Math.Min(_kept, most - data.Length);
        _tail.AsSpan(_kept - old, old).CopyTo(_tail);
        data.CopyTo(_tail.AsSpan(old));
        _kept = old + data.Length;
    }
}

using Hub.Formats.Framing;

namespace Hub.Listeners.Connections;

// Only the time in which bytes of the sender were waited for counts, so that a slow journal, or a receiver whose answer
// decides, is never laid at the sender's door. The timer does nothing but wake the read; what is due is judged by the time
// that was measured. So a timer that fires late, when its reason is gone, does no harm, and a sender that drips a byte now
// and then is judged at each of them.

/// <summary>How long a connection waits for a sender (protocol F03, F06, F07, F08).</summary>
/// <param name="reader">The reader of the connection.</param>
/// <param name="lease">What its message holds of the memory for reading.</param>
/// <param name="config">The limits.</param>
/// <param name="clock">The time.</param>
/// <param name="wake">Ends the read that is waited for, with nothing read.</param>
internal sealed class Patience(FrameReader reader, ReadingLease lease, StreamListenerConfig config, TimeProvider clock, Action wake) : IDisposable
{
    private const int LeastBytesPerSecond = 256;
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_discard = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(ReadingRoom.StallSeconds);
    private static readonly TimeSpan s_firstRateCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_rateCheck = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _most = TimeSpan.FromSeconds(config.MaxMessageSeconds);
    private readonly TimeSpan _idle = config.IdleTimeoutSeconds == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(config.IdleTimeoutSeconds);
    private readonly ITimer _timer = clock.CreateTimer(static wake => ((Action)wake!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private (long Block, bool Discarding) _counted;
    private TimeSpan _inBlock;
    private TimeSpan _silent;
    private long _started;
    private bool _counting;

    /// <summary>Whether the block has ended because nothing came after its EB (protocol F03).</summary>
    public bool BlockEnds => reader.CanEndBySilence && _silent >= s_silence;

    /// <summary>A read begins.</summary>
    public void Begin()
    {
        _counting = reader.IsInBlock || _idle != TimeSpan.MaxValue;
        if (!_counting)
            return;
        _started = clock.GetTimestamp();
        // Rounded up: timers know whole milliseconds, and one that fires early would only be set again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Left().TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The read has ended; its bytes are not taken yet.</summary>
    /// <param name="silent">Whether it brought none.</param>
    public void End(bool silent)
    {
        TimeSpan waited = TimeSpan.Zero;
        if (_counting)
        {
            waited = clock.GetElapsedTime(_started);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _silent = silent ? _silent + waited : TimeSpan.Zero;
        _inBlock += waited;
    }

    /// <summary>Why the connection is to be closed, after the bytes of a read were taken.</summary>
    /// <returns>The reason; null when the sender keeps the limits.</returns>
    public string? Complaint()
    {
        if (_counted != (reader.Block, reader.IsDiscarding))
            (_counted, _inBlock) = ((reader.Block, reader.IsDiscarding), TimeSpan.Zero);
        if (!reader.IsInBlock)
            return _silent >= _idle ? $"nothing came for {config.IdleTimeoutSeconds} s" : null;
        if (reader.IsDiscarding)
            return _inBlock >= s_discard ? "the rest of a message that was refused did not end within 30 s" : null;
        if (_inBlock >= _most)
            return $"a message did not end within {config.MaxMessageSeconds} s";
        if (_silent >= s_stall && lease.IsWanted)
            return $"nothing came of a large message for {ReadingRoom.StallSeconds} s, while others waited for the room that it holds in memory";
        bool tooSlow = _inBlock >= s_firstRateCheck && reader.BlockLength < LeastBytesPerSecond * _inBlock.TotalSeconds;
        return tooSlow ? $"a message came slower than {LeastBytesPerSecond} bytes a second" : null;
    }

    public void Dispose() => _timer.Dispose();

    private TimeSpan Left()
    {
        if (!reader.IsInBlock)
            return _idle - _silent;
        if (reader.IsDiscarding)
            return s_discard - _inBlock;
        TimeSpan check = _inBlock < s_firstRateCheck ? s_firstRateCheck - _inBlock : s_rateCheck;
        TimeSpan left = check < _most - _inBlock ? check : _most - _inBlock;
        return reader.CanEndBySilence && s_silence - _silent < left ? s_silence - _silent : left;
    }
}

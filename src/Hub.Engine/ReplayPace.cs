namespace Hub.Engine;

/// <summary>Keeps to so many messages a second.</summary>
internal sealed class ReplayPace(int? perSecond, TimeProvider clock)
{
    private long _start = clock.GetTimestamp();
    private long _count;

    /// <summary>Waits until the next message may go. Time that was lost is not made up for by a rush.</summary>
    public async Task WaitAsync(CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (perSecond is not { } rate)
            return;
        TimeSpan wait = TimeSpan.FromSeconds((double)_count / rate) - clock.GetElapsedTime(_start);
        if (wait < -TimeSpan.FromSeconds(1))
            (_start, _count) = (clock.GetTimestamp(), 0);
        _count++;
        // Timers know whole milliseconds.
        if (wait >= TimeSpan.FromMilliseconds(1))
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, stopping);
    }
}

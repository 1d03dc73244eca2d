namespace Hub.Testing;

/// <summary>Time that stands still until a test moves it. Timers fire while it is moved, in their order.</summary>
public sealed class ManualTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(Func<bool> Is, TaskCompletionSource Met)> _waiting = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = s_start;

    public override TimeZoneInfo LocalTimeZone => Zone;

    /// <summary>The time zone of the machine. Default UTC.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>By how much somebody set the time of day ahead, or back where it is negative: timestamps and timers go on counting. Default none.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => _now + Ahead;

    // As of a machine that was started a day ago.
    public override long GetTimestamp() => (_now - s_start + TimeSpan.FromDays(1)).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when this many timers are set to fire.</summary>
    public Task TimersSetAsync(int count = 1) => WaitAsync(() => _timers.Count >= count);

    /// <summary>Completes when a timer is set to fire at a time of day.</summary>
    public Task TimerSetAsync(DateTimeOffset dueAt) => WaitAsync(() => _timers.Any(timer => timer.DueAt + Ahead == dueAt));

    /// <summary>Completes when a timer is set from now on.</summary>
    public Task NextTimerAsync()
    {
        lock (_lock)
            return _next.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Moves the time on and fires what became due.</summary>
    public void Advance(TimeSpan span)
    {
        DateTimeOffset target = _now + span;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.DueAt <= target).MinBy(timer => timer.DueAt);
                _now = next is null ? target : next.DueAt > _now ? next.DueAt : _now;
                if (next is null)
                    return;
                _timers.Remove(next);
            }

            next.Fire();
        }
    }

    /// <summary>Moves the time on as a machine that slept does: each timer that became due fires once, at the new time. For days, which have a fire of every short timer for each second otherwise.</summary>
    public void Leap(TimeSpan span)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += span;
            due = [.. _timers.Where(timer => timer.DueAt <= _now).OrderBy(timer => timer.DueAt)];
            _timers.RemoveAll(timer => due.Contains(timer));
        }

        foreach (ManualTimer timer in due)
            timer.Fire();
    }

    private Task WaitAsync(Func<bool> isSo)
    {
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Add((isSo, met));
        Look();
        return met.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Look()
    {
        lock (_lock)
        {
            foreach ((Func<bool> isSo, TaskCompletionSource met) in _waiting.ToList())
            {
                if (!isSo())
                    continue;
                met.TrySetResult();
                _waiting.RemoveAll(waiting => waiting.Met == met);
            }
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = time._now + dueTime;
                    time._timers.Add(this);
                    time._next.SetResult();
                    time._next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            time.Look();
            return true;
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
            callback(state);
        }

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

namespace Hub.Engine.Delivery;

/// <summary>Spreads messages evenly over the minute. Guarded by the lock of its <see cref="DestinationGate"/>.</summary>
/// <param name="mostPerMinute">Most messages in a minute; null for no limit.</param>
internal sealed class Throttle(int? mostPerMinute)
{
    // Timers come late by some milliseconds; without this the pace of many messages would be theirs.
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _interval = mostPerMinute is { } most ? TimeSpan.FromMinutes(1) / most : TimeSpan.Zero;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Whether there is a limit.</summary>
    public bool Limits => mostPerMinute is not null;

    /// <summary>How long to wait before the next message. Never longer than one message's share, also when the clock was set back.</summary>
    public TimeSpan WaitAt(DateTimeOffset now)
    {
        TimeSpan wait = _next > now ? _next - now : TimeSpan.Zero;
        return wait > _interval ? _interval : wait;
    }

    /// <summary>A message is about to be sent.</summary>
    public void Take(DateTimeOffset now) => _next = (now - _next > s_late || _next > now ? now : _next) + _interval;
}

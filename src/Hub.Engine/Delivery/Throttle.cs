namespace Hub.Engine.Delivery;

/// <summary>Spreads messages evenly over the minute. Guarded by the lock of its <see cref="DestinationGate"/>.</summary>
/// <param name="mostPerMinute">Most messages in a minute; null for no limit.</param>
internal sealed class Throttle(int? mostPerMinute)
{
    // Timers come late by some milliseconds; without this the pace of many messages would be theirs.
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _interval = mostPerMinute is { } most ? TimeSpan.FromMinutes(1) / most : TimeSpan.Zero;
    private TimeSpan _next;

    /// <summary>Whether there is a limit.</summary>
    public bool Limits => mostPerMinute is not null;

    /// <summary>How long to wait before the next message.</summary>
    /// <param name="now">The <see cref="SteadyTime"/>.</param>
    public TimeSpan WaitAt(TimeSpan now) => _next > now ? _next - now : TimeSpan.Zero;

    /// <summary>A message is about to be sent.</summary>
    /// <param name="now">The <see cref="SteadyTime"/>.</param>
    public void Take(TimeSpan now) => _next = (now > _next + s_late ? now : _next) + _interval;
}

using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>
/// Whether a receiver can be reached: after <c>unreachableAfter</c> tries in a row that did not reach it, one connection tries alone, at the back-off,
/// until it gets through. Guarded by the lock of its <see cref="DestinationGate"/>.
/// </summary>
/// <param name="retry">What the destination's file says.</param>
internal sealed class CircuitBreaker(RetryConfig retry)
{
    private int _failures;
    private int _probes;
    private bool _isProbing;
    private TimeSpan _nextProbe;

    /// <summary>Since when the receiver is unreachable; null while it is not.</summary>
    public DateTimeOffset? OpenSince { get; private set; }

    /// <summary>How long it is until the next try may be, whoever makes it.</summary>
    /// <param name="now">The <see cref="SteadyTime"/>.</param>
    public TimeSpan ProbeIn(TimeSpan now) => _nextProbe > now ? _nextProbe - now : TimeSpan.Zero;

    /// <summary>How long to wait before a try; zero for not at all, infinite while another connection tries.</summary>
    /// <param name="now">The <see cref="SteadyTime"/>.</param>
    public TimeSpan WaitAt(TimeSpan now)
    {
        if (OpenSince is null)
            return TimeSpan.Zero;
        return _isProbing ? Timeout.InfiniteTimeSpan : ProbeIn(now);
    }

    /// <summary>A connection is about to try. While the receiver is unreachable it is the only one.</summary>
    /// <returns>Whether it tries alone.</returns>
    public bool Begin() => _isProbing = OpenSince is not null;

    /// <summary>What came of a try.</summary>
    /// <param name="reach">How far it came; null when nobody knows.</param>
    /// <param name="wasProbe">Whether it tried alone.</param>
    /// <param name="clock">The time.</param>
    /// <returns>True when the receiver is unreachable from now on, false when it can be reached again, null when nothing changed.</returns>
    public bool? End(SendReach? reach, bool wasProbe, TimeProvider clock)
    {
        _isProbing &= !wasProbe;
        if (reach is null or SendReach.Unknown)
            return null;
        if (reach is not (SendReach.NotReached or SendReach.Partial))
            return Close();
        // Those that were under way when the first ones failed say nothing new.
        if (OpenSince is not null && !wasProbe)
            return null;
        if (++_failures < retry.UnreachableAfter)
            return null;
        _nextProbe = clock.Steady() + BackOff.After(retry, ++_probes, Random.Shared.NextDouble());
        bool isNew = OpenSince is null;
        OpenSince ??= clock.GetUtcNow();
        return isNew ? true : null;
    }

    /// <summary>A person wants a try now.</summary>
    public void Hurry() => _nextProbe = TimeSpan.Zero;

    private bool? Close()
    {
        bool wasOpen = OpenSince is not null;
        (_failures, _probes, OpenSince) = (0, 0, null);
        return wasOpen ? false : null;
    }
}

using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>What loops wait for.</summary>
public sealed class BellTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_wait_ends_in_time_though_the_machine_stood_still_while_it_began()
    {
        DateTimeOffset until = _time.GetUtcNow().AddMinutes(28);
        SuspendedTime suspended = new(_time, TimeSpan.FromMinutes(10));

        // Ended early, to look again; a timer of 28 minutes would end ten minutes late.
        await new Bell(suspended).WaitAsync(until, default).WaitAsync(TimeSpan.FromSeconds(60));

        Task again = new Bell(_time).WaitAsync(until, default);
        Assert.False(again.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(18));
        await again.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_ring_that_nobody_waited_for_ends_the_next_wait_and_many_are_one()
    {
        Bell bell = new(_time);
        bell.Ring();
        bell.Ring();

        await bell.WaitAsync(null, default).WaitAsync(TimeSpan.FromSeconds(60));
        using CancellationTokenSource stopping = new();
        Task waiting = bell.WaitAsync(null, stopping.Token);

        Assert.False(waiting.IsCompleted);
        await stopping.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>A clock that goes on by itself when a timer is set.</summary>
    private sealed class SuspendedTime(ManualTime time, TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            time.Advance(by);
            return time.CreateTimer(callback, state, dueTime, period);
        }
    }
}

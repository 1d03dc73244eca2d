using Hub.Channels.Destinations.File;
using Hub.Channels.Destinations.Sending;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What senders pass before each try: an unreachable receiver, the limit of messages a minute, pauses, maintenance.</summary>
public sealed class GateTests : IDisposable
{
    private static readonly DeliveryResult s_unreached = DeliveryResult.Retry("refused") with { Reach = SendReach.NotReached };
    private static readonly FileDestinationConfig s_config = new() { Id = "lab", Type = "file", Folder = "out", Retry = new() { FirstDelaySeconds = 10, MaxDelaySeconds = 60 } };

    private readonly ManualTime _clock = new();
    private readonly RecordedLog _log = new();
    private readonly Pauses _pauses = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void After_five_tries_that_did_not_reach_the_receiver_one_tries_alone_at_the_back_off_until_it_gets_through()
    {
        using DestinationGate gate = Gate(s_config);
        for (int i = 0; i < 5; i++)
            Assert.False(Try(gate, s_unreached));
        Assert.False(gate.TryPass(out _));
        Assert.Equal(GateState.Unreachable, gate.Look().State);

        _clock.Advance(TimeSpan.FromSeconds(12.1));
        Assert.True(gate.TryPass(out bool isAlone));
        Assert.True(isAlone);
        Assert.False(gate.TryPass(out _));
        gate.Leave(s_unreached, isAlone);
        _clock.Advance(TimeSpan.FromSeconds(15.9));
        Assert.False(gate.TryPass(out _));
        _clock.Advance(TimeSpan.FromSeconds(8.2));
        Assert.True(Try(gate, DeliveryResult.Sent()));

        Assert.Equal(GateState.Open, gate.Look().State);
        Assert.False(Try(gate, s_unreached));
        Assert.Equal([4044, 4045], _log.Take().Select(line => line.Id));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(48)]
    public async Task A_time_of_day_that_somebody_sets_changes_neither_the_wait_for_an_unreachable_receiver_nor_what_is_told_of_it(int hours)
    {
        using DestinationGate gate = Gate(s_config);
        for (int i = 0; i < 5; i++)
            Try(gate, s_unreached);
        Task waiting = gate.WaitAsync(CancellationToken.None);
        _clock.Ahead = TimeSpan.FromHours(hours);
        Assert.InRange(gate.Look().Until!.Value - _clock.GetUtcNow(), TimeSpan.FromSeconds(7.9), TimeSpan.FromSeconds(12.1));
        Assert.False(gate.TryPass(out _));
        _clock.Advance(TimeSpan.FromSeconds(12.1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(gate.TryPass(out bool isAlone));
        gate.Leave(s_unreached, isAlone);
        Assert.InRange(gate.Look().Until!.Value - _clock.GetUtcNow(), TimeSpan.FromSeconds(15.9), TimeSpan.FromSeconds(24.1));
    }

    [Theory]
    [InlineData(SendReach.Answered)]
    [InlineData(SendReach.Whole)]
    public void A_receiver_that_answers_or_takes_messages_is_reached_whatever_it_makes_of_them(SendReach reach)
    {
        using DestinationGate gate = Gate(s_config);
        for (int i = 0; i < 20; i++)
            Try(gate, i % 5 == 4 ? DeliveryResult.Retry("no") with { Reach = reach } : s_unreached);
        Assert.Equal(GateState.Open, gate.Look().State);
    }

    [Fact]
    public async Task A_person_can_have_an_unreachable_receiver_tried_at_once()
    {
        using DestinationGate gate = Gate(s_config);
        for (int i = 0; i < 5; i++)
            Try(gate, s_unreached);
        Task waiting = gate.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        gate.Hurry();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(Try(gate, DeliveryResult.Sent()));
    }

    [Fact]
    public async Task A_limit_of_messages_a_minute_spreads_them_evenly()
    {
        using DestinationGate gate = Gate(s_config with { MaxMessagesPerMinute = 6 });
        int sent = 0;
        for (int second = 0; second < 60; second++)
        {
            while (gate.TryPass(out bool isAlone))
            {
                sent++;
                gate.Leave(DeliveryResult.Sent(), isAlone);
            }

            Assert.InRange(sent, second / 10, (second / 10) + 1);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(6, sent);
        Assert.False(Try(gate, DeliveryResult.Sent()));
        Task next = gate.WaitAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await next.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(gate.TryPass(out _));
    }

    [Fact]
    public async Task Nothing_passes_in_maintenance_and_the_time_of_the_receiver_stands()
    {
        MaintenanceConfig window = new() { From = TimeOfDay.Parse("11:00"), To = TimeOfDay.Parse("13:00"), TimeZone = "UTC" };
        using DestinationGate gate = Gate(s_config with { Maintenance = [window] });
        Assert.Equal((GateState.Maintenance, (DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero)), (gate.Look().State, gate.Look().Until));
        Task waiting = gate.WaitAsync(CancellationToken.None);
        Assert.False(gate.TryPass(out _));
        TimeSpan before = gate.OpenTime;
        await _clock.TimersSetAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(gate.TryPass(out _));
        Assert.Equal(before, gate.OpenTime);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(before + TimeSpan.FromMinutes(5), gate.OpenTime);
    }

    [Fact]
    public async Task A_time_of_day_that_is_set_over_the_end_of_maintenance_ends_it_within_a_minute()
    {
        MaintenanceConfig window = new() { From = TimeOfDay.Parse("11:00"), To = TimeOfDay.Parse("23:00"), TimeZone = "UTC" };
        using DestinationGate gate = Gate(s_config with { Maintenance = [window] });
        Task waiting = gate.WaitAsync(CancellationToken.None);
        Assert.False(gate.TryPass(out _));
        await _clock.TimersSetAsync();
        _clock.Ahead = TimeSpan.FromHours(11);
        Assert.Equal(GateState.Open, gate.Look().State);

        _clock.Advance(TimeSpan.FromMinutes(1));

        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(gate.TryPass(out _));
    }

    [Fact]
    public async Task A_pause_holds_until_it_is_ended()
    {
        using DestinationGate gate = Gate(s_config);
        _pauses.Add(new("adt", "lab", _clock.GetUtcNow(), "tester", null));
        Task waiting = gate.WaitAsync(CancellationToken.None);
        Assert.False(gate.TryPass(out _));
        Assert.False(waiting.IsCompleted);
        TimeSpan before = gate.OpenTime;
        _clock.Advance(TimeSpan.FromHours(1));
        _pauses.Remove("adt", "lab");
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(gate.TryPass(out _));
        Assert.Equal(before, gate.OpenTime);
    }

    private DestinationGate Gate(FileDestinationConfig config) => new("adt", config, _pauses, _clock, _log);

    /// <summary>Tries once.</summary>
    /// <returns>Whether that was the only try.</returns>
    private static bool Try(DestinationGate gate, DeliveryResult result)
    {
        if (!gate.TryPass(out bool isAlone))
            return false;
        gate.Leave(result, isAlone);
        return isAlone;
    }
}

using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tests;

/// <content>A Hub at work, and clocks that are wrong.</content>
public sealed partial class RetentionTests
{
    [Fact]
    public async Task A_running_Hub_removes_by_itself_what_is_past_its_time()
    {
        await StoreAsync("old", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);
        await _journal.DisposeAsync();
        _folder.WriteChannel(Samples.PassThrough("adt", 1));
        await using (OwnHub hub = await OwnHub.StartAsync(_folder, _time))
        {
            await _time.TimerSetAsync(_time.GetUtcNow() + new HubOptions { Data = "" }.RetentionInterval);
            _time.Leap(32 * s_day);
            await hub.UntilAsync(journal => journal.Read(new(1))!.ContentRemovedAt is not null);
            Assert.Null(hub.Journal.Read(new(2))!.ContentRemovedAt);
        }

        _journal = await OpenAsync();
    }

    [Fact]
    public async Task Messages_are_taken_while_a_long_sweep_goes_on()
    {
        const int Old = 3_000;
        await Task.WhenAll(Enumerable.Range(0, Old).Select(i => _journal.AppendAsync(Sample($"{i}"))));
        await _journal.DisposeAsync();
        _folder.WriteChannel(Samples.PassThrough("adt", 1));
        await using (OwnHub hub = await OwnHub.StartAsync(_folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            Task<RetentionReport> sweep = hub.Server.Retention.SweepAsync(CancellationToken.None);
            int taken = 0;
            for (; !sweep.IsCompleted; taken++)
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"new-{taken}"))).Code);
            Assert.True((await sweep).Contents >= Old - 1, $"{await sweep}");
            Assert.InRange(taken, 30, int.MaxValue); // a message for each slice, at least
        }

        _journal = await OpenAsync();
    }

    [Fact]
    public async Task A_clock_that_is_suddenly_ahead_removes_nothing_for_a_day()
    {
        using RecordedLog log = new();
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);
        ObservedJournal observed = new(_journal);
        await using Retention retention = new(observed, () => [Channel("10d", "20d")], Options(), _time, new Logger<Retention>(log));
        retention.Start();
        await _time.TimersSetAsync();
        _time.Ahead = TimeSpan.FromDays(3_650);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("3650", await log.NextAsync(5094), StringComparison.Ordinal);
        await _time.TimersSetAsync();
        Assert.Null(_journal.Read(id)!.ContentRemovedAt);

        // It was meant: a day later what is past its time goes.
        for (int i = 0; i < 2; i++)
        {
            _time.Advance(i == 0 ? s_day : TimeSpan.FromMinutes(5));
            if (i == 0)
                await _time.TimersSetAsync();
        }

        await observed.UntilAsync(journal => journal.Read(id) is null);
    }

    [Fact]
    public async Task A_Hub_that_starts_with_a_clock_far_after_its_newest_message_removes_nothing_for_a_day()
    {
        using RecordedLog log = new();
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);
        _time.Advance(40 * s_day);
        ObservedJournal observed = new(_journal);
        await using Retention retention = new(observed, () => [Channel("10d", "20d")], Options(), _time, new Logger<Retention>(log));
        retention.LookAtClock();
        Assert.Contains("after the newest message", await log.NextAsync(5095), StringComparison.Ordinal);
        retention.Start();
        await _time.TimersSetAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await _time.TimersSetAsync();
        Assert.Null(_journal.Read(id)!.ContentRemovedAt);
        Assert.Contains("HUB5047", Assert.Throws<JournalException>(retention.RequireClock).Message, StringComparison.Ordinal);

        // It was right: a day later what is past its time goes.
        _time.Advance(s_day);
        await observed.UntilAsync(journal => journal.Read(id) is null);
    }

    [Fact]
    public async Task The_command_removes_nothing_by_a_clock_far_after_the_newest_message_unless_a_person_says_it_is_right()
    {
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);
        string channels = Path.GetDirectoryName(_folder.WriteChannel(Samples.PassThrough("adt", 1)))!;
        await _journal.DisposeAsync();
        CommandResult refused = await HubProcess.RunAsync("journal", "prune", "--data", _folder.Path("data"), "--channels", channels);
        CommandResult done = await HubProcess.RunAsync("journal", "prune", "--clock-is-right", "--data", _folder.Path("data"), "--channels", channels);
        _journal = await OpenAsync();
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("HUB5047", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("the content of 1 messages", done.Output, StringComparison.Ordinal);
        Assert.NotNull(_journal.Read(id)!.ContentRemovedAt);
    }
}

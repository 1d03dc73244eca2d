using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What becomes of lanes whose receiver does not do what it should: stuck heads, maybe delivered messages, pauses, events.</summary>
public sealed partial class LanePolicyTests
{
    private const string SlowRetry = "\"firstDelaySeconds\": 3600, \"maxDelaySeconds\": 3600";
    private const string QuickRetry = "\"firstDelaySeconds\": 0.05, \"maxDelaySeconds\": 0.1";

    [Fact]
    public async Task A_stuck_lane_lets_the_others_pass_and_parks_its_head_when_its_tries_are_used_up()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => receiver.ControlIdOf(message) == "stuck" ? "AR" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "lane": "PID-3.1" """).Replace("\"maxDelaySeconds\": 0.1", "\"maxDelaySeconds\": 0.1, \"maxAttempts\": 4", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("stuck", patient: "9990000018"));
        await sender.SendAsync(Samples.Adt("behind", patient: "9990000018"));
        for (int i = 0; i < 5; i++)
            await sender.SendAsync(Samples.Adt($"other{i}", patient: $"99900000{i}"));
        await hub.UntilAsync(DeliveryState.Sent, 6);

        StoredDelivery stuck = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Parked, 4), (stuck.State, stuck.Attempts));
        Assert.StartsWith("Given up after 4 tries. ", stuck.Reason, StringComparison.Ordinal);
        string[] order = [.. receiver.Messages.Select(message => receiver.ControlIdOf(message))];
        Assert.True(Array.IndexOf(order, "other4") >= 0 && Array.LastIndexOf(order, "stuck") < Array.IndexOf(order, "behind"));
    }

    [Fact]
    public async Task ParkAfter_gives_a_message_up_when_its_time_is_over_though_the_receiver_is_never_reached()
    {
        int port = FreePort.Take();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", port).Replace("\"maxDelaySeconds\": 0.1", "\"maxDelaySeconds\": 0.1, \"parkAfter\": \"1s\"", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        StoredDelivery parked = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.StartsWith("Given up after 1 seconds. ", parked.Reason, StringComparison.Ordinal);
        Assert.False(parked.MaybeDelivered);
    }

    [Fact]
    public async Task S04_a_message_that_was_sent_whole_and_not_answered_is_maybe_delivered_until_the_receiver_has_it()
    {
        using ScriptedPeer receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port).Replace(QuickRetry, SlowRetry, StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        using (RawPeer first = await receiver.AcceptAsync())
            await first.ReadToAsync("\u001c\r");
        await hub.UntilAsync(journal => journal.FindDeliveries(new() { MaybeDelivered = true }).Count == 1);
        StoredDelivery waiting = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Queued, true, true), (waiting.State, waiting.MaybeDelivered, waiting.History.Single().MaybeDelivered));
        Assert.Equal(("Sending", 1L, 0L, 1L), (hub.Look("adt", "out").State, hub.Look("adt", "out").Queued, hub.Look("adt", "out").Parked, hub.Look("adt", "out").MaybeDelivered));

        await hub.OperateAsync(DeliveryOperation.Retry, [1]);
        using RawPeer second = await receiver.AcceptAsync();
        Assert.Contains(Samples.Adt("1"), await second.ReadToAsync("\u001c\r"), StringComparison.Ordinal);
        await second.SendAsync(ScriptedPeer.Answer("AA", "1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.False(hub.Journal.Read(new(1))!.Deliveries.Single().MaybeDelivered);
    }

    [Fact]
    public async Task With_hold_a_maybe_delivered_message_is_parked_for_a_person_and_the_next_one_passes()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        receiver.Answer = context =>
        {
            if (receiver.Requests.Count == 1)
                context.Abort();
            return Task.CompletedTask;
        };
        await using HubHost hub = await HubHost.StartAsync($$"""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ { "id": "out", "type": "http", "endpoint": "http://127.0.0.1:{{receiver.Port}}/in", "onMaybeDelivered": "hold" } ] }""");
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        StoredDelivery held = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Parked, true), (held.State, held.MaybeDelivered));
        Assert.StartsWith("Maybe delivered, and held because onMaybeDelivered is \"hold\"", held.Reason, StringComparison.Ordinal);
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task What_was_cut_before_its_end_or_never_connected_is_not_maybe_delivered()
    {
        int port = FreePort.Take();
        await using HubHost hub = await HubHost.StartAsync($$"""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ { "id": "http", "type": "http", "endpoint": "http://127.0.0.1:{{port}}/in" }, { "id": "tcp", "type": "tcp", "endpoint": "127.0.0.1:{{port}}", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" } } ] }""");
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(journal => journal.FindDeliveries(new() { Message = new(1) }).All(one => one.Delivery.Attempts > 0));
        Assert.Empty(hub.Journal.FindDeliveries(new() { MaybeDelivered = true }));
    }

    [Fact]
    public async Task A_rule_pauses_the_destination_over_a_restart_until_a_person_resumes_it()
    {
        TestFolder kept = new();
        bool isRight = false;
        await using MllpReceiver receiver = new();
        receiver.Answer = _ => isRight ? "AA" : "AE";
        string channel = Samples.PassThrough("adt", receiver.Port, destination: """, "replies": [ { "code": ["AE"], "then": "pause", "raise": true } ]""");
        using RecordedLog log = new();
        HubHost first = await HubHost.StartAsync(kept, TimeProvider.System, log, channel);
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
        {
            await sender.SendAsync(Samples.Adt("1"));
            Assert.Contains("replies[0] says to look at the answer AE to message 1", await log.NextAsync(4043), StringComparison.Ordinal);
            await log.NextAsync(4041);
            await sender.SendAsync(Samples.Adt("2"));
            await first.UntilAsync(journal => journal.ReadPauses().Count == 1);
            Assert.Equal("Paused", first.Look("adt", "out").State);
            await first.StopAsync();
        }

        isRight = true;
        await using HubHost second = await HubHost.StartAsync(kept, channel);
        Assert.Equal(("Paused", 2L), (second.Look("adt", "out").State, second.Look("adt", "out").Queued));
        Assert.Equal(1, receiver.Count);
        await second.PauseAsync("adt", "out", isPaused: false);
        await second.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal(["1", "1", "2"], receiver.Messages.Select(message => receiver.ControlIdOf(message)));
        StoredOperation raised = Assert.Single(second.Journal.Read(new(1))!.Deliveries.Single().Operations);
        Assert.Equal((DeliveryOperation.Raise, "replies[0]", "The receiver answered AE."), (raised.Operation, raised.By, raised.Reason));
        await Assert.ThrowsAsync<JournalException>(() => second.PauseAsync("adt", "out", isPaused: false));
    }

    [Theory]
    [InlineData(DeliveryOperation.Retry, new[] { "stuck", "other1", "other2", "stuck", "behind" })]
    [InlineData(DeliveryOperation.Skip, new[] { "stuck", "other1", "other2", "behind" })]
    public async Task A_rule_pauses_one_lane_over_a_restart_until_a_person_does_something_to_its_head(DeliveryOperation operation, string[] sent)
    {
        TestFolder kept = new();
        ManualTime clock = new();
        bool isRight = false;
        await using MllpReceiver receiver = new();
        receiver.Answer = message => isRight || receiver.ControlIdOf(message) != "stuck" ? "AA" : "AE";
        string channel = Samples.PassThrough("adt", receiver.Port, destination: """, "lane": "PID-3.1", "replies": [ { "code": ["AE"], "then": "pauseLane" } ]""");
        using RecordedLog log = new();
        HubHost first = await HubHost.StartAsync(kept, clock, log, channel);
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
        {
            await sender.SendAsync(Samples.Adt("stuck", patient: "9990000018"));
            Assert.Contains("message 1 holds its lane", await log.NextAsync(4051), StringComparison.Ordinal);
            await sender.SendAsync(Samples.Adt("behind", patient: "9990000018"));
            await sender.SendAsync(Samples.Adt("other1", patient: "9990000026"));
            await first.UntilAsync(DeliveryState.Sent, 1);
            await first.UntilAsync(journal => journal.Read(new(1))!.Deliveries.Single().HoldsLane);
            Assert.Equal("Sending", first.Look("adt", "out").State);
            await first.StopAsync();
        }

        isRight = true;
        // When every wait would be over.
        clock.Leap(TimeSpan.FromDays(1));
        await using HubHost second = await HubHost.StartAsync(kept, clock, NullLoggerFactory.Instance);
        using (MllpSender sender = await MllpSender.ConnectAsync(second.Port("adt")))
            await sender.SendAsync(Samples.Adt("other2", patient: "9990000026"));
        await second.UntilAsync(DeliveryState.Sent, 2);
        StoredDelivery head = second.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Queued, true, null, 1), (head.State, head.HoldsLane, head.DueAt, head.Attempts));
        Assert.Equal((DeliveryOperation.PauseLane, "replies[0]"), (head.Operations.Single().Operation, head.Operations.Single().By));

        await Assert.ThrowsAsync<JournalException>(() => second.OperateAsync(DeliveryOperation.PauseLane, [1]));

        Assert.True((await second.OperateAsync(operation, [1])).Single().Done);
        await second.UntilAsync(journal => journal.Read(new(2))!.Deliveries.Single().State == DeliveryState.Sent);
        Assert.Equal(sent, receiver.Messages.Select(message => receiver.ControlIdOf(message)));
        Assert.False(second.Journal.Read(new(1))!.Deliveries.Single().HoldsLane);
    }

    [Fact]
    public async Task In_maintenance_nothing_is_tried_and_all_goes_on_at_its_end()
    {
        ManualTime clock = new();
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), clock, NullLoggerFactory.Instance, Samples.PassThrough("adt", receiver.Port, destination: """, "maintenance": [ { "days": ["sun"], "from": "11:00", "to": "12:47", "timeZone": "UTC" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        Assert.Equal(("Maintenance", 1L), (hub.Look("adt", "out").State, hub.Look("adt", "out").Queued));
        DateTimeOffset end = new(2026, 3, 1, 12, 47, 0, TimeSpan.Zero);
        // It is looked at each minute whether it is over: the clock may be set.
        await clock.TimerSetAsync(clock.GetUtcNow().AddMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(17));
        Assert.Equal(0, receiver.Count);
        // No further: the time that the receiver has for its answer would go by too.
        clock.Advance(TimeSpan.FromMinutes(30));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(end, hub.Journal.Read(new(1))!.Deliveries.Single().History.Single().StartedAt);
    }

    [Fact]
    public async Task A_maintenance_counts_not_for_parkAfter_though_the_Hub_is_restarted_at_its_end()
    {
        TestFolder kept = new();
        ManualTime clock = new();
        await using MllpReceiver receiver = new() { Answer = _ => "AR" };
        string channel = Samples.PassThrough("adt", receiver.Port, destination: """, "maintenance": [ { "from": "12:01", "to": "23:00", "timeZone": "UTC" } ]""").Replace("\"maxDelaySeconds\": 0.1", "\"maxDelaySeconds\": 60, \"parkAfter\": \"6h\"", StringComparison.Ordinal);
        HubHost first = await HubHost.StartAsync(kept, clock, NullLoggerFactory.Instance, channel);
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
            await sender.SendAsync(Samples.Adt("1"));
        await first.UntilAsync(journal => journal.Read(new(1))!.Deliveries.Single().Attempts == 1);
        clock.Leap(TimeSpan.FromHours(10));
        await first.StopAsync();
        clock.Leap(TimeSpan.FromHours(2));
        await using HubHost second = await HubHost.StartAsync(kept, clock, NullLoggerFactory.Instance);
        await second.UntilAsync(journal => journal.Read(new(1))!.Deliveries.Single().Attempts == 2);
        Assert.Equal(DeliveryState.Queued, second.Journal.Read(new(1))!.Deliveries.Single().State);
    }

    [Fact]
    public async Task A_destination_that_takes_nothing_holds_no_more_memory_than_allowed_loses_nothing_and_leaves_others_quick()
    {
        bool isUp = false;
        await using MllpReceiver stuck = new();
        stuck.Answer = _ => isUp ? "AA" : "AR";
        await using MllpReceiver other = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", stuck.Port), Samples.PassThrough("lab", other.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender quick = await MllpSender.ConnectAsync(hub.Port("lab"));
        string filler = new('x', 1024 * 1024);
        for (int i = 1; i <= 40; i++)
        {
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"{i}") + $"NTE|1||{filler}\r")).Code);
            Assert.Equal("AA", (await quick.SendAsync(Samples.Adt($"q{i}"))).Code);
        }

        for (int i = 1; i <= 40; i++)
            Assert.Equal($"q{i}", other.ControlIdOf(await other.NextAsync()));
        Assert.InRange(hub.QueuedBytes, 1, 16 * 1024 * 1024);
        isUp = true;
        await hub.UntilAsync(DeliveryState.Sent, 80);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"{i}"), stuck.Messages.Select(message => stuck.ControlIdOf(message)).Where(id => id != "1").Prepend("1"));
        Assert.All(stuck.Messages, message => Assert.True(message.Length > filler.Length));
    }
}

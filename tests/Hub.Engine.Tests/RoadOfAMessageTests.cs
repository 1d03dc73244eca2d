using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>From socket to receiver through the whole Hub.</summary>
public sealed class RoadOfAMessageTests
{
    [Fact]
    public async Task A_message_is_filtered_changed_stored_answered_and_delivered()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, steps: """
            [ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" } },
              { "type": "setField", "path": "MSH-5", "value": "LAB" } ]
            """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1001"));

        Assert.Equal(("AA", "1001"), (answer.Code, answer.ControlId));
        Assert.Equal(Samples.Adt("1001").Replace("|MPI|", "|LAB|", StringComparison.Ordinal), Encoding.UTF8.GetString(await receiver.NextAsync()));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        StoredMessage stored = hub.Journal.Read(hub.Journal.Find(new() { ControlId = "1001" }).Single().Id)!;
        Assert.Equal(MessageState.Accepted, stored.State);
        Assert.Equal(("AA", DeliveryState.Sent), (stored.Deliveries.Single().History.Single().AnswerCode, stored.Deliveries.Single().State));
        Assert.Equal(Samples.Adt("1001"), Encoding.UTF8.GetString(hub.Journal.ReadContent(stored.Id)!.Value.Span));
    }

    [Fact]
    public async Task A_filtered_message_is_accepted_and_goes_nowhere()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" } } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1", processing: "T"));

        Assert.Equal("AA", answer.Code);
        Assert.Equal(MessageState.Filtered, hub.Journal.Find(new()).Single().State);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task L1_the_answer_waits_until_the_journal_has_the_message()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using WriteHold hold = hub.Journal.HoldWrites();

        Task<TestAnswer> answer = sender.SendAsync(Samples.Adt("1"));
        await hold.Reached;

        Assert.False(answer.IsCompleted);
        hold.Release();
        Assert.Equal("AA", (await answer).Code);
    }

    [Fact]
    public async Task D01_the_same_block_again_is_answered_alike_and_delivered_once()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("7"));
        TestAnswer again = await sender.SendAsync(Samples.Adt("7"));
        await sender.SendAsync(Samples.Adt("8"));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Equal(("AA", "7"), (again.Code, again.ControlId));
        Assert.Equal(2, receiver.Messages.Count);
        Assert.Equal(MessageState.Duplicate, hub.Journal.Find(new() { State = MessageState.Duplicate }).Single().State);
    }

    [Fact]
    public async Task D01_a_refused_block_again_is_refused_with_the_same_problem()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "accept": { "versions": ["2.4"] }"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer first = await sender.SendAsync(Samples.Adt("7"));
        TestAnswer again = await sender.SendAsync(Samples.Adt("7"));

        Assert.Equal("AR", again.Code);
        Assert.Equal(first.Segment("ERR"), again.Segment("ERR"));
    }

    [Fact]
    public async Task D02_another_message_with_the_same_control_id_is_delivered_and_flagged()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("7", patient: "9990000018"));
        await sender.SendAsync(Samples.Adt("7", patient: "9990000026"));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Contains("control-id-reuse", hub.Journal.Find(new())[0].Flags);
    }

    [Fact]
    public async Task D03_a_copy_that_comes_while_the_first_is_being_stored_gets_its_outcome()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender first = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender second = await MllpSender.ConnectAsync(hub.Port("adt"));
        using WriteHold hold = hub.Journal.HoldWrites();

        Task<TestAnswer> one = first.SendAsync(Samples.Adt("7"));
        await hold.Reached;
        Task<TestAnswer> two = second.SendAsync(Samples.Adt("7"));
        hold.Release();

        Assert.Equal(("AA", "AA"), ((await one).Code, (await two).Code));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A12_received_answers_before_the_steps_run_and_delivers_in_order()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "received" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        for (int i = 1; i <= 50; i++)
            await sender.PostAsync(Samples.Bytes(Samples.Adt($"{i}")));
        for (int i = 1; i <= 50; i++)
            Assert.Equal(("AA", $"{i}"), ((await sender.AnswerAsync())!.Code, $"{i}"));
        await hub.UntilAsync(DeliveryState.Sent, 50);

        Assert.Equal(Enumerable.Range(1, 50).Select(i => Samples.Adt($"{i}")), receiver.Messages.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task A12_delivered_answers_when_the_receiver_has_answered()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A12_delivered_is_an_error_when_the_receiver_refuses()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await hub.UntilAsync(DeliveryState.Parked, 1);
    }

    [Fact]
    public async Task A12_delivered_closes_without_an_answer_in_time_and_the_resend_gets_the_outcome()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port,
            source: """, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 1""", destination: """, "ackTimeoutSeconds": 1"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.PostAsync(Samples.Bytes(Samples.Adt("1")));
        Assert.Null(await sender.AnswerAsync());

        receiver.Answer = _ => "AA";
        await hub.UntilAsync(DeliveryState.Sent, 1);
        using MllpSender again = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await again.SendAsync(Samples.Adt("1"))).Code);
        Assert.Single(hub.Journal.Find(new() { State = MessageState.Duplicate }));
    }

    [Fact]
    public async Task A_lane_by_key_keeps_order_within_the_key()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "lane": "PID-3.1" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        for (int i = 0; i < 200; i++)
            await sender.SendAsync(Samples.Adt($"{i}", patient: $"999000000{i % 5}"));
        await hub.UntilAsync(DeliveryState.Sent, 200);

        var byPatient = receiver.Messages.Select(Encoding.UTF8.GetString).Select(text => (Patient: text.Split('|')[16], Id: int.Parse(text.Split('|')[9], System.Globalization.CultureInfo.InvariantCulture))).GroupBy(message => message.Patient).ToList();
        Assert.Equal(5, byPatient.Count);
        Assert.All(byPatient, group => Assert.Equal(group.Select(message => message.Id).Order(), group.Select(message => message.Id)));
    }

    [Fact]
    public async Task A_refused_message_lets_the_next_one_through_and_can_be_replayed()
    {
        await using MllpReceiver receiver = new() { Answer = message => Encoding.UTF8.GetString(message).Contains("|bad|", StringComparison.Ordinal) ? "AE" : "AA" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("bad"));
        await sender.SendAsync(Samples.Adt("good"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await hub.UntilAsync(DeliveryState.Sent, 1);
        receiver.Answer = _ => "AA";
        StoredMessage parked = hub.Journal.Find(new() { Delivery = DeliveryState.Parked }).Single();
        Assert.Contains("AE", parked.Deliveries.Single().Reason, StringComparison.Ordinal);

        await hub.ReplayAsync(parked.Id, "out");
        await hub.UntilAsync(DeliveryState.Sent, 2);
        await hub.ReplayAsync(parked.Id);
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal(4, receiver.Messages.Count);
        Assert.Equal(parked.Id, hub.Journal.Find(new())[0].ReplayOf);
    }
}

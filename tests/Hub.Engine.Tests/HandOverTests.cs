using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Channels that hand messages to other channels.</summary>
public sealed class HandOverTests
{
    private const string Second = """
        { "id": "second", "source": { "type": "channel" }, "steps": [ { "type": "setField", "path": "MSH-6", "value": "SECOND" } ],
          "destinations": [ { "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:PORT" } ] }
        """;

    private static readonly string s_first = """
        { "id": "first", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [ { "id": "next", "type": "channel", "channel": "second", "steps": [ { "type": "setField", "path": "MSH-10", "value": "${MSH-10}x" } ] } ] }
        """;

    [Fact]
    public async Task A_message_goes_through_both_channels_in_order_with_one_trace()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(s_first, WithPort(receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));
        for (int i = 0; i < 50; i++)
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"{i}"))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 100);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}x"), receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split('|')[9]));
        Assert.All(receiver.Messages, message => Assert.Contains("|SECOND|", Encoding.UTF8.GetString(message), StringComparison.Ordinal));
        StoredMessage handed = hub.Journal.Find(new() { Channel = "second", ControlId = "7x" }).Single();
        StoredMessage first = hub.Journal.Find(new() { ControlId = "7" }).Single();
        Assert.Equal((first.Id, first.Id, "channel first"), (handed.Trace, handed.HandedFrom, handed.Peer));
        Assert.Equal([handed.Id, first.Id], hub.Journal.Find(new() { Trace = first.Id }).Select(message => message.Id));
    }

    [Fact]
    public async Task A_message_for_a_channel_that_does_not_run_waits_for_it()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(s_first, WithPort(receiver.Port).Replace("\"id\": \"second\",", "\"id\": \"second\", \"enabled\": false,", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));
        await sender.SendAsync(Samples.Adt("1"));
        Assert.Equal(MessageState.Received, hub.Journal.Find(new() { Channel = "second" }).Single().State);

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(WithPort(receiver.Port)));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A_circle_through_a_version_that_goes_on_running_sets_the_message_aside()
    {
        await using MllpReceiver receiver = new();
        int taken = FreePort.Take();
        using System.Net.Sockets.TcpListener other = new(System.Net.IPAddress.Loopback, taken);
        other.Start();
        await using HubHost hub = await HubHost.StartAsync(s_first, WithPort(receiver.Port));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("first", receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{taken}", StringComparison.Ordinal)));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel("""
            { "id": "second", "source": { "type": "channel" }, "destinations": [ { "id": "back", "type": "channel", "channel": "first" } ] }
            """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await hub.UntilAsync(DeliveryState.Parked, 1);
        StoredDelivery parked = hub.Journal.Find(new() { Delivery = DeliveryState.Parked }).Single().Deliveries.Single(delivery => delivery.State == DeliveryState.Parked);
        Assert.Contains("HUB1107 Messages would go round for ever", parked.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_is_kept_while_the_other_channel_begins_to_run_and_is_changed()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(s_first, WithPort(receiver.Port).Replace("\"id\": \"second\",", "\"id\": \"second\", \"enabled\": false,", StringComparison.Ordinal));
        Task sending = Task.Run(async () =>
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));
            for (int i = 0; i < 200; i++)
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"{i}"))).Code);
        });
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(WithPort(receiver.Port)));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(WithPort(receiver.Port).Replace("SECOND", "THIRD", StringComparison.Ordinal)));
        await sending;
        await hub.UntilAsync(DeliveryState.Sent, 400);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}x"), receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split('|')[9]));
    }

    [Fact]
    public async Task What_was_handed_over_goes_on_after_a_restart()
    {
        int port = FreePort.Take();
        HubHost hub = await HubHost.StartAsync(s_first, WithPort(port)); // its folder is the next one's
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first")))
            await sender.SendAsync(Samples.Adt("1"));
        await hub.StopAsync();

        await using MllpReceiver receiver = new(port);
        await using HubHost second = await HubHost.StartAsync(hub.Folder);
        await second.UntilAsync(DeliveryState.Sent, 2);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task What_is_queued_for_a_destination_that_is_a_channel_is_parked_with_what_to_do_also_after_a_release()
    {
        await using MllpReceiver receiver = new();
        string before = s_first.Replace("\"type\": \"channel\", \"channel\": \"second\"", "\"type\": \"mllp\", \"endpoint\": \"127.0.0.1:1\"", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(before, WithPort(receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first")))
            await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(s_first));
        await hub.UntilAsync(DeliveryState.Parked, 1);

        await hub.OperateAsync(DeliveryOperation.Release, [1]);
        await hub.UntilAsync(journal => journal.Read(new(1))!.Deliveries.Single() is { State: DeliveryState.Parked, History: [.., { State: DeliveryState.Parked }, { State: DeliveryState.Parked }] });
        string reason = hub.Journal.Read(new(1))!.Deliveries.Single().Reason!;
        Assert.Contains("releasing does nothing here", reason, StringComparison.Ordinal);
        Assert.EndsWith("with: hub replay 1", reason, StringComparison.Ordinal);
        await hub.ReplayAsync(new(1));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A_replay_to_the_other_channel_hands_the_same_bytes_over_again()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(s_first, WithPort(receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        StoredMessage first = hub.Journal.Find(new() { ControlId = "1" }).Single();
        await hub.ReplayAsync(first.Id, "next");
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Equal(2, receiver.Messages.Count);
        Assert.Equal(receiver.Messages[0], receiver.Messages[1]);
        Assert.Equal(3, hub.Journal.Find(new() { Trace = first.Id }).Count);
    }

    [Theory]
    [InlineData("secnd", "No channel has the id \"secnd\". Did you mean \"second\"?")]
    [InlineData("first", "Messages would go round for ever: first → first.")]
    public async Task A_wrong_or_circular_way_is_told_when_files_are_loaded(string to, string problem)
    {
        await using HubHost hub = await HubHost.StartAsync(s_first.Replace("\"channel\": \"second\"", $"\"channel\": \"{to}\"", StringComparison.Ordinal), WithPort(1));
        Assert.Equal("Refused", hub.Status("first").State);
        Assert.Contains(problem, Assert.Single(hub.Status("first").Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_that_leads_back_through_another_channel_is_told_when_files_are_loaded()
    {
        await using HubHost hub = await HubHost.StartAsync(s_first, """
            { "id": "second", "source": { "type": "channel" }, "destinations": [ { "id": "back", "type": "channel", "channel": "first" } ] }
            """);
        Assert.Contains("Messages would go round for ever: first \u2192 second \u2192 first.", Assert.Single(hub.Status("first").Problems), StringComparison.Ordinal);
        Assert.Contains("Messages would go round for ever: second \u2192 first \u2192 second.", Assert.Single(hub.Status("second").Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("second", null)]
    [InlineData("secnd", "No channel has the id \"secnd\". Did you mean \"second\"?")]
    [InlineData("first", "Messages would go round for ever: first \u2192 first.")]
    public async Task The_other_channel_may_be_named_by_the_environment(string next, string? problem)
    {
        TestFolder folder = new();
        folder.Write("environments/test.json", $$"""{ "values": { "NEXT": "{{next}}" } }""");
        await using HubHost hub = await HubHost.StartAsync(folder, WithPort(1), s_first.Replace("\"channel\": \"second\"", "\"channel\": \"${env:NEXT}\"", StringComparison.Ordinal));
        if (problem is null)
            Assert.Equal("Running", hub.Status("first").State);
        else
            Assert.Contains(problem, Assert.Single(hub.Status("first").Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, "HUB1369 channel first $.source.acknowledge: ")]
    [InlineData("", true, "HUB1369 channel first $.source.acknowledge: ")]
    [InlineData(", \"acknowledgeBy\": \"next\"", false, "HUB1369 channel first $.source.acknowledgeBy: ")]
    [InlineData(", \"acknowledgeBy\": \"lab\"", false, null)]
    [InlineData(", \"acknowledgeBy\": \"lab\"", true, null)]
    public async Task A12_a_destination_that_is_a_channel_cannot_decide_the_answer(string by, bool isSecond, string? problem)
    {
        const string Next = """{ "id": "next", "type": "channel", "channel": "second" }""";
        const string Lab = """{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:1", "when": { "path": "MSH-9.2", "equals": "A01" } }""";
        await using HubHost hub = await HubHost.StartAsync($$"""
            { "id": "first", "source": { "type": "mllp", "listen": "127.0.0.1:0", "acknowledge": "delivered"{{by}} },
              "destinations": [ {{(isSecond ? $"{Lab}, {Next}" : $"{Next}, {Lab}")}} ] }
            """, WithPort(1));
        if (problem is null)
            Assert.Equal("Running", hub.Status("first").State);
        else
            Assert.Contains(problem, Assert.Single(hub.Status("first").Problems), StringComparison.Ordinal);
    }

    private static string WithPort(int port) => Second.Replace("PORT", $"{port}", StringComparison.Ordinal);
}

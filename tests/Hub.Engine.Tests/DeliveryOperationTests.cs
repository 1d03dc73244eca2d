using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What people do to deliveries of a running Hub: release, retry now, skip, edit, move.</summary>
public sealed class DeliveryOperationTests
{
    [Fact]
    public async Task A_released_delivery_is_sent_before_later_ones_of_its_lane_that_wait()
    {
        // The receiver parks 1, then takes nothing while 2 to 4 come.
        bool isUp = false;
        await using MllpReceiver receiver = new();
        receiver.Answer = message => isUp ? "AA" : Id(receiver, message) == "1" ? "AE" : "AR";
        await using HubHost hub = await HubHost.StartAsync(Slow(receiver));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 4; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await hub.UntilAsync(journal => journal.FindDeliveries(new() { Deliveries = [2] }).Single().Delivery.Attempts == 1);

        isUp = true;
        Assert.Equal((true, "released: it waits for its turn"), (await hub.OperateAsync(DeliveryOperation.Release, [1], reason: "the receiver's table is right now")).Single());
        await hub.UntilAsync(DeliveryState.Sent, 1);
        await hub.OperateAsync(DeliveryOperation.Retry, [2]);
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Equal(["1", "2", "1", "2", "3", "4"], receiver.Messages.Select(message => Id(receiver, message)));
        StoredDelivery first = hub.Journal.Read(new(1))!.Deliveries.Single();
        StoredOperation release = Assert.Single(first.Operations);
        Assert.Equal((DeliveryOperation.Release, "tester", "the receiver's table is right now", DeliveryState.Queued), (release.Operation, release.By, release.Reason, release.State));
        Assert.Equal([DeliveryState.Parked, DeliveryState.Sent], first.History.Select(attempt => attempt.State));
    }

    [Fact]
    public async Task A_released_delivery_has_all_its_tries_again()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AR" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port).Replace("\"maxDelaySeconds\": 0.1", "\"maxDelaySeconds\": 0.1, \"maxAttempts\": 2", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await hub.OperateAsync(DeliveryOperation.Release, [1]);
        await hub.UntilAsync(journal => journal.FindDeliveries(new() { Deliveries = [1] }).Single().Delivery is { State: DeliveryState.Parked, Attempts: > 2 });
        StoredDelivery delivery = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal(4, delivery.Attempts);
        Assert.StartsWith("Given up after 2 tries. ", delivery.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_skipped_delivery_is_not_sent_and_lets_the_next_one_pass()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => Id(receiver, message) == "1" ? "AR" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Slow(receiver));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.UntilAsync(journal => journal.FindDeliveries(new() { Deliveries = [1] }).Single().Delivery.Attempts == 1);
        await hub.OperateAsync(DeliveryOperation.Skip, [1], reason: "test patient");
        await hub.UntilAsync(DeliveryState.Sent, 1);

        StoredDelivery skipped = hub.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Skipped, "Skipped by tester: test patient"), (skipped.State, skipped.Reason));
        Assert.Equal(["1", "2"], receiver.Messages.Select(message => Id(receiver, message)));
        (bool done, string outcome) = (await hub.OperateAsync(DeliveryOperation.Release, [1])).Single();
        Assert.False(done);
        Assert.StartsWith("Delivery 1 is Skipped, so nothing can be done to it any more.", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("spare")]
    public async Task A12_D01_what_was_skipped_or_moved_is_answered_AE_when_it_comes_again(string? movedTo)
    {
        await using MllpReceiver refusing = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", "acknowledge": "delivered" },
              "destinations": [
                { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{refusing.Port}}" },
                { "id": "spare", "type": "log", "when": { "path": "PID-8", "equals": "X" } } ] }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.True((await hub.OperateAsync(movedTo is null ? DeliveryOperation.Skip : DeliveryOperation.Move, [1], to: movedTo)).Single().Done);
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal(1, refusing.Count);
    }

    [Fact]
    public async Task An_edited_delivery_sends_the_new_bytes_and_keeps_the_old_ones()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => Encoding.UTF8.GetString(message).Contains("19610615", StringComparison.Ordinal) ? "AE" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Slow(receiver));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        string edited = Samples.Adt("1").Replace("19610615", "19610616", StringComparison.Ordinal);

        Assert.Contains("not an HL7 v2 message", (await hub.OperateAsync(DeliveryOperation.Edit, [1], content: [1, 2, 3])).Single().Outcome, StringComparison.Ordinal);
        Assert.True((await hub.OperateAsync(DeliveryOperation.Edit, [1], content: Samples.Bytes(edited), reason: "born on the 16th")).Single().Done);
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(edited, Encoding.UTF8.GetString(receiver.Messages[^1]));
        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(hub.Journal.ReadContentBefore(1, 1)!.Value.Span));
        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(hub.Journal.ReadContent(new(1))!.Value.Span));
        Assert.Equal(edited.Length, hub.Journal.Read(new(1))!.Deliveries.Single().Bytes);
    }

    // The message said another patient than it was about. Put right, it keeps its place among those of the right one.
    [Fact]
    public async Task An_edited_delivery_goes_in_the_lane_of_its_new_bytes_at_the_place_that_its_number_gives_it()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "lane": "PID-3.1" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await hub.PauseAsync("adt", "out", isPaused: true);
        foreach ((string id, string patient) in (IEnumerable<(string, string)>)[("1", "A"), ("2", "B"), ("3", "A"), ("4", "B")])
            await sender.SendAsync(Samples.Adt(id, patient));

        Assert.True((await hub.OperateAsync(DeliveryOperation.Edit, [3], content: Samples.Bytes(Samples.Adt("3", "B")))).Single().Done);
        long[] lanes = [.. hub.Journal.ReadQueued("adt", "out", 0, 10).Select(delivery => delivery.Lane)];
        Assert.Equal([lanes[1], lanes[1], lanes[1]], lanes[1..]);
        Assert.NotEqual(lanes[0], lanes[1]);

        await hub.PauseAsync("adt", "out", isPaused: false);
        await hub.UntilAsync(DeliveryState.Sent, 4);
        Assert.Equal(["2", "3", "4"], receiver.Messages.Select(message => Id(receiver, message)).Where(id => id != "1"));
    }

    [Fact]
    public async Task A_moved_delivery_goes_to_the_other_destination_and_both_tell_of_each_other()
    {
        await using MllpReceiver refusing = new() { Answer = _ => "AE" };
        await using MllpReceiver taking = new();
        string channel = Slow(refusing).Replace("\"destinations\": [", $$"""
            "destinations": [ { "id": "spare", "type": "mllp", "endpoint": "127.0.0.1:{{taking.Port}}", "lane": "PID-3.1", "when": { "path": "PID-8", "equals": "X" } },
            """, StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(channel);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        Assert.Contains("has no destination spar. It has spare, out.", (await hub.OperateAsync(DeliveryOperation.Move, [1], to: "spar")).Single().Outcome, StringComparison.Ordinal);
        await hub.OperateAsync(DeliveryOperation.Move, [1], to: "spare");
        await hub.UntilAsync(DeliveryState.Sent, 1);

        IReadOnlyList<StoredDelivery> deliveries = hub.Journal.Read(new(1))!.Deliveries;
        Assert.Equal([("out", DeliveryState.Skipped, 2L), ("spare", DeliveryState.Sent, 1L)], deliveries.Select(one => (one.Destination, one.State, one.Operations.Single().Other!.Value)));
        Assert.Equal("Moved to spare as delivery 2. Moved by tester.", deliveries[0].Reason);
        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(taking.Messages.Single()));
    }

    [Fact]
    public async Task Nothing_is_done_to_a_delivery_while_it_is_being_sent()
    {
        using ScriptedPeer receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        using RawPeer line = await receiver.AcceptAsync();
        await line.ReadToAsync("\u001c\r");
        (bool done, string outcome) = (await hub.OperateAsync(DeliveryOperation.Skip, [1])).Single();
        Assert.False(done);
        Assert.StartsWith("Delivery 1 is being sent at this moment.", outcome, StringComparison.Ordinal);
        await line.SendAsync(ScriptedPeer.Answer("AA", "1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
    }

    [Fact]
    public async Task Of_many_each_is_judged_by_itself_and_numbers_that_are_none_are_told()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Slow(receiver));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 50; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        await hub.UntilAsync(DeliveryState.Parked, 50);
        receiver.Answer = _ => "AA";
        await hub.OperateAsync(DeliveryOperation.Skip, [7]);
        IReadOnlyList<(bool Done, string Outcome)> results = await hub.OperateAsync(DeliveryOperation.Release, [.. Enumerable.Range(1, 51).Select(i => (long)i)]);
        Assert.Equal([7, 51], Enumerable.Range(1, 51).Where(i => !results[i - 1].Done));
        await hub.UntilAsync(DeliveryState.Sent, 49);
        Assert.Equal(Enumerable.Range(1, 50).Where(i => i != 7).Select(i => $"{i}"), receiver.Messages.Skip(50).Select(message => Id(receiver, message)));
    }

    [Theory]
    [InlineData("deliveries/operations", "{}", "application/json", 400, "$.operation", "$.deliveries")]
    [InlineData("deliveries/operations", """{"operation": "Skip", "deliveries": null}""", "application/json", 400, "$.deliveries", "cannot be null")]
    [InlineData("deliveries/operations", """{"operation": "Skip", "deliveries": [1, "x"], "by": "me"}""", "application/json", 400, "$.deliveries[1]", "\"by\"")]
    [InlineData("deliveries/operations", "{}", "text/plain", 415, "Content-Type", "HUB7157")]
    [InlineData("deliveries/operations", "null", "application/json", 400, "object", "HUB7150")]
    [InlineData("deliveries/operations", """{"operation": "Move", "deliveries": []}""", "application/json", 400, "name 1 to 10000", "name the destination")]
    public async Task A_request_that_leaves_something_out_is_told_what_is_wrong(string path, string body, string type, int status, string told, string alsoTold)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using HttpClient client = AdminAddress.Read(hub.Folder.Path("data"))!.CreateClient();
        using StringContent content = new(body, Encoding.UTF8, type);
        using HttpResponseMessage response = await client.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), content);
        string text = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.ToString();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(told, text, StringComparison.Ordinal);
        Assert.Contains(alsoTold, text.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Id(MllpReceiver receiver, byte[] message) => receiver.ControlIdOf(message);

    // The next try is far away, so that only what a person does brings it.
    private static string Slow(MllpReceiver receiver) => Samples.PassThrough("adt", receiver.Port).Replace("\"firstDelaySeconds\": 0.05, \"maxDelaySeconds\": 0.1", "\"firstDelaySeconds\": 3600, \"maxDelaySeconds\": 3600", StringComparison.Ordinal);
}

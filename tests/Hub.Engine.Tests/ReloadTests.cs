using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Channels follow their files between two messages.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_changed_file_is_followed_without_dropping_a_connection()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port), Samples.PassThrough("other", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender other = await MllpSender.ConnectAsync(hub.Port("other"));
        await adt.SendAsync(Samples.Adt("1"));
        await other.SendAsync(Samples.Adt("2"));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "setField", "path": "MSH-5", "value": "NEW" } ]""")));
        await adt.SendAsync(Samples.Adt("3"));
        await other.SendAsync(Samples.Adt("4"));
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Contains(receiver.Messages, message => Encoding.UTF8.GetString(message) == Samples.Adt("3").Replace("|MPI|", "|NEW|", StringComparison.Ordinal));
        Assert.Contains(receiver.Messages, message => Encoding.UTF8.GetString(message) == Samples.Adt("4"));
    }

    [Fact]
    public async Task A_new_file_starts_a_channel_and_a_removed_one_stops_it()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("one", receiver.Port));
        using MllpSender one = await MllpSender.ConnectAsync(hub.Port("one"));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("two", receiver.Port)));
        using MllpSender two = await MllpSender.ConnectAsync(hub.Port("two"));
        Assert.Equal("AA", (await two.SendAsync(Samples.Adt("1"))).Code);

        await hub.ChangeFilesAsync(() => File.Delete(hub.Folder.Path("channels", "two.json")));
        Assert.False(hub.Has("two"));
        Assert.Null(await two.AnswerAsync());
        Assert.Equal("AA", (await one.SendAsync(Samples.Adt("2"))).Code);
    }

    [Fact]
    public async Task A_changed_value_of_the_environment_is_followed_and_a_broken_environment_leaves_what_runs()
    {
        await using MllpReceiver first = new();
        await using MllpReceiver second = new();
        TestFolder folder = new(); // the Hub's from here on
        folder.Write("environments/test.json", $$"""{ "values": { "LAB": "127.0.0.1:{{first.Port}}", "ON": "true" } }""");
        string channel = Samples.PassThrough("adt", first.Port).Replace($"\"127.0.0.1:{first.Port}\"", "\"${env:LAB}\"", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(folder, channel.Replace("\"id\": \"adt\",", "\"id\": \"adt\", \"enabled\": \"${env:ON}\",", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        await hub.ChangeFilesAsync(() => folder.Write("environments/test.json", $$"""{ "values": { "LAB": "127.0.0.1:{{second.Port}}", "ON": "true" } }"""));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        await hub.ChangeFilesAsync(() => folder.Write("environments/test.json", "{ \"values\": {"));
        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Contains("test.json has problems", hub.Status("adt").Problems[0], StringComparison.Ordinal);
        await sender.SendAsync(Samples.Adt("3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal([1, 2], [first.Messages.Count, second.Messages.Count]);
    }

    [Fact]
    public async Task A_bad_file_leaves_the_running_version()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/adt.json", "{ \"id\": \"adt\", \"sauce\": "));

        Assert.Equal("Running", hub.Status("adt").State);
        Assert.NotEmpty(hub.Status("adt").Problems);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }

    [Fact]
    public async Task A_destination_that_changes_takes_what_is_queued_with_it()
    {
        int nobody = FreePort.Take();
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", nobody));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await sender.SendAsync(Samples.Adt("2"));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port)));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Equal([Samples.Adt("1"), Samples.Adt("2")], receiver.Messages.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task A_changed_table_is_followed_and_a_broken_one_is_not()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.Write("channels/tables/class.csv", "from,to\nI,INPATIENT\n");
        HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "mapTable", "path": "PV1-2", "table": "tables/class.csv", "otherwise": "keep" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/tables/class.csv", "from,to\nI,ADMITTED\n"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/tables/class.csv", "\"broken"));
        await sender.SendAsync(Samples.Adt("3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal(["INPATIENT", "ADMITTED", "ADMITTED"], receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split("PV1||")[1].Split('|')[0]));
        await hub.StopAsync();
    }

    [Fact]
    public async Task A_port_that_is_in_use_stops_that_channel_only()
    {
        await using MllpReceiver receiver = new();
        string taken = Samples.PassThrough("taken", receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{receiver.Port}", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(taken, Samples.PassThrough("free", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("free"));

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal("Refused", hub.Status("taken").State);
        Assert.Contains($"{receiver.Port}", hub.Status("taken").Problems.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_whose_port_was_taken_starts_when_the_port_is_free()
    {
        await using MllpReceiver receiver = new();
        int port = FreePort.Take();
        MllpReceiver inTheWay = new(port);
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("late", receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal));
        Assert.Equal("Refused", hub.Status("late").State);

        await hub.ChangeFilesAsync(() => inTheWay.DisposeAsync().AsTask().GetAwaiter().GetResult());

        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("late"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }
}

using System.Net.Sockets;
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
    public async Task A12_a_channel_is_removed_although_a_sender_waits_for_its_receiver_and_its_message_stays_queued()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 300"""), Samples.PassThrough("other", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(Samples.Adt("1")));
        await receiver.NextAsync();

        await hub.ChangeFilesAsync(() => File.Delete(hub.Folder.Path("channels", "adt.json")));

        Assert.False(hub.Has("adt"));
        await AssertClosedWithoutAnswerAsync(sender);
        Assert.Single(hub.Journal.Find(new() { Delivery = DeliveryState.Queued }));
    }

    [Fact]
    public async Task A12_a_channel_goes_to_another_port_although_a_sender_waits_for_its_receiver()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        string channel = Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 300""");
        await using HubHost hub = await HubHost.StartAsync(channel);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(Samples.Adt("1")));
        await receiver.NextAsync();
        int port = FreePort.Take();

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(channel.Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal)));

        Assert.Equal(port, hub.Port("adt"));
        await AssertClosedWithoutAnswerAsync(sender);
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_no_change_of_any_channel_and_order_is_kept()
    {
        using ManualResetEventSlim answers = new();
        await using MllpReceiver hanging = new() { Answer = _ => { answers.Wait(); return "AA"; } };
        await using MllpReceiver receiver = new();
        string adt = Samples.PassThrough("adt", hanging.Port, destination: """, "ackTimeoutSeconds": 300""");
        await using HubHost hub = await HubHost.StartAsync(adt, Samples.PassThrough("other", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender other = await MllpSender.ConnectAsync(hub.Port("other"));
        await sender.SendAsync(Samples.Adt("1"));
        await hanging.NextAsync();
        const string steps = """[ { "type": "setField", "path": "MSH-5", "value": "NEW" } ]""";

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(adt.Replace("\"steps\": []", $"\"steps\": {steps}", StringComparison.Ordinal)));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("other", receiver.Port, steps: steps)));
        await sender.SendAsync(Samples.Adt("2"));
        await other.SendAsync(Samples.Adt("3"));

        Assert.Contains("|NEW|", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
        Assert.Equal(1, hanging.Count);
        answers.Set();
        await hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal([Samples.Adt("1"), Samples.Adt("2").Replace("|MPI|", "|NEW|", StringComparison.Ordinal)], hanging.Messages.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task A_channel_that_is_removed_and_comes_again_sends_after_what_it_had_in_hand()
    {
        using ManualResetEventSlim answers = new();
        await using MllpReceiver hanging = new() { Answer = _ => { answers.Wait(); return "AA"; } };
        string adt = Samples.PassThrough("adt", hanging.Port, destination: """, "ackTimeoutSeconds": 300""");
        await using HubHost hub = await HubHost.StartAsync(adt, Samples.PassThrough("other", hanging.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
            await sender.SendAsync(Samples.Adt("1"));
        await hanging.NextAsync();

        await hub.ChangeFilesAsync(() => File.Delete(hub.Folder.Path("channels", "adt.json")));
        Assert.False(hub.Has("adt"));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(adt));
        using MllpSender again = await MllpSender.ConnectAsync(hub.Port("adt"));
        await again.SendAsync(Samples.Adt("2"));

        Assert.Equal(1, hanging.Count);
        answers.Set();
        await hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal([Samples.Adt("1"), Samples.Adt("2")], hanging.Messages.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task A_bad_file_leaves_the_running_version_also_after_a_renaming()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => File.Move(hub.Folder.Path("channels", "adt.json"), hub.Folder.Path("channels", "ward.json")));
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/ward.json", "{ \"id\": "));
        Assert.Equal(("Running", true), (hub.Status("adt").State, hub.Status("adt").Problems.Count > 0));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port)));
        await hub.ChangeFilesAsync(() =>
        {
            File.Delete(hub.Folder.Path("channels", "adt.json"));
            hub.Folder.Write("channels/ward.json", """{ "id": "adt", "sauce": 1 }""");
        });

        Assert.Equal(("Running", true), (hub.Status("adt").State, hub.Status("adt").Problems.Count > 0));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }

    [Fact]
    public async Task A_channels_folder_that_is_away_for_a_moment_leaves_what_runs()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => Directory.Move(hub.Folder.Path("channels"), hub.Folder.Path("away")));

        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Contains("HUB1002", Assert.Single(hub.Status("adt").Problems), StringComparison.Ordinal);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }

    [Fact]
    public async Task A_copy_of_a_running_file_is_refused_and_changes_nothing_whatever_its_name()
    {
        await using MllpReceiver receiver = new();
        int port = FreePort.Take();
        string channel = Samples.PassThrough("lab", receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(channel);
        using MllpSender sender = await MllpSender.ConnectAsync(port);
        string copy = channel.Replace("\"steps\": []", """ "steps": [ { "type": "setField", "path": "MSH-5", "value": "OLD" } ]""", StringComparison.Ordinal);

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/lab-backup.json", copy));
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/a.json", copy.Replace("\"lab\"", "\"another\"", StringComparison.Ordinal)));

        Assert.Empty(hub.Status("lab").Problems);
        Assert.Contains("lab.json has the id \"lab\" already", Assert.Single(hub.Status("lab-backup").Problems, problem => problem.Contains("HUB1101", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("Refused", hub.Status("another").State);
        Assert.Contains("lab.json listens at this port already", Assert.Single(hub.Status("another").Problems), StringComparison.Ordinal);
        await sender.SendAsync(Samples.Adt("1"));
        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    private static async Task AssertClosedWithoutAnswerAsync(MllpSender sender)
    {
        try
        {
            Assert.Null(await sender.AnswerAsync());
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }
}

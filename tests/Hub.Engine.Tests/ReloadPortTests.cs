using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Channels keep, take and exchange their ports when files change.</summary>
public sealed class ReloadPortTests
{
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

    [Fact]
    public async Task A_channel_whose_port_is_taken_sends_nothing_until_it_has_its_port()
    {
        int late = FreePort.Take();
        int port = FreePort.Take();
        using TestFolder folder = new();
        string channel = Samples.PassThrough("adt", late).Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal);
        HubHost first = await HubHost.StartAsync(folder, channel);
        using (MllpSender sender = await MllpSender.ConnectAsync(port))
            await sender.SendAsync(Samples.Adt("1"));
        await first.StopAsync();
        await using MllpReceiver receiver = new(late);
        MllpReceiver inTheWay = new(port);

        HubHost hub = await HubHost.StartAsync(folder);
        Assert.Equal("Refused", hub.Status("adt").State);
        Assert.Equal(0, receiver.Count);
        Assert.Empty(hub.Journal.Find(new() { Delivery = DeliveryState.Sent }));
        await hub.ChangeFilesAsync(() => inTheWay.DisposeAsync().AsTask().GetAwaiter().GetResult());

        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
        await hub.StopAsync();
    }

    [Fact]
    public async Task Channels_that_run_can_exchange_their_ports_and_pass_them_on()
    {
        await using MllpReceiver receiver = new();
        int[] ports = [FreePort.Take(), FreePort.Take(), FreePort.Take(), FreePort.Take(), FreePort.Take()];
        string At(string id, int port) => Samples.PassThrough(id, receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{ports[port]}", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(At("a", 0), At("b", 1), At("c", 2), At("d", 3));

        // a and b exchange theirs, c takes that of d, d a new one.
        await hub.ChangeFilesAsync(() => Write(hub, At("a", 1), At("b", 0), At("c", 3), At("d", 4)));

        Assert.Equal([ports[1], ports[0], ports[3], ports[4]], new[] { "a", "b", "c", "d" }.Select(hub.Port));
        Assert.All(new[] { "a", "b", "c", "d" }, id => Assert.Empty(hub.Status(id).Problems));
        using MllpSender sender = await MllpSender.ConnectAsync(ports[1]);
        await sender.SendAsync(Samples.Adt("1"));
        Assert.Equal("a", Assert.Single(hub.Journal.Find(new())).Channel);
    }

    [Fact]
    public async Task A_channel_can_listen_to_more_addresses_of_its_port()
    {
        await using MllpReceiver receiver = new();
        int port = FreePort.Take();
        string channel = Samples.PassThrough("adt", receiver.Port, source: """, "allowPlaintext": true""").Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(channel);

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(channel.Replace($"127.0.0.1:{port}", $"*:{port}", StringComparison.Ordinal)));

        Assert.Empty(hub.Status("adt").Problems);
        using MllpSender sender = await MllpSender.ConnectAsync(port);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }

    [Fact]
    public async Task A_port_that_another_program_has_leaves_the_channels_as_they_run()
    {
        await using MllpReceiver receiver = new();
        int[] ports = [FreePort.Take(), FreePort.Take()];
        string At(string id, int port) => Samples.PassThrough(id, receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(At("a", ports[0]), At("b", ports[1]));
        using MllpSender sender = await MllpSender.ConnectAsync(ports[1]);

        await hub.ChangeFilesAsync(() => Write(hub, At("a", ports[1]), At("b", receiver.Port)));

        Assert.Equal([("Running", 1), ("Running", 1)], new[] { "a", "b" }.Select(id => (hub.Status(id).State, hub.Status(id).Problems.Count)));
        Assert.Equal(ports, new[] { "a", "b" }.Select(hub.Port));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
    }

    private static void Write(HubHost hub, params string[] channels)
    {
        foreach (string channel in channels)
            hub.Folder.WriteChannel(channel);
    }
}

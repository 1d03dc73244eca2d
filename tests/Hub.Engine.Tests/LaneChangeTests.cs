using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>A channel file that names another lane while deliveries wait.</summary>
public sealed class LaneChangeTests
{
    private const string Patient = "PID-3.1";
    private const string Other = "${PID-3.1}/${PID-3.4}";

    [Theory]
    [InlineData(Patient, Other, true)]
    [InlineData(Patient, Other, false)]
    [InlineData(Patient, null, true)]
    [InlineData(null, Patient, false)]
    public async Task S06_what_waits_is_not_overtaken_when_the_lane_of_its_destination_changes(string? before, string? after, bool isRestarted)
    {
        TestFolder kept = new();
        await using MllpReceiver receiver = new();
        HubHost first = await HubHost.StartAsync(kept, Channel(receiver, before));
        await first.PauseAsync("adt", "out", isPaused: true);
        for (int i = 1; i <= 20; i++)
            await SendAsync(first, $"{i}");
        if (isRestarted)
        {
            await first.StopAsync();
            await AgainAsync(await HubHost.StartAsync(kept, Channel(receiver, after)));
            return;
        }

        await first.ChangeFilesAsync(() => first.Folder.WriteChannel(Channel(receiver, after)));
        await AgainAsync(first);

        async Task AgainAsync(HubHost hub)
        {
            await using HubHost last = hub;
            for (int i = 21; i <= 40; i++)
                await SendAsync(last, $"{i}");
            await last.UntilAsync(journal => journal.ReadQueued("adt", "out", 0, 100).DistinctBy(row => row.Lane).Count() == 1);
            await last.PauseAsync("adt", "out", isPaused: false);
            await last.UntilAsync(DeliveryState.Sent, 40);
            Assert.Equal(Enumerable.Range(1, 40).Select(i => $"{i}"), receiver.Messages.Select(message => receiver.ControlIdOf(message)));
        }
    }

    [Fact]
    public async Task S06_what_is_sent_once_more_has_the_lane_that_its_destination_makes_now()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Channel(receiver, Patient));
        await SendAsync(hub, "1");
        await hub.UntilAsync(DeliveryState.Sent, 1);
        await hub.PauseAsync("adt", "out", isPaused: true);
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Channel(receiver, Other)));

        await hub.ReplayAsync(new(1), "out");
        await SendAsync(hub, "2");

        IReadOnlyList<QueuedDelivery> waiting = hub.Journal.ReadQueued("adt", "out", 0, 10);
        Assert.Equal([1, 2], waiting.Select(row => row.Message.Value));
        Assert.Equal(waiting[1].Lane, waiting[0].Lane);
    }

    private static async Task SendAsync(HubHost hub, string controlId)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt(controlId))).Code);
    }

    private static string Channel(MllpReceiver receiver, string? lane) => Samples.PassThrough("adt", receiver.Port, destination: lane is null ? "" : $", \"lane\": \"{lane}\"");
}

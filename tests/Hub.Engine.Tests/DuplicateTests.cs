using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>A message that comes again is answered with what is known of the first one now.</summary>
public sealed class DuplicateTests
{
    [Fact]
    public async Task D01_A12_what_was_parked_and_then_sent_again_is_answered_as_delivered()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await hub.UntilAsync(DeliveryState.Parked, 1);

        receiver.Answer = _ => "AA";
        await hub.ReplayAsync(new(1), "out");
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal(new MessageId(1), hub.Journal.Find(new() { State = MessageState.Duplicate }).Single().DuplicateOf);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D04_what_is_on_disk_although_its_append_failed_is_a_duplicate_when_it_is_sent_again_and_delivered_once(bool restarts)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port));
        hub.Journal.Lose = entry => entry is MessageArrived ? new JournalException("disk I/O error") : null;
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
            Assert.Equal("AR", (await sender.SendAsync(Samples.Adt("1"))).Code);

        hub.Journal.Lose = null;
        if (restarts)
        {
            await hub.StopAsync();
            hub = await HubHost.StartAsync(folder);
        }

        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
        {
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
            // What comes after it in the same queue shows that nothing more comes of it.
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("2"))).Code);
        }

        await hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal([Samples.Adt("1"), Samples.Adt("2")], receiver.Messages.Select(Encoding.UTF8.GetString));
        Assert.Equal(new MessageId(1), hub.Journal.Find(new() { State = MessageState.Duplicate }).Single().DuplicateOf);
        await hub.StopAsync();
    }

    [Fact]
    public async Task D01_what_was_rejected_and_then_replayed_is_answered_with_the_replays_outcome()
    {
        const string Reject = """[ { "type": "filter", "when": { "path": "PID-8", "equals": "M" }, "otherwise": "reject" } ]""";
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, steps: Reject));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port)));
        await hub.ReplayAsync(new(1));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Single(receiver.Messages);
    }
}

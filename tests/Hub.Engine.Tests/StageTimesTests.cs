using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>The record of a message says how long each stage took.</summary>
public sealed class StageTimesTests
{
    [Fact]
    public async Task The_record_of_a_message_has_how_long_it_waited_and_was_worked_on()
    {
        await using MllpReceiver receiver = new();
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(
            new(),
            time,
            NullLoggerFactory.Instance,
            Samples.PassThrough("at-once", receiver.Port),
            Samples.PassThrough("later", receiver.Port, source: """, "acknowledge": "received" """));
        foreach ((int number, string channel) in ((int, string)[])[(1, "at-once"), (2, "later")])
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
            using WriteHold hold = hub.Journal.HoldWrites();
            Task<TestAnswer> answer = sender.SendAsync(Samples.Adt(channel));
            await hold.Reached;
            time.Advance(TimeSpan.FromMilliseconds(250));
            hold.Release();
            await answer;
            await hub.UntilAsync(DeliveryState.Sent, number);
        }

        StageTimes atOnce = StageTimes.Of(hub.Journal.Read(hub.Journal.Find(new() { Channel = "at-once" }).Single().Id)!);
        StageTimes later = StageTimes.Of(hub.Journal.Read(hub.Journal.Find(new() { Channel = "later" }).Single().Id)!);

        // Time stands still but for the quarter of a second in which the journal wrote: one message waited for its queue in it, the other to be processed.
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(250)), (atOnce.Waited, atOnce.Working, atOnce.Deliveries.Single().Queued));
        Assert.Equal((TimeSpan.FromMilliseconds(250), TimeSpan.Zero, TimeSpan.Zero), (later.Waited, later.Working, later.Deliveries.Single().Queued));
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250)], new[] { atOnce.Whole, later.Whole });
    }
}

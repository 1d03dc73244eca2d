using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What was accepted and not finished goes on, in order.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task What_was_queued_is_delivered_in_order_after_a_restart()
    {
        int port = FreePort.Take();
        using TestFolder folder = new();
        string channel = Samples.PassThrough("adt", port);
        HubHost first = await HubHost.StartAsync(folder, channel);
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
        {
            for (int i = 0; i < 300; i++)
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"{i}"))).Code);
        }

        await first.StopAsync();
        await using MllpReceiver receiver = new(port);
        HubHost second = await HubHost.StartAsync(folder);
        await second.UntilAsync(DeliveryState.Sent, 300);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => Samples.Adt($"{i}")), receiver.Messages.Select(Encoding.UTF8.GetString));
        await second.StopAsync();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_between_two_starts_holds_up_no_queue()
    {
        int port = FreePort.Take();
        using TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", port));
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
            await sender.SendAsync(Samples.Adt("1"));
        await first.StopAsync();
        await using (IJournal journal = Wiring.Journal(folder.Path("data"), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
        {
            await journal.OpenAsync(_ => { }, CancellationToken.None);
            StoredDelivery delivery = journal.Find(new() { Delivery = DeliveryState.Queued })[0].Deliveries[0];
            DateTimeOffset ahead = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(2);
            await journal.AppendAsync(new DeliveryAttempted
            {
                Delivery = delivery.Delivery,
                Attempt = delivery.Attempts + 1,
                StartedAt = ahead,
                Duration = TimeSpan.Zero,
                State = DeliveryState.Queued,
                DueAt = ahead,
                Reason = "The receiver was down.",
            });
        }

        await using MllpReceiver receiver = new(port);
        HubHost second = await HubHost.StartAsync(folder);
        await second.UntilAsync(DeliveryState.Sent, 1);
        Assert.Single(receiver.Messages);
        await second.StopAsync();
    }

    [Fact]
    public async Task What_was_received_and_not_processed_is_processed_after_a_restart()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "received" """));
        // As a kill between the answer and the steps leaves it.
        await first.StopAsync();
        await using (IJournal journal = Wiring.Journal(folder.Path("data"), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
        {
            await journal.OpenAsync(_ => { }, CancellationToken.None);
            for (int i = 0; i < 5; i++)
            {
                await journal.AppendAsync(new MessageArrived
                {
                    Id = journal.NextMessageId(),
                    Channel = "adt",
                    Peer = "test",
                    ReceivedAt = TimeProvider.System.GetUtcNow(),
                    Content = Samples.Bytes(Samples.Adt($"{i}")),
                    Header = MessageHeader.Empty,
                    State = MessageState.Received,
                    Answer = ReceiptKind.Accepted,
                });
            }
        }

        HubHost second = await HubHost.StartAsync(folder);
        await second.UntilAsync(DeliveryState.Sent, 5);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => Samples.Adt($"{i}")), receiver.Messages.Select(Encoding.UTF8.GetString));
        await second.StopAsync();
    }

    [Fact]
    public async Task A_backlog_larger_than_memory_is_delivered_whole_and_in_order()
    {
        int port = FreePort.Take();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", port));
        const int count = 21_500;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async part =>
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            for (int i = part; i < count; i += 8)
                await sender.SendAsync(Samples.Adt($"{i}"));
        }));

        await using MllpReceiver receiver = new(port);
        await hub.UntilAsync(journal => receiver.Messages.Count >= count && journal.Find(new() { Delivery = DeliveryState.Queued, Limit = 1 }).Count == 0);

        int[] ids = [.. receiver.Messages.Select(message => int.Parse(Encoding.UTF8.GetString(message).Split('|')[9], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(count, ids.Distinct().Count());
        Assert.All(Enumerable.Range(0, 8), part => Assert.True(ids.Where(id => id % 8 == part).SequenceEqual(ids.Where(id => id % 8 == part).Order())));
    }
}

using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What happens to the others while one receiver does not take its messages, through the whole Hub.</summary>
public sealed class BackOffTests
{
    [Fact]
    public async Task S06_the_head_blocks_its_queue_and_no_other_destination()
    {
        await using MllpReceiver busy = new() { Answer = _ => "AR" };
        await using MllpReceiver free = new();
        await using HubHost hub = await HubHost.StartAsync($$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [
                { "id": "busy", "type": "mllp", "endpoint": "127.0.0.1:{{busy.Port}}", "retry": { "firstDelaySeconds": 0.02, "maxDelaySeconds": 0.05 } },
                { "id": "free", "type": "mllp", "endpoint": "127.0.0.1:{{free.Port}}" } ]
            }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 3; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        for (int i = 1; i <= 3; i++)
            Assert.Equal(Samples.Adt($"{i}"), Encoding.UTF8.GetString(await free.NextAsync()));
        // Many tries of the first, none of the second.
        for (int i = 0; i < 10; i++)
            Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(await busy.NextAsync()));
        busy.Answer = _ => "AA";
        await hub.UntilAsync(DeliveryState.Sent, 6);
        Assert.Equal(["1", "2", "3"], busy.Messages.Select(message => Encoding.UTF8.GetString(message).Split('|')[9]).Distinct());
        Assert.Equal([2, 3], busy.Messages.Select(message => int.Parse(Encoding.UTF8.GetString(message).Split('|')[9], System.Globalization.CultureInfo.InvariantCulture)).Where(id => id > 1));
    }

    [Fact]
    public async Task S06_the_wait_doubles_up_to_its_limit_with_jitter()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AR" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        for (int i = 0; i < 5; i++)
            await receiver.NextAsync();
        await hub.UntilAsync(journal => journal.Read(new(1))!.Deliveries.Single().Attempts >= 5);
        StoredAttempt[] tries = [.. hub.Journal.Read(new(1))!.Deliveries.Single().History];
        // 0.05 s, then 0.1 s and no longer; 20 % less at the least.
        double[] waits = [.. tries.Zip(tries.Skip(1), (one, next) => (next.StartedAt - one.StartedAt - one.Duration).TotalSeconds)];
        Assert.True(waits[0] >= 0.039, $"the first wait was {waits[0]} s");
        Assert.All(waits.Skip(1), wait => Assert.True(wait >= 0.075, $"a later wait was {wait} s"));
    }
}

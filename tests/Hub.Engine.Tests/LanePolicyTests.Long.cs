using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

// Queues so long that they are not in memory as a whole.
public sealed partial class LanePolicyTests
{
    private const int Long = 2_500;
    private const string Stuck = "9990000018";

    [Fact]
    public async Task A_long_stuck_lane_lets_the_others_pass_after_a_start_and_a_reload()
    {
        TestFolder kept = new();
        await using MllpReceiver receiver = Refusing(Stuck);
        string channel = Laned(receiver);
        HubHost first = await HubHost.StartAsync(kept, channel);
        await SendAllAsync(first, Enumerable.Range(1, Long).Select(i => Samples.Adt($"{i}", patient: Stuck) + $"NTE|1||{new string('x', 8 * 1024)}\r"));
        await SendAllAsync(first, [Samples.Adt("before", patient: "9990000026")]);
        await SentAsync(first, 1);
        await first.StopAsync();

        await using HubHost second = await HubHost.StartAsync(kept, channel);
        await PassesAsync(second, receiver, 2);
        Assert.Equal(Long, second.Look("adt", "out").Queued);
        Assert.InRange(second.QueuedBytes, 0, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task Many_stuck_lanes_let_the_others_pass_after_a_start_and_a_reload()
    {
        TestFolder kept = new();
        await using MllpReceiver receiver = Refusing("777");
        string channel = Laned(receiver);
        HubHost first = await HubHost.StartAsync(kept, channel);
        await SendAllAsync(first, Enumerable.Range(0, 2 * Long).Select(i => Samples.Adt($"{i}", patient: $"777{i % (Long / 2):D7}")));
        await first.UntilAsync(journal => journal.ReadQueued("adt", "out", 0, Long / 2).All(row => row.Attempts == 1));
        await first.StopAsync();

        await using HubHost second = await HubHost.StartAsync(kept, channel);
        await PassesAsync(second, receiver, 1);
        Assert.Equal(2 * Long, second.Look("adt", "out").Queued);
    }

    [Fact]
    public async Task S06_a_long_lane_keeps_its_order_when_its_receiver_takes_it_again_whatever_was_done_to_what_waited()
    {
        TestFolder kept = new();
        await using MllpReceiver receiver = Refusing(Stuck);
        string channel = Laned(receiver);
        HubHost first = await HubHost.StartAsync(kept, channel);
        await SendAllAsync(first, Enumerable.Range(1, 2 * Long).Select(i => Samples.Adt($"{i}", patient: i % 5 == 0 ? "9990000026" : Stuck)));
        await first.UntilAsync(journal => journal.CountDeliveries().Single().Queued == 2 * Long * 4 / 5);
        await first.StopAsync();

        await using HubHost second = await HubHost.StartAsync(kept, channel);
        await SendAllAsync(second, [Samples.Adt("started", patient: "9990000034"), Samples.Adt("last", patient: Stuck)]);
        await SentAsync(second, (2 * Long / 5) + 1);
        // Of what is in the journal alone: one is skipped, one is due at once and waits for its turn all the same.
        Assert.All(await second.OperateAsync(DeliveryOperation.Skip, [4_001]), result => Assert.True(result.Done));
        Assert.All(await second.OperateAsync(DeliveryOperation.Retry, [4_002]), result => Assert.True(result.Done));
        int before = receiver.Count;
        receiver.Answer = _ => "AA";
        await second.OperateAsync(DeliveryOperation.Retry, [1]);
        await second.UntilAsync(journal => journal.CountDeliveries().Count == 0);

        string[] expected = [.. Enumerable.Range(1, 2 * Long).Where(i => i % 5 != 0 && i != 4_001).Select(i => $"{i}"), "last"];
        Assert.Equal(expected, receiver.Messages.Skip(before).Select(message => receiver.ControlIdOf(message)));
    }

    private static MllpReceiver Refusing(string patient) => new() { Answer = message => message.AsSpan().IndexOf(Samples.Bytes($"|{patient}")) >= 0 ? "AR" : "AA" };

    private static string Laned(MllpReceiver receiver, string steps = "[]") =>
        Samples.PassThrough("adt", receiver.Port, steps: steps, destination: """, "lane": "PID-3.1" """).Replace(QuickRetry, SlowRetry, StringComparison.Ordinal);

    // After the start, and once more after a reload.
    private static async Task PassesAsync(HubHost hub, MllpReceiver receiver, int sent)
    {
        await SendAllAsync(hub, [Samples.Adt("started", patient: "9990000034")]);
        await SentAsync(hub, sent);
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Laned(receiver, """[ { "type": "setField", "path": "MSH-5", "value": "NEW" } ]""")));
        await SendAllAsync(hub, [Samples.Adt("reloaded", patient: "9990000042")]);
        await SentAsync(hub, sent + 1);
    }

    private static Task SentAsync(HubHost hub, int count) => hub.UntilAsync(journal => journal.FindDeliveries(new() { States = [DeliveryState.Sent], Limit = count }).Count == count);

    // A hundred at a time, so that they share commits.
    private static async Task SendAllAsync(HubHost hub, IEnumerable<string> messages)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        foreach (string[] some in messages.Chunk(100))
        {
            foreach (string message in some)
                await sender.PostAsync(Samples.Bytes(message));
            for (int i = 0; i < some.Length; i++)
                Assert.Equal("AA", (await sender.AnswerAsync())!.Code);
        }
    }
}

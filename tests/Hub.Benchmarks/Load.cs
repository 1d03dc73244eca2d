using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>Closed-loop senders: each sends its next message when the last is answered. Checks that nothing is lost, doubled or reordered.</summary>
internal static class Load
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);

    /// <summary>An invented patient's ADT^A01 of about 1.1 kB.</summary>
    public static byte[] Message(int sender, int number) => Encoding.ASCII.GetBytes(
        Samples.Adt($"{sender}.{number}") + string.Concat(Enumerable.Range(1, 12).Select(i => $"NTE|{i}|L|Invented remark, long enough to make this message as long as a real one is {i:00}\r")));

    /// <summary>Senders straight into the receiver.</summary>
    public static async Task<Figures> BaselineAsync(int connections, TimeSpan time)
    {
        await using MllpReceiver receiver = new();
        return await RunAsync(receiver.Port, receiver, connections, time, () => 0);
    }

    /// <summary>Senders into a Hub of its own process, which delivers to the receiver.</summary>
    public static async Task<Figures> ThroughHubAsync(int connections, TimeSpan time)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: """
            [ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" } },
              { "type": "setField", "path": "MSH-5", "value": "LAB" },
              { "type": "setField", "path": "MSH-6", "value": "HUB" } ]
            """));
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        await RunAsync(hub.Port("adt"), receiver, connections, s_warmUp, () => 0, first: 10_000_000);
        return await RunAsync(hub.Port("adt"), receiver, connections, time, () => hub.PeakMegabytes);
    }

    private static async Task<Figures> RunAsync(int port, MllpReceiver receiver, int connections, TimeSpan time, Func<double> memory, int first = 0)
    {
        int before = receiver.Messages.Count;
        long start = Stopwatch.GetTimestamp();
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(sender => SendAsync(port, sender, first, start, time)));
        int sent = latencies.Sum(list => list.Count);
        while (receiver.Count < before + sent)
            await Task.Yield();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Verify(receiver.Messages.Skip(before), sent);
        double[] all = [.. latencies.SelectMany(list => list).Order()];
        return new(sent / elapsed, all[all.Length / 2], all[(int)(all.Length * 0.99)], memory());
    }

    private static async Task<List<double>> SendAsync(int port, int sender, int first, long start, TimeSpan time)
    {
        using MllpSender connection = await MllpSender.ConnectAsync(port);
        List<double> latencies = [];
        for (int number = first; Stopwatch.GetElapsedTime(start) < time; number++)
        {
            long at = Stopwatch.GetTimestamp();
            TestAnswer answer = await connection.SendAsync(Message(sender, number));
            if (answer.Code != "AA")
                throw new InvalidOperationException($"Answered {answer.Code}.");
            latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        return latencies;
    }

    private static void Verify(IEnumerable<byte[]> messages, int sent)
    {
        string[] ids = [.. messages.Select(message => Encoding.ASCII.GetString(message).Split('|', 11)[9])];
        bool inOrder = ids.GroupBy(id => id.Split('.')[0])
            .All(group => group.Select(id => int.Parse(id.Split('.')[1], CultureInfo.InvariantCulture)).ToArray() is var numbers && numbers.Zip(numbers.Skip(1)).All(pair => pair.First + 1 == pair.Second));
        if (ids.Length != sent || !inOrder)
            throw new InvalidOperationException($"{sent} messages were acknowledged and {ids.Length} arrived{(inOrder ? "" : ", not all in order and once")}.");
    }
}

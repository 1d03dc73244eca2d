using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>Closed-loop senders: each sends its next message when the last is answered. Checks that nothing is lost, doubled or reordered.</summary>
internal static class Load
{
    // Made once: the generator shares the processors with what it measures. Remarks stand in Z segments, so that where messages are validated
    // nothing is told of them, which would be measured too.
    private static readonly string[] s_message = (Samples.Adt("{id}", patient: "{patient}") + string.Concat(
        Enumerable.Range(1, 12).Select(i => $"ZNT|{i}|L|Invented remark, long enough to make this message as long as a real one is {i:00}\r"))).Split(["{id}", "{patient}"], StringSplitOptions.None);

    private static readonly byte[][] s_parts = [.. s_message.Select(Encoding.ASCII.GetBytes)];

    /// <summary>
    /// How long a Hub is loaded before it is measured. The runtime compiles what is hot a second time while it runs; with 3 s that was a seventh of the
    /// processor time that was measured, and a Hub runs for months.
    /// </summary>
    public static TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Has the sockets of this process go on in the thread that saw the network's event, which halves the processor time that the load takes from the Hub.
    /// The platform looks at the variable once, when it waits for the first socket; processes that are started later must not see it.
    /// </summary>
    public static async Task TakeLittleAsync()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        Environment.SetEnvironmentVariable(Variable, "1");
        await using (MllpReceiver receiver = new())
        {
            using IBenchSender sender = await MllpBenchSender.ConnectAsync(receiver.Port);
            await sender.SendAsync(Message(0, 0));
        }

        Environment.SetEnvironmentVariable(Variable, null);
    }

    /// <summary>An ADT^A01 of about 1.1 kB, of an invented patient that each sender has to itself.</summary>
    public static byte[] Message(int sender, int number) => [.. s_parts[0], .. Encoding.ASCII.GetBytes(ControlId(sender, number)), .. s_parts[1], .. Encoding.ASCII.GetBytes($"{9_990_000_000 + sender}"), .. s_parts[2]];

    /// <summary>Senders straight into the receiver.</summary>
    public static async Task<Figures> BaselineAsync(int connections, TimeSpan time)
    {
        await using MllpReceiver receiver = new();
        return await RunAsync(() => MllpBenchSender.ConnectAsync(receiver.Port), new MllpArrivals(receiver), connections, time, hub: null);
    }

    /// <summary>Runs senders until the time is over and waits for the last arrival.</summary>
    public static async Task<Figures> RunAsync(Func<Task<IBenchSender>> connect, IArrivals arrivals, int connections, TimeSpan time, HubProcess? hub, int first = 0)
    {
        int before = arrivals.Count;
        TimeSpan hubBefore = hub?.ProcessorTime ?? default;
        TimeSpan loadBefore = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(sender => SendAsync(connect, sender, first, start, time)));
        int sent = latencies.Sum(list => list.Count);
        double acknowledged = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string[] last = [.. latencies.Select((list, sender) => ControlId(sender, first + list.Count - 1))];
        while (!arrivals.Have(before + sent, last))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        TimeSpan hubTook = (hub?.ProcessorTime ?? default) - hubBefore;
        TimeSpan loadTook = Environment.CpuUsage.TotalTime - loadBefore;
        Verify(arrivals.ControlIds(before), sent);
        double[] all = [.. latencies.SelectMany(list => list).Order()];
        return new(sent / elapsed, sent / acknowledged, all[all.Length / 2], all[(int)(all.Length * 0.99)], hub?.PeakMegabytes ?? 0, hubTook.TotalMicroseconds / sent, loadTook.TotalMicroseconds / sent);
    }

    /// <summary>MSH-10 of a message.</summary>
    public static string ControlId(int sender, int number) => string.Create(CultureInfo.InvariantCulture, $"{sender}.{number}");

    private static async Task<List<double>> SendAsync(Func<Task<IBenchSender>> connect, int sender, int first, long start, TimeSpan time)
    {
        using IBenchSender connection = await connect();
        List<double> latencies = [];
        for (int number = first; Stopwatch.GetElapsedTime(start) < time; number++)
        {
            long at = Stopwatch.GetTimestamp();
            await connection.SendAsync(Message(sender, number));
            latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        return latencies;
    }

    private static void Verify(IReadOnlyList<string> ids, int sent)
    {
        bool inOrder = ids.GroupBy(id => id.Split('.')[0])
            .All(group => group.Select(id => int.Parse(id.Split('.')[1], CultureInfo.InvariantCulture)).ToArray() is var numbers && numbers.Zip(numbers.Skip(1)).All(pair => pair.First + 1 == pair.Second));
        if (ids.Count != sent || !inOrder)
            throw new InvalidOperationException($"{sent} messages were acknowledged and {ids.Count} arrived{(inOrder ? "" : ", not all in order and once")}.");
    }
}

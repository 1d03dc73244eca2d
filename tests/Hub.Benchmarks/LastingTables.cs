using System.Diagnostics;
using System.Globalization;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks;

/// <summary>Tables of how the Hub bears what lasts or changes: several receivers, a slow disk, rates, a full journal, a receiver that is away, a spike.</summary>
internal static class LastingTables
{
    private const int Connections = 32;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>One message to three receivers.</summary>
    public static async Task FanAsync(TimeSpan time, int runs)
    {
        Heading($"MLLP in, {Connections} connections, filter, two steps, three MLLP destinations.");
        Row("run", "messages in and delivered three times, a second", "acknowledged/s", "answer p50", "answer p99", "memory", "processor time a message");
        Row(Enumerable.Repeat("---", 7));
        for (int run = 1; run <= runs; run++)
        {
            MllpReceiver[] receivers = [new(), new(), new()];
            using TestFolder folder = new();
            Flow.WriteFan(folder, receivers.Select(receiver => receiver.Port));
            await using (HubProcess hub = await HubProcess.StartAsync(folder))
            {
                AllArrivals arrivals = new(receivers);
                Task<IBenchSender> Connect() => MllpBenchSender.ConnectAsync(hub.Port("adt"));
                await Load.RunAsync(Connect, arrivals, Connections, Load.WarmUp, hub, first: 10_000_000);
                Figures figures = await Load.RunAsync(Connect, arrivals, Connections, time, hub);
                Row($"{run}", $"{figures.PerSecond:N0}", $"{figures.Acknowledged:N0}", $"{figures.P50:0.00} ms", $"{figures.P99:0.00} ms", $"{figures.Megabytes:0} MB", $"{figures.Microseconds:0} µs");
            }

            foreach (MllpReceiver receiver in receivers)
                await receiver.DisposeAsync();
        }
    }

    /// <summary>A disk that takes 5 ms longer for each sync.</summary>
    public static async Task SyncAsync(TimeSpan time, int runs)
    {
        HubSurroundings slow = new() { Wrapper = ["strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=5000"] };
        Heading("MLLP in, filter, two steps, MLLP out; strace makes each sync of the disk 5 ms longer.");
        Row("run", "connections", "acknowledged/s", "acknowledged and delivered/s", "answer p50", "answer p99");
        Row(Enumerable.Repeat("---", 6));
        for (int run = 1; run <= runs; run++)
        {
            Figures figures = await Flow.Mllp.RunAsync(64, Load.WarmUp, time, slow);
            Row($"{run}", "64", $"{figures.Acknowledged:N0}", $"{figures.PerSecond:N0}", $"{figures.P50:0.0} ms", $"{figures.P99:0.0} ms");
        }
    }

    /// <summary>Processor time a message at set rates.</summary>
    public static async Task RatesAsync(TimeSpan time)
    {
        Heading($"{Connections} connections, messages at set times.");
        Row("a second", "sent", "answer p50", "answer p99", "processor time a message");
        Row(Enumerable.Repeat("---", 5));
        foreach (double rate in (double[])[200, 1_000, 2_000, 4_000, 6_000])
        {
            await using MllpReceiver receiver = new();
            using TestFolder folder = new();
            Flow.WriteFan(folder, [receiver.Port]);
            await using HubProcess hub = await HubProcess.StartAsync(folder);
            Task<IBenchSender> Connect() => MllpBenchSender.ConnectAsync(hub.Port("adt"));
            await Paced.RunAsync(Connect, Connections, [new(Math.Max(rate, 1_000), Load.WarmUp)], first: 10_000_000);
            TimeSpan before = hub.ProcessorTime;
            IReadOnlyList<PacedMessage> sent = (await Paced.RunAsync(Connect, Connections, [new(rate, time)]))[0];
            double each = (hub.ProcessorTime - before).TotalMicroseconds / sent.Count;
            Row($"{rate:N0}", $"{sent.Count:N0}", $"{Median(sent):0.00} ms", $"{Quantile(sent, 0.99):0.00} ms", $"{each:0} µs");
        }
    }

    /// <summary>A journal that is empty, and one with many messages in it, in turns.</summary>
    public static async Task RowsAsync(TimeSpan time, int runs, int rows)
    {
        Heading($"MLLP in, filter, two steps, MLLP out, {Connections} connections; the journal is empty or has {rows:N0} messages.");
        Row("run", "messages in the journal", "acknowledged/s", "acknowledged and delivered/s", "processor time a message", "memory");
        Row(Enumerable.Repeat("---", 6));
        using TestFolder kept = new();
        await FillAsync(kept.Path("data"), rows);
        for (int run = 1; run <= runs; run++)
        {
            foreach (bool isFull in (bool[])[false, true])
            {
                Figures figures = await Flow.Mllp.RunAsync(Connections, Load.WarmUp, time, prepare: isFull ? folder => Task.Run(() => Copy(kept, folder)) : null);
                Row($"{run}", isFull ? $"{rows:N0}" : "0", $"{figures.Acknowledged:N0}", $"{figures.PerSecond:N0}", $"{figures.Microseconds:0} µs", $"{figures.Megabytes:0} MB");
            }
        }
    }

    /// <summary>Two destinations, one of which is away for a time.</summary>
    public static async Task DownAsync(TimeSpan time)
    {
        const double Rate = 200;
        TimeSpan before = TimeSpan.FromSeconds(30);
        Heading($"{Rate} messages a second to two destinations; the second is away for {time.TotalSeconds:0} s. From sending to arrival at the first.");
        Row("time", "messages", "p50", "p99", "answer p99");
        Row(Enumerable.Repeat("---", 5));
        await using MllpReceiver stays = new();
        MllpReceiver leaves = new();
        ArrivalTimes arrivals = new(stays);
        using TestFolder folder = new();
        Flow.WriteFan(folder, [stays.Port, leaves.Port]);
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        Task<IBenchSender> Connect() => MllpBenchSender.ConnectAsync(hub.Port("adt"));
        await Paced.RunAsync(Connect, 8, [new(1_000, Load.WarmUp)], first: 10_000_000);
        IReadOnlyList<PacedMessage> both = (await Paced.RunAsync(Connect, 8, [new(Rate, before)]))[0];
        int port = leaves.Port;
        await leaves.DisposeAsync();
        IReadOnlyList<PacedMessage> one = (await Paced.RunAsync(Connect, 8, [new(Rate, time)], first: 1_000_000))[0];
        while (both.Concat(one).Any(message => arrivals.Of(message.ControlId) is null))
            await Task.Delay(s_look, TimeProvider.System);
        await using MllpReceiver back = new(port);
        long returned = Stopwatch.GetTimestamp();
        while (back.Count < one.Count)
            await Task.Delay(s_look, TimeProvider.System);
        foreach ((string name, IReadOnlyList<PacedMessage> sent) in ((string, IReadOnlyList<PacedMessage>)[])[("both are there", both), ("the second is away", one)])
        {
            double[] took = [.. sent.Select(message => Stopwatch.GetElapsedTime(message.SentAt, arrivals.Of(message.ControlId)!.Value).TotalMilliseconds)];
            Row(name, $"{sent.Count:N0}", $"{Paced.Quantile(took, 0.5):0.00} ms", $"{Paced.Quantile(took, 0.99):0.00} ms", $"{Quantile(sent, 0.99):0.00} ms");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nAfter its return the second had all {one.Count:N0} in {Stopwatch.GetElapsedTime(returned).TotalSeconds:0.0} s."));
    }

    /// <summary>Twice the steady load for a time.</summary>
    public static async Task SpikeAsync(TimeSpan time, double rate)
    {
        Heading($"{Connections} connections, {rate:N0} messages a second, {2 * rate:N0}, {rate:N0}; {time.TotalSeconds:0} s each, nothing set.");
        Row("phase", "messages", "answer p50", "answer p95", "worst second's p95");
        Row(Enumerable.Repeat("---", 5));
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        Flow.WriteFan(folder, [receiver.Port]);
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        Task<IBenchSender> Connect() => MllpBenchSender.ConnectAsync(hub.Port("adt"));
        await Paced.RunAsync(Connect, Connections, [new(rate, Load.WarmUp)], first: 10_000_000);
        IReadOnlyList<PacedMessage>[] phases = await Paced.RunAsync(Connect, Connections, [new(rate, time), new(2 * rate, time), new(rate, time)]);
        foreach ((string name, IReadOnlyList<PacedMessage> sent) in ((string[])["1 ×", "2 ×", "1 × again"]).Zip(phases))
            Row(name, $"{sent.Count:N0}", $"{Median(sent):0.00} ms", $"{Quantile(sent, 0.95):0.00} ms", $"{Seconds(sent).Max(second => second.P95):0.00} ms");
        double usual = Seconds(phases[0]).Max(second => second.P95);
        int slow = Seconds(phases[2]).TakeWhile(second => second.P95 > usual).Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nBack at the first phase's worst second after {slow} s."));
    }

    private static IEnumerable<(int Second, double P95)> Seconds(IReadOnlyList<PacedMessage> sent) =>
        sent.GroupBy(message => (int)message.Due).OrderBy(second => second.Key).Select(second => (second.Key, Quantile([.. second], 0.95)));

    private static double Median(IReadOnlyList<PacedMessage> sent) => Quantile(sent, 0.5);

    private static double Quantile(IReadOnlyList<PacedMessage> sent, double share) => Paced.Quantile(sent.Select(message => message.Milliseconds), share);

    // Messages of other days: processed, filtered, nothing waits.
    private static async Task FillAsync(string data, int rows)
    {
        const int AtOnce = 2_000;
        byte[] content = Load.Message(0, 0)[..300];
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(data), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        for (int done = 0; done < rows; done += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(done, Math.Min(AtOnce, rows - done)).Select(number =>
                journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), $"old.{number}", "out") with { State = MessageState.Filtered, Deliveries = [], Content = content })));
        }
    }

    private static void Copy(TestFolder from, TestFolder to)
    {
        foreach (string file in Directory.EnumerateFiles(from.Path("."), "*", SearchOption.AllDirectories))
        {
            string target = to.Path(Path.GetRelativePath(from.Path("."), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static void Heading(string text) => Tables.Heading(text);

    private static void Row(params IEnumerable<string> cells) => Tables.Row(cells);
}

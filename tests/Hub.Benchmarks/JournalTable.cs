using System.Collections.Concurrent;
using System.Diagnostics;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks;

/// <summary>What a message costs the journal alone, in processor time: plain and encrypted, turn by turn.</summary>
internal static class JournalTable
{
    private const int Senders = 32;
    private const int PerRun = 20_000;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"\n{Senders} appenders; each message of {Load.Message(0, 0).Length} bytes with a look for duplicates, one delivery and its try.\n");
        Console.WriteLine("| journal | messages a second | processor time a message |");
        Console.WriteLine("| --- | --- | --- |");
        List<(double PerSecond, double Microseconds)>[] all = [[], []];
        // The first round compiles the code.
        for (int run = 0; run <= runs; run++)
        {
            foreach (bool encrypts in (bool[])[false, true])
            {
                (double, double) one = await OnceAsync(encrypts);
                if (run > 0)
                    all[encrypts ? 1 : 0].Add(one);
            }
        }

        for (int i = 0; i < all.Length; i++)
            Console.WriteLine($"| {(i == 0 ? "plain" : "encrypted")} | {Median(all[i].Select(one => one.PerSecond)):N0} | {Median(all[i].Select(one => one.Microseconds)):0.0} µs |");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static async Task<(double PerSecond, double Microseconds)> OnceAsync(bool encrypts)
    {
        using TestFolder folder = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")) { Encrypts = encrypts }, NullLoggerFactory.Instance);
        ConcurrentDictionary<long, long> deliveries = [];
        await journal.OpenAsync(queued => deliveries[queued.Message.Value] = queued.Delivery, CancellationToken.None);
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => AppendAsync(journal, deliveries, sender))));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime - before;
        return (PerRun / took.TotalSeconds, processor.TotalMicroseconds / PerRun);
    }

    private static async Task AppendAsync(IJournal journal, ConcurrentDictionary<long, long> deliveries, int sender)
    {
        for (int i = 0; i < PerRun / Senders; i++)
        {
            MessageArrived message = JournalSamples.Accepted(journal.NextMessageId(), $"{sender}.{i}", "lab");
            await journal.AppendAsync(message with { Content = Load.Message(sender, i), DuplicateWindow = TimeSpan.FromHours(72) }, waits: true);
            // Nobody waits for what was sent.
            _ = journal.AppendAsync(JournalSamples.Attempted(deliveries[message.Id.Value], 1, DeliveryState.Sent));
        }
    }
}

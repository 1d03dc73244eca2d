using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks;

/// <summary>The table <c>queue</c>: a Hub that starts with many messages waiting. How soon it is ready, what it holds, how fast and in which order it sends them.</summary>
internal static class QueueTable
{
    private const int AtOnce = 2_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(30);

    /// <summary>Measures and writes the table.</summary>
    /// <param name="counts">How many messages wait, one row each.</param>
    public static async Task RunAsync(IEnumerable<int> counts)
    {
        Console.WriteLine($"\nA start with messages of {Load.Message(0, 0).Length} bytes waiting for one MLLP destination.\n");
        Console.WriteLine("| waiting | journal | ready after | memory when ready | drained | most memory | in order |\n| --- | --- | --- | --- | --- | --- | --- |");
        foreach (int count in counts)
            await RunAsync(count);
    }

    private static async Task RunAsync(int count)
    {
        TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (int arrived, bool inOrder, long first) = (0, true, 0L);
        await using MllpReceiver receiver = new()
        {
            Answer = message =>
            {
                if (arrived == 0)
                    first = Stopwatch.GetTimestamp();
                inOrder &= Encoding.ASCII.GetString(message).Split('|', 11)[9] == string.Create(CultureInfo.InvariantCulture, $"0.{arrived}");
                if (++arrived == count)
                    drained.TrySetResult();
                return "AA";
            },
        };
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await FillAsync(folder.Path("data"), count);
        long size = new FileInfo(Path.Combine(folder.Path("data"), "journal.db")).Length;
        long start = Stopwatch.GetTimestamp();
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        TimeSpan ready = Stopwatch.GetElapsedTime(start);
        double memory = hub.ResidentMegabytes;
        await drained.Task.WaitAsync(s_longest);
        double rate = count / Stopwatch.GetElapsedTime(first).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {count:N0} | {size / 1_000_000:N0} MB | {ready.TotalSeconds:0.00} s | {memory:0} MB | {rate:N0} messages/s | {hub.PeakMegabytes:0} MB | {(inOrder ? "yes" : "NO")} |"));
    }

    private static async Task FillAsync(string data, int count)
    {
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(data), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        for (int done = 0; done < count; done += AtOnce)
            await Task.WhenAll(Enumerable.Range(done, Math.Min(AtOnce, count - done)).Select(number => journal.AppendAsync(Message(journal, number))));
    }

    private static MessageArrived Message(IJournal journal, int number) =>
        JournalSamples.Accepted(journal.NextMessageId(), $"0.{number}", "out") with { Content = Load.Message(0, number) };
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>A time with one rate.</summary>
/// <param name="PerSecond">Messages a second, of all senders together.</param>
/// <param name="Time">How long.</param>
internal readonly record struct Phase(double PerSecond, TimeSpan Time);

/// <summary>A message that was sent.</summary>
/// <param name="Due">When it was to be sent, in seconds from the start.</param>
/// <param name="Milliseconds">From then to its answer; from when it was sent, if the sender was free: timers are late by a millisecond.</param>
/// <param name="ControlId">Its control id.</param>
/// <param name="SentAt">When it was sent, as a timestamp of <see cref="Stopwatch"/>.</param>
internal readonly record struct PacedMessage(double Due, double Milliseconds, string ControlId, long SentAt);

/// <summary>Open-loop senders: each message has its time, and a late answer makes the next ones late instead of fewer, as with real systems.</summary>
internal static class Paced
{
    /// <summary>Runs the phases one after the other.</summary>
    /// <param name="connect">Opens a sender's connection.</param>
    /// <param name="connections">How many senders.</param>
    /// <param name="phases">The rates.</param>
    /// <param name="first">Number of the first message of each sender.</param>
    /// <returns>What was sent, of each phase.</returns>
    public static async Task<IReadOnlyList<PacedMessage>[]> RunAsync(Func<Task<IBenchSender>> connect, int connections, IReadOnlyList<Phase> phases, int first = 0)
    {
        ConcurrentQueue<PacedMessage>[] sent = [.. phases.Select(_ => new ConcurrentQueue<PacedMessage>())];
        IBenchSender[] senders = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => connect()));
        try
        {
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(senders.Select((sender, index) => SendAsync(sender, index, connections, start, phases, first, sent)));
        }
        finally
        {
            foreach (IBenchSender sender in senders)
                sender.Dispose();
        }

        return [.. sent.Select(phase => (IReadOnlyList<PacedMessage>)[.. phase.OrderBy(message => message.Due)])];
    }

    /// <summary>A quantile of the times to the answer, in milliseconds.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private static async Task SendAsync(IBenchSender sender, int index, int connections, long start, IReadOnlyList<Phase> phases, int first, ConcurrentQueue<PacedMessage>[] sent)
    {
        int number = first;
        double begun = 0;
        for (int phase = 0; phase < phases.Count; phase++)
        {
            double step = connections / phases[phase].PerSecond;
            double end = begun + phases[phase].Time.TotalSeconds;
            for (double due = begun + (step * index / connections); due < end; due += step)
            {
                double early = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (early > 0)
                    await Task.Delay(TimeSpan.FromSeconds(early), TimeProvider.System);
                double at = early > 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : due;
                long sentAt = Stopwatch.GetTimestamp();
                await sender.SendAsync(Load.Message(index, number));
                sent[phase].Enqueue(new(due, (Stopwatch.GetElapsedTime(start).TotalSeconds - at) * 1000, Load.ControlId(index, number++), sentAt));
            }

            begun = end;
        }
    }
}

/// <summary>When each message came to a receiver.</summary>
internal sealed class ArrivalTimes
{
    private readonly ConcurrentDictionary<string, long> _times = [];

    /// <summary>Has a receiver note the time of each message.</summary>
    public ArrivalTimes(MllpReceiver receiver) => receiver.Answer = message =>
    {
        _times[ControlIdOf(message)] = Stopwatch.GetTimestamp();
        return "AA";
    };

    /// <summary>How many came.</summary>
    public int Count => _times.Count;

    /// <summary>When one came, as a timestamp of <see cref="Stopwatch"/>; null for not yet.</summary>
    public long? Of(string controlId) => _times.TryGetValue(controlId, out long time) ? time : null;

    private static string ControlIdOf(byte[] message) => Encoding.ASCII.GetString(message, 0, Math.Min(message.Length, 200)).Split('|', 11)[9];
}

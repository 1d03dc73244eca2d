using System.Diagnostics.Metrics;
using Hub.Contracts;

namespace Hub.Engine.Statistics;

/// <summary>Something that is counted from the start of the Hub on.</summary>
/// <param name="Name">Its name in OpenTelemetry; with <c>_</c> for dots and <c>_total</c> behind it in the Prometheus text format.</param>
/// <param name="Unit">Its unit as UCUM writes it.</param>
/// <param name="Help">What it counts.</param>
/// <param name="IsOfDestinations">Whether there is one for each destination; otherwise for each channel.</param>
/// <param name="Value">Its value.</param>
internal sealed record HubCounter(string Name, string Unit, string Help, bool IsOfDestinations, Func<MinuteStatistics, double> Value);

/// <summary>What the Hub tells of itself in numbers. Labels are names of channels and destinations alone, so their number is bounded by the channel files.</summary>
internal static class HubMetrics
{
    /// <summary>What is counted.</summary>
    public static IReadOnlyList<HubCounter> Counters { get; } =
    [
        new("hub.messages.received", "{message}", "Messages that came in.", false, one => one.Received),
        new("hub.messages.rejected", "{message}", "Messages that were rejected.", false, one => one.Rejected),
        new("hub.messages.filtered", "{message}", "Messages that no destination wanted.", false, one => one.Filtered),
        new("hub.messages.duplicate", "{message}", "Messages that had come before.", false, one => one.Duplicates),
        new("hub.received.bytes", "By", "Bytes that came in.", false, one => one.Bytes),
        new("hub.deliveries.delivered", "{delivery}", "Deliveries that receivers have.", true, one => one.Delivered),
        new("hub.deliveries.parked", "{delivery}", "Deliveries that were parked.", true, one => one.Parked),
        new("hub.delivery.attempts", "{attempt}", "Tries of deliveries.", true, one => one.Attempts),
        new("hub.delivery.sending.seconds", "s", "Time in the hand of receivers.", true, one => one.Sending.TotalSeconds),
    ];

    /// <summary>What the histogram of latency is about.</summary>
    public const string LatencyHelp = "From the arrival of a message to the answer of its receiver.";

    /// <summary>Where its buckets end, in seconds: from a receiver on the same machine to one that was down for an hour.</summary>
    public static IReadOnlyList<double> LatencyBuckets { get; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 3600];

    /// <summary>The counts that one is told for, in the order of their names.</summary>
    public static IEnumerable<MinuteStatistics> Of(this HubCounter counter, IReadOnlyList<MinuteStatistics> counts) =>
        counts.Where(one => one.Destination.Length > 0 == counter.IsOfDestinations).OrderBy(one => (one.Channel, one.Destination));

    /// <summary>Adds them all to a meter. They are read from the journal when somebody asks, at no cost for messages.</summary>
    public static void AddTo(Meter meter, IJournal journal, TimeProvider clock)
    {
        LatencyMeasure latency = new(meter);
        foreach (HubCounter counter in Counters)
            meter.CreateObservableCounter(counter.Name, () => Count(counter), counter.Unit, counter.Help);
        meter.CreateObservableGauge("hub.queue.depth", () => Queues(queue => queue.Depth), "{delivery}", "Deliveries that wait.");
        meter.CreateObservableGauge("hub.queue.oldest", () => Queues(queue => Math.Max(0, (clock.GetUtcNow() - queue.OldestAt).TotalSeconds)), "s", "How long the oldest of them has waited.");

        List<Measurement<double>> Count(HubCounter counter)
        {
            IReadOnlyList<MinuteStatistics> counts = journal.CountSinceOpened();
            // Once for each reading of all of them.
            if (counter == Counters[0])
                latency.Tell(counts);
            return [.. counter.Of(counts).Select(one => Measure(counter.Value(one), one.Channel, one.Destination))];
        }

        List<Measurement<double>> Queues(Func<QueueStatus, double> value) => [.. journal.ReadQueues().Select(queue => Measure(value(queue), queue.Channel, queue.Destination))];
    }

    private static Measurement<double> Measure(double value, string channel, string destination) =>
        new(value, Tags(channel, destination));

    /// <summary>The labels of a value.</summary>
    public static KeyValuePair<string, object?>[] Tags(string channel, string destination) =>
        destination.Length == 0 ? [KeyValuePair.Create<string, object?>("channel", channel)] : [KeyValuePair.Create<string, object?>("channel", channel), KeyValuePair.Create<string, object?>("destination", destination)];
}

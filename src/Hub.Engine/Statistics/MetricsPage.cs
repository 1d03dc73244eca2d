using System.Globalization;
using System.Text;
using Hub.Contracts;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine.Statistics;

// The text format of Prometheus 0.0.4: a line "# HELP", a line "# TYPE", then the samples. Labels have names of channels and destinations alone, so the
// number of series is bounded by the channel files, whatever senders write.

/// <summary>What <c>/metrics</c> says.</summary>
internal static class MetricsPage
{
    /// <summary>Its type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Answers with the page, or 503 while the journal cannot be read.</summary>
    public static async Task SayAsync(HttpContext context, IJournal journal, DateTimeOffset now)
    {
        try
        {
            Dictionary<EventKind, int> incidents = journal.FindIncidents(new() { IsOpen = true, Limit = IncidentQuery.AllOpen }).CountBy(incident => incident.Kind).ToDictionary();
            string page = Write(journal.CountSinceOpened(), journal.ReadQueues(), incidents, now) + WriteAvailability(journal.ReadAvailability(now.AddDays(-30), now));
            context.Response.ContentType = ContentType;
            await context.Response.WriteAsync(page, context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
    }

    /// <summary>Writes the page.</summary>
    /// <param name="counts">What was counted since the Hub was started, by channel and destination.</param>
    /// <param name="queues">How queues stand.</param>
    /// <param name="incidents">How many incidents last, by kind.</param>
    /// <param name="now">The time.</param>
    public static string Write(IReadOnlyList<MinuteStatistics> counts, IReadOnlyList<QueueStatus> queues, IReadOnlyDictionary<EventKind, int> incidents, DateTimeOffset now)
    {
        StringBuilder page = new();
        foreach (HubCounter counter in HubMetrics.Counters)
            Counter(page, counter, counts);
        Histogram(page, [.. counts.Where(one => one.Destination.Length > 0).OrderBy(one => (one.Channel, one.Destination))]);
        Head(page, "hub_queue_depth", "gauge", "Deliveries that wait.");
        foreach (QueueStatus queue in queues)
            Sample(page, "hub_queue_depth", Labels(queue.Channel, queue.Destination), queue.Depth);
        Head(page, "hub_queue_oldest_seconds", "gauge", "How long the oldest of them has waited.");
        foreach (QueueStatus queue in queues)
            Sample(page, "hub_queue_oldest_seconds", Labels(queue.Channel, queue.Destination), Math.Max(0, (now - queue.OldestAt).TotalSeconds));
        Head(page, "hub_incidents_open", "gauge", "Incidents that last.");
        foreach ((EventKind kind, int count) in incidents.OrderBy(pair => pair.Key))
            Sample(page, "hub_incidents_open", $"kind=\"{kind}\"", count);
        return page.ToString();
    }

    /// <summary>Writes the part about availability.</summary>
    public static string WriteAvailability(IReadOnlyList<ChannelAvailability> channels)
    {
        StringBuilder page = new();
        Head(page, "hub_channel_availability_ratio", "gauge", "The part of the last 30 days in which the channel was there for its senders.");
        foreach (ChannelAvailability channel in channels.Where(channel => channel.Share is not null))
            Sample(page, "hub_channel_availability_ratio", Labels(channel.Channel, ""), channel.Share!.Value);
        return page.ToString();
    }

    private static void Counter(StringBuilder page, HubCounter counter, IReadOnlyList<MinuteStatistics> counts)
    {
        string name = $"{counter.Name.Replace('.', '_')}_total";
        Head(page, name, "counter", counter.Help);
        foreach (MinuteStatistics one in counter.Of(counts))
            Sample(page, name, Labels(one.Channel, one.Destination), counter.Value(one));
    }

    private static void Histogram(StringBuilder page, MinuteStatistics[] all)
    {
        const string name = "hub_delivery_latency_seconds";
        Head(page, name, "histogram", HubMetrics.LatencyHelp);
        foreach (MinuteStatistics one in all)
        {
            string labels = Labels(one.Channel, one.Destination);
            foreach (double bucket in HubMetrics.LatencyBuckets)
                Sample(page, $"{name}_bucket", $"{labels},le=\"{bucket.ToString(CultureInfo.InvariantCulture)}\"", one.Latency.CountUpTo(TimeSpan.FromSeconds(bucket)));
            Sample(page, $"{name}_bucket", $"{labels},le=\"+Inf\"", one.Latency.Count);
            Sample(page, $"{name}_sum", labels, one.Latency.Total.TotalSeconds);
            Sample(page, $"{name}_count", labels, one.Latency.Count);
        }
    }

    private static void Head(StringBuilder page, string name, string type, string help) => page.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder page, string name, string labels, double value) =>
        page.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Labels(string channel, string destination) =>
        destination.Length == 0 ? $"channel=\"{Escaped(channel)}\"" : $"channel=\"{Escaped(channel)}\",destination=\"{Escaped(destination)}\"";

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>How many deliveries waited over time.</summary>
internal static class QueueDepths
{
    /// <summary>How long queues together were in each part of the time before now: the longest of each, and in the last part at least as they are now.</summary>
    public static IReadOnlyList<double?> Of(Recent recent, string? channel, TimeSpan span, int parts) => Of(recent, recent.Of(channel), channel, recent.Begin(span), span, parts);

    /// <summary>The same of a time that begins then.</summary>
    /// <param name="recent">How things stand.</param>
    /// <param name="rows">The statistics of the time.</param>
    /// <param name="channel">Of this channel; null for all.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="span">How long it is.</param>
    /// <param name="parts">How many parts.</param>
    public static IReadOnlyList<double?> Of(Recent recent, IEnumerable<MinuteStatistics> rows, string? channel, DateTimeOffset from, TimeSpan span, int parts)
    {
        TimeSpan part = span / parts;
        long now = recent.Queues.Where(queue => channel is null || queue.Channel == channel).Sum(queue => queue.Depth);
        ILookup<int, MinuteStatistics> byPart = rows.Where(row => row.QueueDepth > 0 && row.Minute >= from).ToLookup(row => (int)((row.Minute - from) / part));
        return [.. Enumerable.Range(0, parts).Select(i => !byPart.Contains(i) && !recent.IsKnown(from + (i * part), part) ? null : (double?)byPart[i]
            .GroupBy(row => row.Minute, row => row.QueueDepth)
            .Select(depths => depths.Sum())
            .Append(i == parts - 1 ? now : 0)
            .Max())];
    }
}

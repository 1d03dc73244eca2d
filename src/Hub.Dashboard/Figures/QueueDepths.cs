namespace Hub.Dashboard.Figures;

/// <summary>How many deliveries waited over time.</summary>
internal static class QueueDepths
{
    /// <summary>The longest that queues together were in each part of a time; null where nobody looked.</summary>
    public static IReadOnlyList<double?> Of(Recent recent, string? channel, TimeSpan span, int parts) => Of(recent, channel, recent.Begin(span), span, parts);

    /// <summary>The same of a time that begins then.</summary>
    public static IReadOnlyList<double?> Of(Recent recent, string? channel, DateTimeOffset from, TimeSpan span, int parts)
    {
        TimeSpan part = span / parts;
        ILookup<int, QueueSample> byPart = recent.QueueSamples.Where(sample => sample.At >= from).ToLookup(sample => (int)((sample.At - from) / part));
        return [.. Enumerable.Range(0, parts).Select(i => byPart[i]
            .GroupBy(sample => sample.At)
            .Select(look => (double?)look.Where(sample => channel is null || sample.Channel == channel).Sum(sample => sample.Depth))
            .Max())];
    }
}

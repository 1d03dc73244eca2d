using Hub.Alerts.Mail;
using Hub.Contracts;
using Hub.Dashboard.Words;

namespace Hub.Engine.Statistics;

/// <summary>Puts minutes together to what people ask for.</summary>
internal static class StatisticsReport
{
    /// <summary>Puts minutes together.</summary>
    /// <param name="minutes">The minutes.</param>
    /// <param name="step">How much time a row is about.</param>
    /// <param name="types">Whether each message type has rows of its own.</param>
    /// <param name="from">When the whole time begins.</param>
    /// <param name="zone">The time zone that days are of.</param>
    /// <returns>Rows by time, channel, destination and type.</returns>
    public static IReadOnlyList<MinuteStatistics> Make(IEnumerable<MinuteStatistics> minutes, StatisticsStep step, bool types, DateTimeOffset from, TimeZoneInfo zone) =>
        [.. minutes
            .GroupBy(minute => (Begin: Begin(minute.Minute, step, from, zone), minute.Channel, minute.Destination, Type: types ? minute.Type : ""))
            .OrderBy(group => group.Key)
            .Select(group => group.Aggregate(
                new MinuteStatistics { Minute = group.Key.Begin, Channel = group.Key.Channel, Destination = group.Key.Destination, Type = group.Key.Type },
                (sum, minute) => sum.With(minute)))];

    /// <summary>The numbers of a time in a few rows, for a mail; none when nothing came in, nothing went out, and no channel was to be there.</summary>
    /// <param name="minutes">The minutes of the time.</param>
    /// <param name="availability">How much of the last 30 days channels were there.</param>
    public static IReadOnlyList<NoticeRow> Rows(IReadOnlyList<MinuteStatistics> minutes, IReadOnlyList<ChannelAvailability> availability) =>
    [
        .. Make(minutes, StatisticsStep.Whole, types: false, default, TimeZoneInfo.Utc).Select(sum => sum.Destination.Length == 0
            ? new NoticeRow(sum.Channel, FormattableString.Invariant($"{sum.Received} received, {sum.Rejected} rejected, {sum.Filtered} wanted by no destination, {sum.Duplicates} for the second time, {sum.Bytes} bytes{There(availability.FirstOrDefault(one => one.Channel == sum.Channel))}"))
            : new NoticeRow($"{sum.Channel} → {sum.Destination}", FormattableString.Invariant($"{sum.Delivered} delivered, {sum.Parked} parked, {sum.Attempts} tries{Latency(sum)}{Waiting(sum)}"))),
        // One that was down all day is the one to be told of.
        .. availability.Where(one => one.Share is not null && !minutes.Any(minute => minute.Channel == one.Channel && minute.Destination.Length == 0)).Select(one => new NoticeRow(one.Channel, $"nothing received{There(one)}")),
    ];

    private static string There(ChannelAvailability? channel) => channel?.Share is { } share ? $", there {Times.Percent(share)} of the last 30 days" : "";

    // What is handed over, or parked before it is sent, has no try.
    private static string Latency(MinuteStatistics sum) =>
        sum.Latency.Count == 0 ? "" : FormattableString.Invariant($", 95 of 100 within {sum.Latency.Percentile(0.95).TotalMilliseconds:0} ms");

    private static string Waiting(MinuteStatistics sum) =>
        sum.QueueDepth == 0 ? "" : FormattableString.Invariant($", up to {sum.QueueDepth} waiting, the oldest for {Math.Ceiling(sum.OldestAge.TotalMinutes):0} min");

    private static DateTimeOffset Begin(DateTimeOffset minute, StatisticsStep step, DateTimeOffset from, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(minute, zone);
        return step switch
        {
            StatisticsStep.Whole => from,
            StatisticsStep.Minute => minute,
            StatisticsStep.Hour => minute.AddMinutes(-local.Minute),
            _ => new(local.Date, zone.GetUtcOffset(local.Date)),
        };
    }
}

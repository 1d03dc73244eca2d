using System.Globalization;
using System.Text;
using Hub.Contracts;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Figures;

/// <summary>The numbers of the statistics page as CSV, in steps of five minutes (of more than a day: three hours), with the columns that <c>hub stats --csv</c> has.</summary>
internal static class StatisticsFile
{
    /// <summary>Answers <c>GET /statistics.csv</c>.</summary>
    public static async Task SayAsync(HttpContext context, RecentFigures figures, LongFigures further)
    {
        Recent recent = figures.Look(context.User);
        StatisticsPeriod period = StatisticsPeriod.Of(context.Request.Query["hours"]);
        string? channel = context.Request.Query["channel"].ToString() is { Length: > 0 } id ? id : null;
        StringBuilder text = new("time,channel,destination,received,rejected,filtered,duplicates,bytes,delivered,parked,attempts,p50Ms,p95Ms,p99Ms,queueDepth,oldestMs\n");
        foreach (MinuteStatistics row in Rows(recent, period, further, context).Where(row => channel is null || row.Channel == channel).OrderBy(row => row.Minute).ThenBy(row => row.Channel, StringComparer.Ordinal).ThenBy(row => row.Destination, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Minute:yyyy-MM-ddTHH:mm:ssZ},{row.Channel},{row.Destination},{row.Received},{row.Rejected},{row.Filtered},{row.Duplicates},{row.Bytes},{row.Delivered},{row.Parked},{row.Attempts},");
            text.Append(CultureInfo.InvariantCulture, $"{Milliseconds(row, 0.5)},{Milliseconds(row, 0.95)},{Milliseconds(row, 0.99)},{row.QueueDepth},{row.OldestAge.TotalMilliseconds:0}\n");
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=statistics.csv";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static IEnumerable<MinuteStatistics> Rows(Recent recent, StatisticsPeriod period, LongFigures further, HttpContext context)
    {
        if (!period.IsLong)
            return recent.Of(null).Where(row => row.Minute >= recent.Begin(period.Span));
        // What is not over is in steps of five minutes there.
        return further.Look(recent, context.User, period.Span)
            .GroupBy(row => (row.Channel, row.Destination, Begin: row.Minute.AddTicks(-(row.Minute.UtcTicks % LongFigures.Step.Ticks))))
            .Select(rows => Recent.Sum(rows) with { Channel = rows.Key.Channel, Destination = rows.Key.Destination, Minute = rows.Key.Begin });
    }

    private static string Milliseconds(MinuteStatistics row, double share) =>
        row.Latency.Count == 0 ? "" : row.Latency.Percentile(share).TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
}

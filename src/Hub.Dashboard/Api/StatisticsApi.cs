using System.Text;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>What happened in a time.</summary>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="Rows">By time, channel, destination and type.</param>
public sealed record StatisticsTable(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<StatisticsRow> Rows);

/// <summary>The addresses about statistics.</summary>
internal static class StatisticsApi
{
    private static readonly TimeSpan s_most = TimeSpan.FromDays(400);

    public static void Map(RouteGroupBuilder api)
    {
        ApiParameter[] parameters = [Parameters.Channel, Parameters.From, Parameters.To, Parameters.By, Parameters.Types];
        api.MapGet("/statistics", Read).Named("readStatistics", "Statistics", Permission.SeeState).Takes(parameters).Gives<StatisticsTable>();
        api.MapGet("/statistics.csv", ReadCsv).Named("readStatisticsCsv", "Statistics", Permission.SeeState).Takes(parameters).Gives<string>(200, "text/csv");
        api.MapGet("/statistics/availability", ReadAvailability).Named("readAvailability", "Statistics", Permission.SeeState).Takes(Parameters.Channel, Parameters.AvailableFrom, Parameters.To).Gives<AvailabilityList>();
    }

    /// <summary>Says how much came and went, how long it took and what failed.</summary>
    /// <remarks>At most 400 days, and 100,000 rows. The last minute or two are not written yet.</remarks>
    public static IResult Read(HttpContext context, IHub hub) => Results.Json(Table(context, hub), ApiJson.Writing);

    /// <summary>The same as CSV.</summary>
    public static IResult ReadCsv(HttpContext context, IHub hub)
    {
        StringBuilder text = new();
        text.AppendJoin(',', StatisticsRow.Columns).Append('\n');
        foreach (StatisticsRow row in Table(context, hub).Rows)
            text.AppendJoin(',', row.Cells()).Append('\n');
        return Results.Text(text.ToString(), "text/csv", Encoding.UTF8);
    }

    /// <summary>Says how much of a time channels were there for their senders.</summary>
    /// <remarks>At most 400 days.</remarks>
    public static IResult ReadAvailability(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        DateTimeOffset now = hub.Clock.GetUtcNow();
        // What is to come is not down.
        (DateTimeOffset from, DateTimeOffset to) = Time(query, now, Parameters.AvailableFrom, 30, last: now);
        string? channel = query.Text(Parameters.Channel);
        query.Done();
        ApiCaller caller = new(context);
        return Results.Json(
            new AvailabilityList(from, to, [.. hub.Journal.ReadAvailability(from, to).Where(one => (channel is null || one.Channel == channel) && caller.Sees(one.Channel)).Select(AvailabilityInfo.Of)]),
            ApiJson.Writing);
    }

    private static StatisticsTable Table(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        (DateTimeOffset from, DateTimeOffset to) = Time(query, hub.Clock.GetUtcNow().AddMinutes(1), Parameters.From, 1);
        (string? channel, StatisticsStep step, bool types) = (query.Text(Parameters.Channel), query.Word<StatisticsStep>(Parameters.By) ?? StatisticsStep.Whole, query.Flag(Parameters.Types));
        query.Done();
        ApiCaller caller = new(context);
        return new(from, to, [.. hub.Statistics(new() { Channel = channel, From = from, To = to }, step, types).Where(row => caller.Sees(row.Channel)).Select(StatisticsRow.Of)]);
    }

    private static (DateTimeOffset From, DateTimeOffset To) Time(ApiQuery query, DateTimeOffset end, ApiParameter begin, int usualDays, DateTimeOffset? last = null)
    {
        DateTimeOffset to = query.Time(Parameters.To) ?? end;
        to = to > last ? last.Value : to;
        DateTimeOffset from = query.Time(begin) ?? to.AddDays(-usualDays);
        if (from >= to)
            query.Add(begin.Name, from >= last ? "This is still to come." : "This is not before the end.");
        else if (to - from > s_most)
            query.Add(begin.Name, $"This is more than {s_most.TotalDays:0} days before the end. Ask for less at once.");
        return (from, to);
    }
}

using System.Globalization;
using System.Security.Claims;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Search;

namespace Hub.Dashboard.Figures;

/// <summary>How the Hub stands and what the last 24 hours were like, read at one time for all who look.</summary>
public sealed class Recent
{
    /// <summary>How much time a step is.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromHours(24);

    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The channels, by id.</summary>
    public required IReadOnlyList<ChannelFigures> Channels { get; init; }

    /// <summary>How the destinations stand.</summary>
    public required ILookup<string, DestinationView> Destinations { get; init; }

    /// <summary>What waits.</summary>
    public required IReadOnlyList<QueueStatus> Queues { get; init; }

    /// <summary>The incidents that last, oldest first.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>Sums of five minutes, by channel; destination and begin are in the row.</summary>
    public required ILookup<string, MinuteStatistics> Steps { get; init; }

    /// <summary>The minutes just past, with the one that is not over.</summary>
    public required IReadOnlyList<MinuteStatistics> Minutes { get; init; }

    /// <summary>When the Hub ran, as far back as <see cref="LongFigures.Reach"/>.</summary>
    public required IReadOnlyList<LivedTime> Lived { get; init; }

    /// <summary>How much of the last 30 days channels were there, by id; at most a minute old.</summary>
    public required IReadOnlyList<ChannelAvailability> Availability { get; init; }

    /// <summary>The same as somebody sees it: of the channels that the person is limited to alone.</summary>
    public Recent For(ClaimsPrincipal person) => person.Channels().Count == 0 ? this : new()
    {
        At = At,
        Channels = [.. Channels.Where(channel => person.MayChannel(channel.View.Id))],
        Destinations = Destinations.Where(rows => person.MayChannel(rows.Key)).SelectMany(rows => rows).ToLookup(row => row.Channel),
        Queues = [.. Queues.Where(queue => person.MayChannel(queue.Channel))],
        Incidents = [.. Incidents.Where(incident => person.MayChannel(incident.Channel))],
        Steps = Steps.Where(rows => person.MayChannel(rows.Key)).SelectMany(rows => rows).ToLookup(row => row.Channel),
        Minutes = [.. Minutes.Where(row => person.MayChannel(row.Channel))],
        Lived = Lived,
        Availability = [.. Availability.Where(one => person.MayChannel(one.Channel))],
    };

    /// <summary>Whether a destination is in trouble.</summary>
    public bool IsTroubled(DestinationView destination) => Trouble.IsIn(destination, Queues, At);

    /// <summary>All rows, or those of a channel.</summary>
    public IEnumerable<MinuteStatistics> Of(string? channel) => channel is null ? Steps.SelectMany(rows => rows) : Steps[channel];

    /// <summary>The sum of the rows of the last hour.</summary>
    /// <param name="channel">Of this channel; null for all.</param>
    /// <param name="destination">Empty: what came in. Null: what went out. Else the one destination.</param>
    public MinuteStatistics LastHour(string? channel, string? destination) =>
        Sum(Of(channel).Where(row => row.Minute >= HourBegin && Fits(row, destination)));

    /// <summary>The address of the list of what came in the hour of <see cref="LastHour"/>.</summary>
    /// <param name="search">What of it.</param>
    public string HourUrl(MessageSearch search) => Url(search, HourBegin);

    /// <summary>The address of the list of what <see cref="Rate"/> is of.</summary>
    public string RateUrl(string channel) => Url(new() { Channel = channel }, RateBegin);

    /// <summary>Messages a minute that came in over the last minutes.</summary>
    public double Rate(string channel)
    {
        long received = Minutes.Where(row => row.Channel == channel && row.Minute >= RateBegin).Sum(row => row.Received);
        return received / (At - RateBegin).TotalMinutes;
    }

    // The first step that is of the last hour alone.
    private DateTimeOffset HourBegin => Begin(TimeSpan.FromHours(1));

    private DateTimeOffset RateBegin => new DateTimeOffset(At.UtcTicks - (At.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(-4);

    /// <summary>The address of the list of what came in a time, both ends on the minute.</summary>
    /// <param name="search">What of it.</param>
    /// <param name="from">When the time begins.</param>
    /// <param name="to">When it ends; null: it has not ended.</param>
    public static string Url(MessageSearch search, DateTimeOffset from, DateTimeOffset? to = null) => (search with { From = Minute(from), To = to is { } end ? Minute(end) : "" }).ToUrl();

    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>One value for each part of the time before now.</summary>
    /// <param name="rows">What it is made of.</param>
    /// <param name="span">How long before now it begins.</param>
    /// <param name="parts">How many parts.</param>
    /// <param name="value">Makes the value of the rows of a part.</param>
    /// <returns>The values; null where nothing is known.</returns>
    public IReadOnlyList<double?> Series(IEnumerable<MinuteStatistics> rows, TimeSpan span, int parts, Func<MinuteStatistics, double?> value) => Series(rows, Begin(span), span, parts, value);

    /// <summary>One value for each part of a time; null too for one in which the Hub did not run.</summary>
    public IReadOnlyList<double?> Series(IEnumerable<MinuteStatistics> rows, DateTimeOffset from, TimeSpan span, int parts, Func<MinuteStatistics, double?> value)
    {
        TimeSpan part = span / parts;
        ILookup<int, MinuteStatistics> byPart = rows.Where(row => row.Minute >= from).ToLookup(row => (int)((row.Minute - from) / part));
        return [.. Enumerable.Range(0, parts).Select(i => byPart.Contains(i) || IsKnown(from + (i * part), part) ? value(Sum(byPart[i])) : null)];
    }

    /// <summary>Whether the Hub ran in any minute of a time, which may end after now.</summary>
    public bool IsKnown(DateTimeOffset from, TimeSpan span) => (from <= At && At < from + span) || Lived.Any(lived => lived.From < from + span && lived.To > from);

    /// <summary>When a time before now begins, on the border of a step, so that a picture does not change with each look.</summary>
    public DateTimeOffset Begin(TimeSpan span) => new DateTimeOffset(At.UtcTicks - (At.UtcTicks % Step.Ticks), TimeSpan.Zero) + Step - span;

    /// <summary>Puts rows together.</summary>
    public static MinuteStatistics Sum(IEnumerable<MinuteStatistics> rows) => rows.Aggregate(new MinuteStatistics { Channel = "" }, (sum, row) => sum.With(row));

    private static bool Fits(MinuteStatistics row, string? destination) => destination is null ? row.Destination.Length > 0 : row.Destination == destination;
}

/// <summary>A channel, with what pages say of it.</summary>
/// <param name="View">How it stands, as the Hub says.</param>
/// <param name="State">The same with how its destinations do: Running, Trouble, Stopped, Quiet or Refused.</param>
/// <param name="Queued">Deliveries that wait.</param>
/// <param name="Parked">Deliveries that were set aside.</param>
/// <param name="LastAt">When a message came last, to the minute; null when none did in 24 hours.</param>
public sealed record ChannelFigures(ChannelView View, string State, long Queued, long Parked, DateTimeOffset? LastAt);

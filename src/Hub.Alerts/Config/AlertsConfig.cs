using System.Text.Json.Serialization;
using Hub.Contracts;

namespace Hub.Alerts.Config;

/// <summary>A file of <c>alerts/</c>: who is told of what. Several files count as one.</summary>
public sealed record AlertsConfig
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>People and mailboxes. Default none: rules can name addresses too.</summary>
    public IReadOnlyList<ContactConfig> Contacts { get; init; } = [];

    /// <summary>Groups of contacts, by their names: ids of contacts and other groups, and addresses. Default none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Times of the week. Default none.</summary>
    public IReadOnlyList<CalendarConfig> Calendars { get; init; } = [];

    /// <summary>Who is told of what; the first rule that fits an incident is its rule. Default none: everything goes to those whom <c>mail.json</c> names.</summary>
    public IReadOnlyList<RuleConfig> Rules { get; init; } = [];

    /// <summary>What is looked for each minute beside errors. Queues with something older than 30 minutes, learned silence and channels stopped for a day are looked for too, unless a watch of the same kind is given. Default: these alone; an empty list is for none.</summary>
    public IReadOnlyList<WatchConfig>? Watches { get; init; }

    /// <summary>A mail a day that says that the Hub lives, so that its absence is noticed. Default none.</summary>
    public DailyMailConfig? Heartbeat { get; init; }

    /// <summary>A mail a day with the numbers of the day before. Default none.</summary>
    public DailyMailConfig? DailyStatistics { get; init; }

    /// <summary>What parties are told of beside incidents, by mail or webhook. Default none.</summary>
    public IReadOnlyList<SubscriptionConfig> Subscriptions { get; init; } = [];
}

/// <summary>A person or a mailbox.</summary>
public sealed record ContactConfig
{
    /// <summary>The name that rules and groups use.</summary>
    public required string Id { get; init; }

    /// <summary>The mail address.</summary>
    public required string Address { get; init; }

    /// <summary>The calendar of the hours in which mails are wanted; those of other hours wait for the next of these. Default: always.</summary>
    public string? Hours { get; init; }

    public IEnumerable<ConfigProblem> Check()
    {
        if (!Addresses.IsOne(Address))
            yield return new(AlertProblems.Address, "address", $"\"{Address}\" is no address. Write one, for example \"ward@hospital.example\".");
    }
}

/// <summary>A day of the week.</summary>
public enum Weekday
{
    /// <summary>Sunday.</summary>
    Sun = 0,

    /// <summary>Monday.</summary>
    Mon = 1,

    /// <summary>Tuesday.</summary>
    Tue = 2,

    /// <summary>Wednesday.</summary>
    Wed = 3,

    /// <summary>Thursday.</summary>
    Thu = 4,

    /// <summary>Friday.</summary>
    Fri = 5,

    /// <summary>Saturday.</summary>
    Sat = 6,
}

/// <summary>Hours of days of the week.</summary>
public sealed record CalendarConfig
{
    /// <summary>The name that contacts and rules use.</summary>
    public required string Id { get; init; }

    /// <summary>The time zone that its times are of, <c>Europe/London</c>. Default: that of the machine.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The days on which it begins. Default: all.</summary>
    public IReadOnlyList<Weekday> Days { get; init; } = [];

    /// <summary>When it begins, <c>08:00</c>. Default 00:00.</summary>
    public string From { get; init; } = "00:00";

    /// <summary>When it ends, <c>18:00</c>; not after <see cref="From"/>, on the next day. Default 00:00, the end of the day.</summary>
    public string To { get; init; } = "00:00";

    public IEnumerable<ConfigProblem> Check()
    {
        foreach ((string member, string text) in new[] { ("from", From), ("to", To) })
        {
            if (!Calendar.TryTime(text, out _))
                yield return new(AlertProblems.Calendar, member, $"\"{text}\" is no time of day. Write hours and minutes, for example \"08:00\".");
        }

        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new(AlertProblems.Calendar, "timeZone", $"This machine knows no time zone \"{TimeZone}\". Write one as \"Europe/London\", or leave it out for that of the machine.");
    }
}

/// <summary>A mail that goes out each day.</summary>
public sealed record DailyMailConfig
{
    /// <summary>The time of day, <c>07:00</c>, of the machine's time zone.</summary>
    public required string At { get; init; }

    /// <summary>Who gets it. Default: those whom <c>mail.json</c> names.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    public IEnumerable<ConfigProblem> Check()
    {
        if (!Calendar.TryTime(At, out _))
            yield return new(AlertProblems.Calendar, "at", $"\"{At}\" is no time of day. Write hours and minutes, for example \"07:00\".");
    }
}

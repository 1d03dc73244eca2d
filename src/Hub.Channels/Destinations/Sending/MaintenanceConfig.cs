using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Sending;

/// <summary>A day of the week.</summary>
public enum WeekDay
{
    /// <summary>Sunday.</summary>
    Sun,

    /// <summary>Monday.</summary>
    Mon,

    /// <summary>Tuesday.</summary>
    Tue,

    /// <summary>Wednesday.</summary>
    Wed,

    /// <summary>Thursday.</summary>
    Thu,

    /// <summary>Friday.</summary>
    Fri,

    /// <summary>Saturday.</summary>
    Sat,
}

/// <summary>A time in which the receiver is down by plan. It goes over midnight when <c>to</c> is not later than <c>from</c>.</summary>
/// <example><code>{ "days": ["sat", "sun"], "from": "22:00", "to": "05:00", "timeZone": "Europe/London" }</code></example>
public sealed record MaintenanceConfig
{
    /// <summary>The days on which it begins. Default: every day.</summary>
    public IReadOnlyList<WeekDay>? Days { get; init; }

    /// <summary>When it begins, <c>22:00</c>. An hour that a change of the clocks leaves out begins when the clocks are changed; of one that comes twice the first counts.</summary>
    public required TimeOfDay From { get; init; }

    /// <summary>When it ends, <c>05:00</c>. Of an hour that comes twice the second counts.</summary>
    public required TimeOfDay To { get; init; }

    /// <summary>The zone whose time that is, <c>Europe/London</c>. Default: the zone of the machine.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Finds windows that cannot be meant.</summary>
    /// <returns>The problems.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Days is { Count: 0 })
            yield return new(ProblemCodes.Maintenance, "days", "The list is empty, so the window never comes. Name at least one day, for example \"sun\", or leave it out for every day.");
        if (From?.Minutes == To?.Minutes)
            yield return new(ProblemCodes.Maintenance, "to", "The window ends when it begins. Give two times, for example \"22:00\" and \"05:00\"; for good there is \"enabled\": false, and hub destinations pause.");
        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new(ProblemCodes.Maintenance, "timeZone", $"This machine knows no zone \"{TimeZone}\". Write a name of the IANA list, for example \"Europe/London\" or \"UTC\".");
    }
}

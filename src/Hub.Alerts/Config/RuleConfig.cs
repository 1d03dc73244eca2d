using Hub.Contracts;

namespace Hub.Alerts.Config;

/// <summary>Who is told of which incidents, when, and how often. Everything it says of an incident must hold.</summary>
public sealed record RuleConfig
{
    /// <summary>Its name, shown with the incident.</summary>
    public required string Id { get; init; }

    /// <summary>The kinds of events. Default: all.</summary>
    public IReadOnlyList<EventKind> Kinds { get; init; } = [];

    /// <summary>The channels. Default: all, and what is about no channel.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The destinations. Default: all, and what is about no destination.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>The calendar in which it holds; out of it the next rule that fits is looked for. Default: always.</summary>
    public string? During { get; init; }

    /// <summary>Who is told: ids of contacts and groups, or addresses. Default: those whom <c>mail.json</c> names.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Whether nobody is mailed: incidents are kept and shown all the same. Default false.</summary>
    public bool Silent { get; init; }

    /// <summary>How long an incident has to last before it is mailed, in minutes. What is over before is not mailed at all. Default 0: at once.</summary>
    public int AfterMinutes { get; init; }

    /// <summary>While it lasts and goes on to happen, a mail with the count after this many minutes. Default 60.</summary>
    public int DigestMinutes { get; init; } = 60;

    /// <summary>Others are told when nobody has acknowledged it for this many minutes; until then it is not over for want of events. Default: nobody else is.</summary>
    public int? EscalateAfterMinutes { get; init; }

    /// <summary>Who these others are.</summary>
    public IReadOnlyList<string> EscalateTo { get; init; } = [];

    /// <summary>What has no end of its own, such as rejected messages, is over when it has not happened for this many minutes, nor others were told for as long. Default 30.</summary>
    public int CloseAfterMinutes { get; init; } = 30;

    public IEnumerable<ConfigProblem> Check()
    {
        const int Week = 7 * 24 * 60;
        foreach ((string member, int minutes, int least) in new[] { ("afterMinutes", AfterMinutes, 0), ("digestMinutes", DigestMinutes, 1), ("escalateAfterMinutes", EscalateAfterMinutes ?? 1, 1), ("closeAfterMinutes", CloseAfterMinutes, 1) })
        {
            if (minutes < least || minutes > Week)
                yield return new(AlertProblems.Range, member, $"{minutes} minutes are not possible. Give {least} to {Week}, or leave it out.");
        }

        if (EscalateAfterMinutes is null != (EscalateTo.Count == 0))
            yield return new(AlertProblems.Nobody, EscalateAfterMinutes is null ? "escalateAfterMinutes" : "escalateTo", "\"escalateAfterMinutes\" and \"escalateTo\" belong together: give when, and whom.");
    }

    /// <summary>Whether it is for an event, apart from the time.</summary>
    internal bool Fits(EventKind kind, string channel, string destination) =>
        (Kinds.Count == 0 || Kinds.Contains(kind)) && (Channels.Count == 0 || Channels.Contains(channel)) && (Destinations.Count == 0 || Destinations.Contains(destination));
}

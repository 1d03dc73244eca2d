using Hub.Contracts;

namespace Hub.Alerts.Config;

/// <summary>What a watch looks at.</summary>
public enum WatchKind
{
    /// <summary>How long a channel has received nothing.</summary>
    Silence,

    /// <summary>How many deliveries wait, and how long the oldest has.</summary>
    Queue,

    /// <summary>How much of what came in was rejected, or of what was tried was parked.</summary>
    ErrorRate,

    /// <summary>How long messages took from their arrival to the receiver's answer.</summary>
    Latency,

    /// <summary>How much came in, beside what is usual for the hour of the week.</summary>
    Throughput,

    /// <summary>How long a channel is stopped that a person stopped, and may have forgotten.</summary>
    Stopped,
}

/// <summary>Something that is looked for each minute, beside errors. What it finds is an incident until it is found no more.</summary>
public sealed record WatchConfig
{
    /// <summary>What is looked at.</summary>
    public required WatchKind On { get; init; }

    /// <summary>The channels. Default: all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The destinations, where it is about these. Default: all.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>
    /// Silence: how long, in minutes; left out, it is learned: silence is told when an hour of the week in which each of the last three weeks had ten messages
    /// or more has none. Queue: how old the oldest may be. Stopped: how long a channel may be, 1440 by default, which is a day. Others: the time looked at, 15 by default.
    /// </summary>
    public int? Minutes { get; init; }

    /// <summary>Queue: how many may wait.</summary>
    public int? Depth { get; init; }

    /// <summary>ErrorRate: how many of a hundred may fail. Throughput: how many percent of the usual are too many, for example 300; the hundredth part of the inverse is too few.</summary>
    public int? Percent { get; init; }

    /// <summary>Latency: how long 95 of 100 messages may take at the most, in milliseconds.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>ErrorRate, latency and throughput: fewer messages than this say nothing. Default 20.</summary>
    public int LeastMessages { get; init; } = 20;

    /// <summary>The calendar in which it is looked, and whose minutes are those of silence. What was found in it waits out of it. Default: always.</summary>
    public string? During { get; init; }

    /// <summary>Whether a kind of event is what watches find; of these a restarted Hub finds out again how they stand.</summary>
    public static bool IsOfWatch(EventKind kind) => Enum.GetValues<WatchKind>().Any(on => EventOf(on) == kind);

    /// <summary>The kind of event that a watch tells.</summary>
    public static EventKind EventOf(WatchKind on) => on switch
    {
        WatchKind.Silence => EventKind.Silence,
        WatchKind.Queue => EventKind.Queue,
        WatchKind.ErrorRate => EventKind.ErrorRate,
        WatchKind.Latency => EventKind.Latency,
        WatchKind.Throughput => EventKind.Throughput,
        WatchKind.Stopped => EventKind.Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(on)),
    };

    public IEnumerable<ConfigProblem> Check()
    {
        if (On == WatchKind.Queue && Minutes is null && Depth is null)
            yield return new(AlertProblems.Watch, "on", "A watch on queues needs \"minutes\" (how old) or \"depth\" (how many), or both.");
        if (On is WatchKind.ErrorRate && Percent is not (> 0 and <= 100))
            yield return new(AlertProblems.Watch, "percent", "How many of a hundred may fail? Give \"percent\" from 1 to 100.");
        if (On is WatchKind.Throughput && Percent is not (> 100 and <= 100_000))
            yield return new(AlertProblems.Watch, "percent", "How much is unusual? Give \"percent\" over 100, for example 300 for three times the usual and a third of it.");
        if (On == WatchKind.Latency && Milliseconds is not > 0)
            yield return new(AlertProblems.Watch, "milliseconds", "How long may messages take? Give \"milliseconds\", for example 5000.");
        if (Minutes is < 1 or > 10_080)
            yield return new(AlertProblems.Range, "minutes", $"{Minutes} minutes are not possible. Give 1 to 10080.");
        if (Depth is < 1)
            yield return new(AlertProblems.Range, "depth", $"{Depth} is no number of deliveries. Give 1 or more.");
    }

    /// <summary>Whether it looks at a channel.</summary>
    internal bool Looks(string channel) => Channels.Count == 0 || Channels.Contains(channel);

    /// <summary>Whether it looks at a destination.</summary>
    internal bool Looks(string channel, string destination) => Looks(channel) && (Destinations.Count == 0 || Destinations.Contains(destination));
}

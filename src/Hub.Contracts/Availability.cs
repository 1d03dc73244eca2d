namespace Hub.Contracts;

/// <summary>How a channel was in a minute.</summary>
public enum ChannelHealth
{
    /// <summary>It took messages, or would have.</summary>
    Up,

    /// <summary>It could not: its file is refused and no version before it runs, its address is taken, or nothing can be stored.</summary>
    Down,

    /// <summary>It is not meant to: a person or its file says so. Such minutes count neither way.</summary>
    Off,
}

/// <summary>A minute of the running Hub, and how its channels were. Appended once a minute; a minute that is there already counts no second time.</summary>
/// <param name="At">A time within the minute.</param>
/// <param name="Channels">The channels that have a file.</param>
public sealed record MinuteLived(DateTimeOffset At, IReadOnlyDictionary<string, ChannelHealth> Channels) : JournalEntry
{
    /// <summary>Those whose probe was answered.</summary>
    public IReadOnlySet<string> Probed { get; init; } = new HashSet<string>();

    /// <summary>Those that messages came to.</summary>
    public IReadOnlySet<string> Spoken { get; init; } = new HashSet<string>();
}

/// <summary>How much of a time a channel was there for its senders.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Since">From when on it is known: the beginning of the time, or when the Hub first had it.</param>
/// <param name="Up">Minutes in which it was.</param>
/// <param name="Down">Minutes in which it was not, also because the Hub did not run.</param>
/// <param name="Off">Minutes in which it was not meant to.</param>
public sealed record ChannelAvailability(string Channel, DateTimeOffset Since, long Up, long Down, long Off)
{
    /// <summary>Of the minutes, those in which a probe was answered.</summary>
    public long Probed { get; init; }

    /// <summary>Of the minutes, those in which messages came.</summary>
    public long Spoken { get; init; }

    /// <summary>The part of the minutes in which it was meant to be there that it was, 0 to 1; null when there are none.</summary>
    public double? Share => Up + Down == 0 ? null : (double)Up / (Up + Down);
}

/// <summary>A time in which the Hub ran, as far as its minutes were counted.</summary>
/// <param name="From">The beginning of its first minute.</param>
/// <param name="To">The end of its last one.</param>
public sealed record LivedTime(DateTimeOffset From, DateTimeOffset To);

public partial interface IJournalReader
{
    /// <summary>Reads when the Hub ran.</summary>
    /// <param name="from">The beginning of the time asked about.</param>
    /// <param name="to">Its end.</param>
    /// <returns>The times that have a minute in it, in their order.</returns>
    IReadOnlyList<LivedTime> ReadLived(DateTimeOffset from, DateTimeOffset to);

    /// <summary>Reads how much of a time channels were there.</summary>
    /// <param name="from">When the time begins; days of UTC are what is kept, so it begins with that day.</param>
    /// <param name="now">When it ends, with all of its day: minutes up to it in which the Hub did not run are down.</param>
    /// <returns>The channels, by id. One that has no file any more counts up to when it had.</returns>
    IReadOnlyList<ChannelAvailability> ReadAvailability(DateTimeOffset from, DateTimeOffset now);
}

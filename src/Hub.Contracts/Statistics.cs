namespace Hub.Contracts;

/// <summary>What happened in one minute to the messages of one channel, destination and type.</summary>
public sealed record MinuteStatistics
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The destination; empty for what came in.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Message type and trigger event, <c>ADT^A01</c>; empty where the message says none that is one.</summary>
    public string Type { get; init; } = "";

    /// <summary>When the minute, or the time that several were put together for, begins.</summary>
    public DateTimeOffset Minute { get; init; }

    /// <summary>Messages that came in.</summary>
    public long Received { get; init; }

    /// <summary>… of these, the rejected ones.</summary>
    public long Rejected { get; init; }

    /// <summary>… those that no destination wanted.</summary>
    public long Filtered { get; init; }

    /// <summary>… and those that had come before.</summary>
    public long Duplicates { get; init; }

    /// <summary>Bytes that came in.</summary>
    public long Bytes { get; init; }

    /// <summary>Deliveries that receivers have.</summary>
    public long Delivered { get; init; }

    /// <summary>Deliveries that were parked.</summary>
    public long Parked { get; init; }

    /// <summary>Tries of deliveries.</summary>
    public long Attempts { get; init; }

    /// <summary>How long these took together: the time in the hand of receivers.</summary>
    public TimeSpan Sending { get; init; }

    /// <summary>How long delivered messages took, from their arrival to the receiver's answer.</summary>
    public LatencyHistogram Latency { get; init; } = LatencyHistogram.Empty;

    /// <summary>The most deliveries that waited for the destination at the end of a minute.</summary>
    public long QueueDepth { get; init; }

    /// <summary>The longest that a message had been waiting for the destination at the end of a minute, from its arrival; zero when none waited.</summary>
    public TimeSpan OldestAge { get; init; }

    /// <summary>Puts two together; names and time are those of this one.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Their sums; of queues the larger of both.</returns>
    public MinuteStatistics With(MinuteStatistics other) => this with
    {
        Received = Received + other.Received,
        Rejected = Rejected + other.Rejected,
        Filtered = Filtered + other.Filtered,
        Duplicates = Duplicates + other.Duplicates,
        Bytes = Bytes + other.Bytes,
        Delivered = Delivered + other.Delivered,
        Parked = Parked + other.Parked,
        Attempts = Attempts + other.Attempts,
        Sending = Sending + other.Sending,
        Latency = Latency.With(other.Latency),
        QueueDepth = Math.Max(QueueDepth, other.QueueDepth),
        OldestAge = OldestAge > other.OldestAge ? OldestAge : other.OldestAge,
    };
}

/// <summary>How much time one row of a report is about.</summary>
public enum StatisticsStep
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>A minute.</summary>
    Minute,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day of the machine's time zone.</summary>
    Day,
}

/// <summary>How a queue stood.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="Depth">How many deliveries waited.</param>
/// <param name="OldestAt">When the oldest of their messages arrived.</param>
public sealed record QueueStatus(string Channel, string Destination, long Depth, DateTimeOffset OldestAt);

/// <summary>Writes the statistics of minutes that are over, also when no message comes. Appended once a minute.</summary>
/// <param name="Now">The time.</param>
/// <param name="IsEnd">Whether the minute that is not over is written too, because the Hub stops.</param>
public sealed record StatisticsDue(DateTimeOffset Now, bool IsEnd = false) : JournalEntry
{
    /// <summary>How queues stand, which is kept for the minute before <see cref="Now"/>'s. None: nothing waits, or nobody looked.</summary>
    public IReadOnlyList<QueueStatus> Queues { get; init; } = [];
}

/// <summary>Which statistics to read. Everything given must hold.</summary>
public sealed record StatisticsQuery
{
    /// <summary>Of this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Of minutes from this time on.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Of minutes before this time.</summary>
    public required DateTimeOffset To { get; init; }
}

public partial interface IJournalReader
{
    /// <summary>Reads the statistics of minutes that were written, in the order of time. The last minute or two are in the memory of the writer.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>One row for each minute, channel, destination and type in which something happened, and one for each minute and destination in which something waited.</returns>
    IReadOnlyList<MinuteStatistics> ReadStatistics(StatisticsQuery query);

    /// <summary>Reads how queues stand now.</summary>
    /// <returns>One row for each destination that has something waiting.</returns>
    IReadOnlyList<QueueStatus> ReadQueues();
}

using Hub.Contracts;

namespace Hub.Dashboard;

/// <summary>What the API does beside what pages do.</summary>
public partial interface IHub
{
    /// <summary>Stops a channel until it is started again, also over restarts and changes of its file; or starts it. What is in hand is finished, and what waits stays.</summary>
    /// <returns>How it stands then.</returns>
    /// <exception cref="ChannelRefusedException">Its file has problems, so that it cannot be started.</exception>
    /// <exception cref="JournalException">There is no such channel, or nobody stopped it.</exception>
    Task<ChannelView> ChangeChannelAsync(string channel, bool runs, string by, string? reason);

    /// <summary>What the file of a channel said when the folder was last read, without secrets that were written openly into it; null when there is none, or it could not be read.</summary>
    string? ChannelFile(string channel);

    /// <summary>The versions of a channel's file that are kept, newest first.</summary>
    IReadOnlyList<ChannelVersion> Versions(string channel);

    /// <summary>What a version of a channel's file says, without secrets that were written openly into it; null when no such version is kept.</summary>
    string? VersionText(string channel, int number);

    /// <summary>Says what a replay would take up.</summary>
    /// <exception cref="JournalException">It is not possible; the text says why.</exception>
    ReplayPreview Preview(ReplayOrder order);

    /// <summary>Begins a replay.</summary>
    /// <exception cref="JournalException">It is not possible; the text says why.</exception>
    Task<ReplayView> BeginAsync(ReplayOrder order, CancellationToken stopping);

    /// <summary>The channels whose messages a replay takes up; none when it may be any.</summary>
    IReadOnlyList<string> ChannelsOf(ReplayBatch replay);

    /// <summary>Pauses, resumes or cancels a replay.</summary>
    /// <exception cref="JournalException">There is none of that number, or it is over.</exception>
    Task<ReplayView> ChangeAsync(long replay, ReplayChange change);

    /// <summary>What happened in a time, put together.</summary>
    /// <param name="query">The time, at most 400 days, and the channel.</param>
    /// <param name="step">How much time a row is about.</param>
    /// <param name="types">Whether each message type has rows of its own.</param>
    /// <exception cref="RequestException">There are more rows than can be given at once.</exception>
    IReadOnlyList<MinuteStatistics> Statistics(StatisticsQuery query, StatisticsStep step, bool types);

    /// <summary>What retention would remove now.</summary>
    IReadOnlyList<RetentionPreview> PreviewRetention();

    /// <summary>Removes what is past its time now.</summary>
    /// <param name="isClockRight">Also when the clock is days after the newest message.</param>
    /// <param name="stopping">Fires when it is to stop; the rest is done another time.</param>
    /// <exception cref="JournalException">The clock may be wrong, or the journal cannot be written.</exception>
    Task<RetentionReport> PruneAsync(bool isClockRight, CancellationToken stopping);

    /// <summary>Makes a new key for what the journal stores from now on.</summary>
    /// <returns>Its file.</returns>
    /// <exception cref="JournalException">The journal has no keys, or the key cannot be written.</exception>
    Task<string> RotateKeyAsync();
}

/// <summary>What is done to a replay.</summary>
public enum ReplayChange
{
    /// <summary>It stops where it is.</summary>
    Pause,

    /// <summary>It goes on.</summary>
    Resume,

    /// <summary>It ends; what was taken up stays so.</summary>
    Cancel,
}

/// <summary>Which messages are taken up again, and how. One of the first three is given.</summary>
public sealed record ReplayOrder
{
    /// <summary>Messages by their numbers.</summary>
    public IReadOnlyList<long>? Messages { get; init; }

    /// <summary>Messages that fit.</summary>
    public MessageQuery? Query { get; init; }

    /// <summary>Messages in files of the Hub's machine, in this order.</summary>
    public IReadOnlyList<ReplayFile>? Files { get; init; }

    /// <summary>The channel that takes messages of files.</summary>
    public string? Channel { get; init; }

    /// <summary>The only destination; null to take messages through their channels.</summary>
    public string? Destination { get; init; }

    /// <summary>Most messages a second; null for no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Who asks for it; null when that is not known.</summary>
    public string? By { get; init; }

    /// <summary>Also when there are many.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Whether to answer when all are taken up.</summary>
    public bool Waits { get; init; }
}

/// <summary>What was asked for cannot be, whenever it is asked. The text says what is wrong with it.</summary>
public sealed class RequestException : JournalException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public RequestException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public RequestException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public RequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

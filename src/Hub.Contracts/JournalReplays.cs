namespace Hub.Contracts;

/// <summary>Where a replay stands. The numbers are those of the journal's file.</summary>
public enum ReplayState
{
    /// <summary>It is at work; after a stop it goes on when the Hub runs again.</summary>
    Running = 0,

    /// <summary>A person, or trouble that needs one, stopped it. It can be resumed.</summary>
    Paused = 1,

    /// <summary>Every message was taken up, or could not be.</summary>
    Done = 2,

    /// <summary>A person ended it. What was taken up by then stays so.</summary>
    Cancelled = 3,
}

/// <summary>Messages that are taken up again together, as the journal keeps them.</summary>
public sealed record ReplayBatch
{
    /// <summary>Its number, from 1.</summary>
    public required long Id { get; init; }

    /// <summary>When a person asked for it.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Where it stands.</summary>
    public required ReplayState State { get; init; }

    /// <summary>Which messages, and what is done with them, in words.</summary>
    public required string What { get; init; }

    /// <summary>The same for the one who carries it out; the journal only keeps it.</summary>
    public required string Plan { get; init; }

    /// <summary>How many messages there were when it began.</summary>
    public required long Total { get; init; }

    /// <summary>How many were taken up.</summary>
    public long Done { get; init; }

    /// <summary>How many could not be taken up.</summary>
    public long Failed { get; init; }

    /// <summary>Why it is paused or was cancelled; never message content.</summary>
    public string? Reason { get; init; }
}

/// <summary>One message of a replay. It is kept once: an entry that names it again is refused.</summary>
/// <param name="Replay">The replay.</param>
/// <param name="Item">The number of the message that is taken up; of a replay of files its place among their messages, from 1.</param>
public sealed record ReplayItem(long Replay, long Item);

/// <summary>What became of one message of a replay.</summary>
/// <param name="Item">Which one, as in <see cref="ReplayItem.Item"/>.</param>
/// <param name="Message">The message that it became, or whose deliveries were queued again; null when it could not be taken up.</param>
/// <param name="Reason">Why not.</param>
public sealed record StoredReplayItem(long Item, MessageId? Message, string? Reason);

/// <summary>A replay begins.</summary>
/// <param name="Batch">The replay, with a number that none has yet.</param>
public sealed record ReplayBegun(ReplayBatch Batch) : JournalEntry;

/// <summary>A replay is paused, resumed, cancelled or done.</summary>
/// <param name="Replay">The replay.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Reason">Why, in words; null when there is nothing to say.</param>
/// <param name="At">When.</param>
public sealed record ReplayChanged(long Replay, ReplayState State, string? Reason, DateTimeOffset At) : JournalEntry;

/// <summary>A message of a replay cannot be taken up.</summary>
/// <param name="Item">Which one.</param>
/// <param name="Reason">Why not; never message content.</param>
/// <param name="At">When that was found.</param>
public sealed record ReplayItemFailed(ReplayItem Item, string Reason, DateTimeOffset At) : JournalEntry;

/// <summary>How many messages of a channel a query finds.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Messages">How many.</param>
/// <param name="First">The oldest.</param>
/// <param name="Last">The newest.</param>
/// <param name="FirstAt">When the oldest arrived.</param>
/// <param name="LastAt">When the newest arrived.</param>
public sealed record MessageCount(string Channel, long Messages, MessageId First, MessageId Last, DateTimeOffset FirstAt, DateTimeOffset LastAt);

public partial interface IJournalReader
{
    /// <summary>Reads replays, newest first.</summary>
    /// <param name="limit">At most this many.</param>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <returns>The replays.</returns>
    IReadOnlyList<ReplayBatch> ReadReplays(int limit, ReplayState? state = null);

    /// <summary>Reads one replay.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>The replay, or null when there is none of that number.</returns>
    ReplayBatch? ReadReplay(long id);

    /// <summary>Reads what became of the messages of a replay, by their numbers.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="after">Only items with a higher number.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="failed">True for those alone that could not be taken up.</param>
    /// <returns>The items.</returns>
    IReadOnlyList<StoredReplayItem> ReadReplayItems(long replay, long after, int limit, bool failed = false);

    /// <summary>Finds the numbers of messages, oldest first. <see cref="MessageQuery.Limit"/> is not looked at.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="after">Only messages that arrived later.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The numbers.</returns>
    IReadOnlyList<MessageId> FindIds(MessageQuery query, MessageId after, int limit);

    /// <summary>Counts messages, channel by channel. <see cref="MessageQuery.Limit"/> is not looked at.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The channels that have any.</returns>
    IReadOnlyList<MessageCount> Count(MessageQuery query);
}

using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What a journal reads of replays and of retention.</summary>
public sealed partial class ObservedJournal
{
    public IReadOnlyList<ReplayBatch> ReadReplays(int limit, ReplayState? state = null) => journal.ReadReplays(limit, state);

    public ReplayBatch? ReadReplay(long id) => journal.ReadReplay(id);

    public IReadOnlyList<StoredReplayItem> ReadReplayItems(long replay, long after, int limit, bool failed = false) => journal.ReadReplayItems(replay, after, limit, failed);

    public IReadOnlyList<MessageId> FindIds(MessageQuery query, MessageId after, int limit) => journal.FindIds(query, after, limit);

    public IReadOnlyList<RetentionPreview> ReadRetention(IReadOnlyList<RetentionRule> rules, DateTimeOffset now) => journal.ReadRetention(rules, now);

    public JournalSize ReadSize() => journal.ReadSize();

    public IReadOnlyList<MessageCount> Count(MessageQuery query) => journal.Count(query);
}

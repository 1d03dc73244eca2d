using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Reads replays. A file of before them has none.</summary>
internal static class ReplayRows
{
    /// <summary>Is there when the file knows replays.</summary>
    public const string Table = "replay_item";

    private const string Select = "SELECT id, begun_at, changed_at, state, what, plan, total, done, failed, reason FROM replay";

    private const string SelectOne = Select + " WHERE id = ?";

    private const string SelectNewest = Select + " WHERE ?1 IS NULL OR state = ?1 ORDER BY id DESC LIMIT ?2";

    private const string SelectItems = "SELECT item, message, reason FROM replay_item WHERE replay = ? AND item > ? ORDER BY item LIMIT ?";

    private const string SelectFailed = "SELECT item, message, reason FROM replay_item WHERE replay = ? AND item > ? AND message IS NULL ORDER BY item LIMIT ?";

    private const string SelectOfMessage = "SELECT max(replay) FROM replay_item WHERE message = ?";

    /// <summary>The latest replay that made a message or sent it again.</summary>
    public static long? Of(SqliteDatabase database, MessageId message)
    {
        if (!database.Has(Table))
            return null;
        Statement row = database.Prepare(SelectOfMessage).Bind(message.Value);
        row.Step();
        long? replay = row.LongOrNull(0);
        row.Reset();
        return replay;
    }

    /// <summary>One replay; null when there is none of that number.</summary>
    public static ReplayBatch? Read(SqliteDatabase database, long id) =>
        database.Has(Table) ? ReadAll(database, database.Prepare(SelectOne).Bind(id)).FirstOrDefault() : null;

    /// <summary>The newest replays.</summary>
    public static IReadOnlyList<ReplayBatch> Newest(SqliteDatabase database, int limit, ReplayState? state) =>
        database.Has(Table) ? ReadAll(database, database.Prepare(SelectNewest).Bind((long?)state).Bind(limit)) : [];

    /// <summary>What became of the messages of a replay.</summary>
    public static IReadOnlyList<StoredReplayItem> Items(SqliteDatabase database, long replay, long after, int limit, bool failed)
    {
        List<StoredReplayItem> items = [];
        if (!database.Has(Table))
            return items;
        Statement row = database.Prepare(failed ? SelectFailed : SelectItems).Bind(replay).Bind(after).Bind(limit);
        while (row.Step())
            items.Add(new(row.Long(0), row.LongOrNull(1) is { } message ? new MessageId(message) : null, database.TextOrNull(row, 2, SealedPlace.ReplayItem(replay, row.Long(0)))));
        return items;
    }

    private static List<ReplayBatch> ReadAll(SqliteDatabase database, Statement row)
    {
        List<ReplayBatch> batches = [];
        while (row.Step())
        {
            long id = row.Long(0);
            batches.Add(new()
            {
                Id = id,
                BegunAt = row.Time(1),
                ChangedAt = row.Time(2),
                State = (ReplayState)row.Int(3),
                What = database.TextOrNull(row, 4, SealedPlace.Replay(id, 0)) ?? "",
                Plan = database.TextOrNull(row, 5, SealedPlace.Replay(id, 1)) ?? "",
                Total = row.Long(6),
                Done = row.Long(7),
                Failed = row.Long(8),
                Reason = database.TextOrNull(row, 9, SealedPlace.Replay(id, 2)),
            });
        }

        return batches;
    }
}

/// <summary>What the journal reads of replays.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<ReplayBatch> ReadReplays(int limit, ReplayState? state = null) => Read(database => ReplayRows.Newest(database, limit, state));

    /// <inheritdoc/>
    public ReplayBatch? ReadReplay(long id) => Read(database => ReplayRows.Read(database, id));

    /// <inheritdoc/>
    public IReadOnlyList<StoredReplayItem> ReadReplayItems(long replay, long after, int limit, bool failed = false) =>
        Read(database => ReplayRows.Items(database, replay, after, limit, failed));

    /// <inheritdoc/>
    public IReadOnlyList<MessageId> FindIds(MessageQuery query, MessageId after, int limit) => Read(database => Sqlite.Find.Ids(database, query, after, limit));

    /// <inheritdoc/>
    public IReadOnlyList<MessageCount> Count(MessageQuery query) => Read(database => Sqlite.Find.Count(database, query));
}

/// <summary>What the journal reads of replays.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<ReplayBatch> ReadReplays(int limit, ReplayState? state = null) => _reader.ReadReplays(limit, state);

    /// <inheritdoc/>
    public ReplayBatch? ReadReplay(long id) => _reader.ReadReplay(id);

    /// <inheritdoc/>
    public IReadOnlyList<StoredReplayItem> ReadReplayItems(long replay, long after, int limit, bool failed = false) => _reader.ReadReplayItems(replay, after, limit, failed);

    /// <inheritdoc/>
    public IReadOnlyList<MessageId> FindIds(MessageQuery query, MessageId after, int limit) => _reader.FindIds(query, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<MessageCount> Count(MessageQuery query) => _reader.Count(query);
}

using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>What a replay asks for: which messages there are, by number from the oldest, and how many.</summary>
internal sealed partial class Find
{
    /// <summary>The numbers of messages, oldest first.</summary>
    /// <param name="database">Where to look.</param>
    /// <param name="query">Which ones.</param>
    /// <param name="after">Only higher numbers.</param>
    /// <param name="limit">At most this many.</param>
    public static IReadOnlyList<MessageId> Ids(SqliteDatabase database, MessageQuery query, MessageId after, int limit)
    {
        Find find = new(database, query);
        find.Where("m.id > ?", (long?)after.Value);
        using Statement row = find.Prepare(database, "SELECT m.id FROM message m", "ORDER BY m.id LIMIT ?");
        row.Bind(limit);
        List<MessageId> ids = [];
        while (row.Step())
            ids.Add(new(row.Long(0)));
        return ids;
    }

    /// <summary>How many messages there are, channel by channel.</summary>
    /// <param name="database">Where to look.</param>
    /// <param name="query">Which ones.</param>
    public static IReadOnlyList<MessageCount> Count(SqliteDatabase database, MessageQuery query)
    {
        using Statement row = new Find(database, query).Prepare(
            database, "SELECT m.channel, count(*), min(m.id), max(m.id), min(m.received_at), max(m.received_at) FROM message m", "GROUP BY m.channel ORDER BY m.channel");
        List<MessageCount> counts = [];
        while (row.Step())
            counts.Add(new(row.Text(0), row.Long(1), new(row.Long(2)), new(row.Long(3)), row.Time(4), row.Time(5)));
        return counts;
    }

    private Statement Prepare(SqliteDatabase database, string select, string end)
    {
        string conditions = _conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", _conditions);
        Statement statement = new(database.Handle, $"{select} {conditions} {end}");
        foreach (Func<Statement, Statement> bind in _values)
            bind(statement);
        return statement;
    }

    private void WhereReplayed(SqliteDatabase database, MessageQuery query)
    {
        if (query.Replay is not null && !database.Has(ReplayRows.Table))
            _conditions.Add("0"); // A file of before there were replays has none.
        else
            Where("m.id IN (SELECT message FROM replay_item WHERE replay = ?)", query.Replay);
        if (!query.AreOriginals)
            return;
        // A message that somebody asks for by its state is meant, whatever that is.
        if (query.State is null)
            _conditions.Add($"m.state NOT IN ({(int)MessageState.Duplicate}, {(int)MessageState.Fragment}, {(int)MessageState.Divided})");
        _conditions.Add("m.replay_of IS NULL");
        if (query.Channel is null)
            _conditions.Add("m.handed_by IS NULL");
        // What is said of a batch holds for its messages. Who names a batch means it, whatever it is.
        if (query.Batch is null && database.Version >= Schema.Batches)
            _conditions.Add($"(m.batch IS NULL OR NOT EXISTS (SELECT 1 FROM message b WHERE b.id = m.batch AND (b.replay_of IS NOT NULL{(query.Channel is null ? " OR b.handed_by IS NOT NULL" : "")})))");
    }
}

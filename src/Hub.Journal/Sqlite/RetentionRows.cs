using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Reads what retention left. A file of before it has everything.</summary>
internal static class RetentionRows
{
    private const string Table = "retention";

    private const string SelectRemoved = "SELECT content_removed_at FROM message WHERE id = ?";

    private const string SelectRemovedOfDelivery = "SELECT m.content_removed_at FROM delivery d JOIN message m ON m.id = d.message WHERE d.id = ?";

    private const string SelectRules = "SELECT channel, content, record, repeats FROM retention_rule";

    /// <summary>When the bytes of a message were removed; null while they are there.</summary>
    public static DateTimeOffset? RemovedAt(SqliteDatabase database, MessageId message) =>
        database.Has(Table) ? Time(database.Prepare(SelectRemoved).Bind(message.Value)) : null;

    /// <summary>Reads a message's bytes as they came; null when there is no such message.</summary>
    /// <exception cref="ContentRemovedException">They were removed.</exception>
    public static ReadOnlyMemory<byte>? ContentOf(SqliteDatabase database, MessageId id)
    {
        if (RemovedAt(database, id) is { } at)
            throw ContentRemovedException.Of($"message {id}", at);
        if (ContentReader.OfMessage(database, id.Value) is { } content)
            return content;
        // A duplicate has no bytes of its own.
        return MessageRows.Read(database, id, withHistory: false) is { } message
            ? throw ContentRemovedException.Of($"message {id}", message.DuplicateOf is { } first ? RemovedAt(database, first) : null)
            : null;
    }

    /// <summary>Reads the bytes that a delivery sends; null when there is no such delivery.</summary>
    /// <exception cref="ContentRemovedException">They were removed.</exception>
    public static ReadOnlyMemory<byte>? ContentOf(SqliteDatabase database, long delivery)
    {
        if (ContentReader.OfDelivery(database, delivery) is { } content)
            return content;
        return database.Has(Table) && Time(database.Prepare(SelectRemovedOfDelivery).Bind(delivery)) is { } at
            ? throw ContentRemovedException.Of($"delivery {delivery}", at)
            : null;
    }

    /// <summary>The rules that were kept, with those given in their places.</summary>
    public static Dictionary<string, RetentionRule> Rules(SqliteDatabase database, IEnumerable<RetentionRule> given)
    {
        Dictionary<string, RetentionRule> rules = [];
        if (database.Has(Table))
        {
            Statement row = database.Prepare(SelectRules);
            while (row.Step())
                rules[row.Text(0)] = new(row.Text(0), Microseconds.Span(row.Long(1)), Microseconds.Span(row.Long(2)), Microseconds.Span(row.Long(3)));
        }

        foreach (RetentionRule rule in given)
            rules[rule.Channel] = rule;
        return rules;
    }

    /// <summary>How large the file is.</summary>
    public static JournalSize Size(SqliteDatabase database)
    {
        long page = database.Number("PRAGMA page_size");
        return new(page * database.Number("PRAGMA page_count"), page * database.Number("PRAGMA freelist_count"), database.Number("PRAGMA auto_vacuum") == 2);
    }

    /// <summary>What would be removed now, channel by channel, in one reading of the message rows.</summary>
    public static IReadOnlyList<RetentionPreview> Preview(SqliteDatabase database, IReadOnlyList<RetentionRule> given, DateTimeOffset now)
    {
        if (!database.Has(Table))
            return [];
        RetentionRule[] rules = [.. Rules(database, given).Values, RetentionRule.Unknown];
        string values = string.Join(", ", rules.Select(_ => "(?, ?, ?)"));
        using Statement row = new(database.Handle, $"""
            WITH rule(channel, content, record) AS (VALUES {values}),
            due AS (
                SELECT m.id, m.channel, m.length, m.received_at, m.content_removed_at IS NULL AS has, m.received_at < coalesce(r.record, u.record) AS old,
                    m.state = 0 OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.state IN (0, 2))
                        OR EXISTS (SELECT 1 FROM fragment f WHERE f.message = m.id AND f.whole IS NULL) AS waits
                FROM message m LEFT JOIN rule r ON r.channel = m.channel JOIN rule u ON u.channel = ''
                WHERE m.received_at < coalesce(r.content, u.content))
            SELECT channel, sum(has AND NOT waits), sum(CASE WHEN has AND NOT waits THEN length ELSE 0 END), sum(old AND NOT waits), sum(waits), min(received_at)
            FROM due WHERE has OR old GROUP BY channel ORDER BY channel
            """);
        foreach (RetentionRule rule in rules)
            row.Bind(rule.Channel).Bind(now - Longer(rule.Content, rule.Repeats)).Bind(now - Longer(rule.Record, rule.Repeats));
        List<RetentionPreview> previews = [];
        while (row.Step())
            previews.Add(new(row.Text(0), row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Time(5)));
        return previews;
    }

    /// <summary>The longer of two spans.</summary>
    public static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static DateTimeOffset? Time(Statement row)
    {
        DateTimeOffset? time = row.Step() ? row.TimeOrNull(0) : null;
        row.Reset();
        return time;
    }
}

/// <summary>What the journal reads of retention.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<RetentionPreview> ReadRetention(IReadOnlyList<RetentionRule> rules, DateTimeOffset now) => Read(database => RetentionRows.Preview(database, rules, now));

    /// <inheritdoc/>
    public JournalSize ReadSize() => Read(RetentionRows.Size);
}

/// <summary>What the journal reads of retention.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<RetentionPreview> ReadRetention(IReadOnlyList<RetentionRule> rules, DateTimeOffset now) => _reader.ReadRetention(rules, now);

    /// <inheritdoc/>
    public JournalSize ReadSize() => _reader.ReadSize();
}

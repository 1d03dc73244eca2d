using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Builds the search that a <see cref="MessageQuery"/> asks for. The rows come by number from the newest,
/// and only columns of the small tables are looked at, so even a search without an index reads a million messages in about a second.
/// </summary>
internal sealed partial class Find
{
    private readonly List<string> _conditions = [];
    private readonly List<Func<Statement, Statement>> _values = [];

    private Find(SqliteDatabase database, MessageQuery query)
    {
        Where("m.channel = ?", query.Channel);
        WhereOneOf("m.channel", query.Channels);
        Where("m.state = ?", (long?)query.State);
        WhereControlId(database, query.ControlId);
        Where("m.received_at >= ?", Time(query.Since));
        Where("m.received_at < ?", Time(query.Until));
        Where("m.id < ?", query.Before?.Value);
        Where("m.id > ?", query.After?.Value);
        Where("m.replay_of = ?", query.ReplayOf?.Value);
        Where("m.duplicate_of = ?", query.DuplicateOf?.Value);
        WhereSender(database, query.Sender);
        Where("instr(m.type || '^', ? || '^') = 1", query.Type);
        Where("m.answer = ?", query.InQuarantine ? (long)ReceiptKind.Undecodable : null);
        WhereDelivered(query);
        WhereTraced(query.Trace);
        WhereBatched(database, query.Batch);
        WhereReplayed(database, query);
    }

    /// <summary>Runs the search.</summary>
    public static IReadOnlyList<StoredMessage> Run(SqliteDatabase database, MessageQuery query)
    {
        Find find = new(database, query);
        string conditions = find._conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", find._conditions);
        using Statement statement = new(database.Handle, $"{Schema.Fit(database, MessageRows.Select)}{conditions} ORDER BY m.id {(query.Batch is null ? "DESC" : "ASC")} LIMIT ?");
        foreach (Func<Statement, Statement> bind in find._values)
            bind(statement);
        return MessageRows.ReadAll(database, statement.Bind(Math.Max(0, query.Limit)));
    }

    private static long? Time(DateTimeOffset? time) => time is { } value ? Microseconds.Of(value) : null;

    /// <summary>
    /// Sent is what nearly all are, so each message is asked; Queued and Parked are few, so they are listed from their own index,
    /// which is chosen only when the state stands in the text. The messages of a batch are fewer still, and are asked.
    /// </summary>
    private void WhereDelivered(MessageQuery query)
    {
        if (query.Delivery is null && query.Destination is null)
            return;
        string state = query.Delivery is { } wanted ? $" AND d.state = {(int)wanted}" : "";
        string destination = query.Destination is null ? "" : " AND d.destination = ?";
        _conditions.Add(query.Batch is null && query.Delivery is DeliveryState.Queued or DeliveryState.Parked
            ? $"m.id IN (SELECT d.message FROM delivery d WHERE 1{state}{destination})"
            : $"EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id{state}{destination})");
        if (query.Destination is { } name)
            _values.Add(statement => statement.Bind(name));
    }

    // Rows of each form that the journal ever had: plain, and one for each key.
    private void WhereControlId(SqliteDatabase database, string? controlId)
    {
        if (controlId is null)
            return;
        SearchTerm[] terms = [.. database.Vault.AllForms.Select(form => form.ControlId(controlId))];
        string each = string.Join(", ", terms.Select(_ => "?"));
        _conditions.Add($"m.control_id IN ({each})");
        _values.AddRange(terms.Select(term => (Func<Statement, Statement>)(statement => statement.Bind(term))));
        if (database.Version < Schema.ControlIds)
            return;
        // The newest, up to 65,000, are not in the table yet. They are looked through in their order and asked there: to list them all and look each up took 0.4 s.
        _conditions.Add($"m.id IN (SELECT message FROM control_id WHERE control IN ({each}) UNION SELECT id FROM message WHERE id > (SELECT through FROM control_id_slice) AND control_id IN ({each}))");
        _values.AddRange(terms.Select(term => (Func<Statement, Statement>)(statement => statement.Bind(SearchKey.Of(term)))));
        _values.AddRange(terms.Select(term => (Func<Statement, Statement>)(statement => statement.Bind(term))));
    }

    private void WhereSender(SqliteDatabase database, string? sender)
    {
        if (sender is null)
            return;
        SearchTerm[] terms = [.. database.Vault.AllForms.Select(form => form.Sender(sender))];
        _conditions.Add($"m.sender IN ({string.Join(", ", terms.Select(_ => "?"))})");
        _values.AddRange(terms.Select(term => (Func<Statement, Statement>)(statement => statement.Bind(term))));
    }

    private void WhereTraced(MessageId? trace)
    {
        if (trace is not { } first)
            return;
        _conditions.Add("(m.id = ? OR m.trace = ?)");
        _values.Add(statement => statement.Bind(first.Value).Bind(first.Value));
    }

    private void WhereBatched(SqliteDatabase database, MessageId? batch)
    {
        if (batch is not null && database.Version < Schema.Batches)
            _conditions.Add("0"); // A file of before has none.
        else
            Where("m.batch = ?", batch?.Value);
    }

    private void WhereOneOf(string column, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        _conditions.Add($"{column} IN ({string.Join(", ", values.Select(_ => "?"))})");
        _values.AddRange(values.Select(value => (Func<Statement, Statement>)(statement => statement.Bind(value))));
    }

    private void Where(string condition, string? value)
    {
        if (value is null)
            return;
        _conditions.Add(condition);
        _values.Add(statement => statement.Bind(value));
    }

    private void Where(string condition, long? value)
    {
        if (value is null)
            return;
        _conditions.Add(condition);
        _values.Add(statement => statement.Bind(value));
    }
}

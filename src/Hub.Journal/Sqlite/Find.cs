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
        Where("m.state = ?", (long?)query.State);
        WhereControlId(database.Vault, query.ControlId);
        Where("m.received_at >= ?", Time(query.Since));
        Where("m.received_at < ?", Time(query.Until));
        Where("m.id < ?", query.Before?.Value);
        Where("instr(m.type || '^', ? || '^') = 1", query.Type);
        Where("m.answer = ?", query.InQuarantine ? (long)ReceiptKind.Undecodable : null);
        WhereDelivered(query);
        WhereTraced(query.Trace);
        WhereReplayed(database, query);
    }

    /// <summary>Runs the search.</summary>
    public static IReadOnlyList<StoredMessage> Run(SqliteDatabase database, MessageQuery query)
    {
        Find find = new(database, query);
        string conditions = find._conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", find._conditions);
        using Statement statement = new(database.Handle, $"{Schema.Fit(database, MessageRows.Select)}{conditions} ORDER BY m.id DESC LIMIT ?");
        foreach (Func<Statement, Statement> bind in find._values)
            bind(statement);
        return MessageRows.ReadAll(database, statement.Bind(Math.Max(0, query.Limit)));
    }

    private static long? Time(DateTimeOffset? time) => time is { } value ? Microseconds.Of(value) : null;

    /// <summary>
    /// Sent is what nearly all are, so each message is asked; Queued and Parked are few, so they are listed from their own index,
    /// which is chosen only when the state stands in the text.
    /// </summary>
    private void WhereDelivered(MessageQuery query)
    {
        if (query.Delivery is null && query.Destination is null)
            return;
        string state = query.Delivery is { } wanted ? $" AND d.state = {(int)wanted}" : "";
        string destination = query.Destination is null ? "" : " AND d.destination = ?";
        _conditions.Add(query.Delivery is DeliveryState.Queued or DeliveryState.Parked
            ? $"m.id IN (SELECT d.message FROM delivery d WHERE 1{state}{destination})"
            : $"EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id{state}{destination})");
        if (query.Destination is { } name)
            _values.Add(statement => statement.Bind(name));
    }

    // Rows of each form that the journal ever had: plain, and one for each key.
    private void WhereControlId(Vault vault, string? controlId)
    {
        if (controlId is null)
            return;
        IReadOnlyList<SearchForm> forms = vault.AllForms;
        _conditions.Add($"m.control_id IN ({string.Join(", ", forms.Select(_ => "?"))})");
        foreach (SearchForm form in forms)
            _values.Add(statement => statement.Bind(form.ControlId(controlId)));
    }

    private void WhereTraced(MessageId? trace)
    {
        if (trace is not { } first)
            return;
        _conditions.Add("(m.id = ? OR m.trace = ?)");
        _values.Add(statement => statement.Bind(first.Value).Bind(first.Value));
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

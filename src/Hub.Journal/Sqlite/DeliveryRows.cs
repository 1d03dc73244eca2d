using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Turns rows of deliveries, their tries and what was done to them into the records of Hub.Contracts.</summary>
internal static class DeliveryRows
{
    private static readonly byte[] s_damaged = Encoding.ASCII.GetBytes(SqliteDatabase.Damaged);

    private const string Columns = "d.id, d.destination, d.state, d.attempts, d.length, d.due_at, d.reason, d.part, d.parts, d.maybe, d.repeated_at, d.repeated_by";

    private const string SelectOfMessage = $"SELECT {Columns} FROM delivery d WHERE d.message = ? ORDER BY d.id";

    private const string SelectAttempts = "SELECT number, started_at, duration, state, reason, answer_code, answer, a.maybe, a.key FROM attempt a WHERE delivery = ? ORDER BY number";

    private const string SelectOperations = "SELECT number, operation, at, by, reason, state, other FROM delivery_operation WHERE delivery = ? ORDER BY number";

    private const string SelectPauses = "SELECT channel, destination, at, by, reason FROM pause WHERE ended_at IS NULL ORDER BY channel, destination";

    // Three indexes that hold only what is not at its end.
    private const string SelectCounts =
        """
        SELECT channel, destination, sum(queued), sum(parked), sum(maybe) FROM (
            SELECT channel, destination, count(*) AS queued, 0 AS parked, 0 AS maybe FROM delivery WHERE state = 0 GROUP BY channel, destination
            UNION ALL SELECT channel, destination, 0, count(*), 0 FROM delivery WHERE state = 2 GROUP BY channel, destination
            UNION ALL SELECT channel, destination, 0, 0, count(*) FROM delivery d WHERE d.maybe = 1 GROUP BY channel, destination)
        GROUP BY channel, destination ORDER BY channel, destination
        """;

    /// <summary>Reads the deliveries of a message.</summary>
    public static List<StoredDelivery> Of(SqliteDatabase database, MessageId message, bool withHistory)
    {
        List<StoredDelivery> deliveries = [];
        Statement row = database.PrepareFit(SelectOfMessage).Bind(message.Value);
        while (row.Step())
            deliveries.Add(Delivery(database, row));
        return withHistory
            ? deliveries.ConvertAll(delivery => delivery with { History = History(database, delivery.Delivery), Operations = Operations(database, delivery.Delivery) })
            : deliveries;
    }

    /// <summary>Finds deliveries.</summary>
    public static List<FoundDelivery> Find(SqliteDatabase database, DeliveryQuery query)
    {
        List<string> conditions = ["d.id > ?"];
        List<Func<Statement, Statement>> values = [statement => statement.Bind(query.After)];
        void Where(string column, string? value)
        {
            if (value is null)
                return;
            conditions.Add($"{column} = ?");
            values.Add(statement => statement.Bind(value));
        }

        Where("d.channel", query.Channel);
        Where("d.destination", query.Destination);
        if (query.Channels.Count > 0)
        {
            conditions.Add($"d.channel IN ({string.Join(", ", query.Channels.Select(_ => "?"))})");
            values.AddRange(query.Channels.Select(channel => (Func<Statement, Statement>)(statement => statement.Bind(channel))));
        }

        // In the text and not bound, so that the indexes of what waits and of what is parked are chosen.
        if (query.States.Count > 0)
            conditions.Add($"({string.Join(" OR ", query.States.Select(state => $"d.state = {(int)state}"))})");
        if (query.MaybeDelivered)
            conditions.Add("d.maybe = 1");
        if (query.HoldsLane)
        {
            conditions.Add("d.state = 0 AND d.due_at >= ?");
            values.Add(statement => statement.Bind(HeldLanes.Never));
        }

        if (query.Message is { } message)
            conditions.Add($"d.message = {message.Value}");
        if (query.Deliveries.Count > 0)
            conditions.Add($"d.id IN ({string.Join(", ", query.Deliveries)})");
        string sql = $"SELECT {Columns}, d.channel, d.message, m.type, m.received_at FROM delivery d JOIN message m ON m.id = d.message WHERE {string.Join(" AND ", conditions)} ORDER BY d.id LIMIT ?";
        using Statement row = new(database.Handle, Schema.Fit(database, sql));
        foreach (Func<Statement, Statement> bind in values)
            bind(row);
        row.Bind(Math.Max(0, query.Limit));
        List<FoundDelivery> found = [];
        while (row.Step())
            found.Add(new(row.Text(12), new(row.Long(13)), row.Text(14), row.Time(15), Delivery(database, row)));
        return found;
    }

    /// <summary>Counts what is not at its end.</summary>
    public static List<DestinationCounts> Count(SqliteDatabase database)
    {
        List<DestinationCounts> counts = [];
        Statement row = database.PrepareFit(SelectCounts);
        while (row.Step())
            counts.Add(new(row.Text(0), row.Text(1), row.Long(2), row.Long(3), row.Long(4)));
        return counts;
    }

    /// <summary>Reads the pauses that hold.</summary>
    public static List<DestinationPause> Pauses(SqliteDatabase database)
    {
        List<DestinationPause> pauses = [];
        if (database.Version < Schema.Operations)
            return pauses;
        Statement row = database.Prepare(SelectPauses);
        while (row.Step())
            pauses.Add(new(row.Text(0), row.Text(1), row.Time(2), row.Text(3), database.TextOrNull(row, 4, SealedPlace.Pause(row.Text(0), row.Text(1)))));
        return pauses;
    }

    private static List<StoredAttempt> History(SqliteDatabase database, long delivery)
    {
        List<StoredAttempt> attempts = [];
        Statement row = database.PrepareFit(SelectAttempts).Bind(delivery);
        while (row.Step())
            attempts.Add(Attempt(database, delivery, row));
        return attempts;
    }

    private static List<StoredOperation> Operations(SqliteDatabase database, long delivery)
    {
        List<StoredOperation> operations = [];
        if (database.Version < Schema.Operations)
            return operations;
        Statement row = database.Prepare(SelectOperations).Bind(delivery);
        while (row.Step())
            operations.Add(new(row.Int(0), (DeliveryOperation)row.Int(1), row.Time(2), row.Text(3), database.TextOrNull(row, 4, SealedPlace.Reason(delivery)), (DeliveryState)row.Int(5), row.LongOrNull(6)));
        return operations;
    }

    private static StoredDelivery Delivery(SqliteDatabase database, Statement row) => new()
    {
        Delivery = row.Long(0),
        Destination = row.Text(1),
        State = (DeliveryState)row.Int(2),
        Attempts = row.Int(3),
        Bytes = row.Int(4),
        DueAt = HeldLanes.Due(row, 5),
        HoldsLane = HeldLanes.Holds(row, 5),
        Reason = database.TextOrNull(row, 6, SealedPlace.Reason(row.Long(0))),
        Part = new(row.Int(7), row.Int(8)),
        MaybeDelivered = row.Int(9) == 1,
        RepeatedAt = row.TimeOrNull(10),
        RepeatedBy = row.TextOrNull(11),
    };

    private static StoredAttempt Attempt(SqliteDatabase database, long delivery, Statement row) => new(
        row.Int(0),
        row.Time(1),
        Microseconds.Span(row.Long(2)),
        (DeliveryState)row.Int(3),
        database.TextOrNull(row, 4, SealedPlace.Reason(delivery)),
        row.TextOrNull(5),
        AnswerOf(database, delivery, row))
    {
        MaybeDelivered = row.Int(7) == 1,
    };

    private static ReadOnlyMemory<byte> AnswerOf(SqliteDatabase database, long delivery, Statement row)
    {
        if (row.IsNull(6))
            return default;
        return row.IsNull(8) ? row.Bytes(6).ToArray() : database.Unseal(row.Bytes(6), SealedPlace.Answer(delivery, row.Int(0))) ?? s_damaged;
    }
}

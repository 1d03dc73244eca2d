using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Turns rows into the records of Hub.Contracts; for the writer's connection and the readers'.</summary>
internal static class MessageRows
{
    /// <summary>The flag of a message whose row cannot be opened: what is shown of it is what is left.</summary>
    public const string DamagedRow = "damaged";

    /// <summary>What every query that reads messages selects.</summary>
    public const string Select =
        """
        SELECT m.id, m.channel, m.peer, m.received_at, m.type, m.control_id, m.sender, m.version,
               m.state, m.answer, m.length, m.sha256, m.problems, m.flags, m.duplicate_of, m.replay_of, m.trace,
               (SELECT d.message FROM delivery d WHERE d.id = m.handed_by), m.header, m.batch, m.place, m.waited, m.working
        FROM message m
        """;

    private const string SelectOne = Select + " WHERE m.id = ?";

    private const string SelectSize = "SELECT place FROM message WHERE id = ?";

    // A table that a file has only from version 4 on; no row of an older one is a fragment.
    private const string SelectWhole = "SELECT whole FROM fragment WHERE message = ?";

    /// <summary>Reads one message with its deliveries.</summary>
    public static StoredMessage? Read(SqliteDatabase database, MessageId id, bool withHistory)
    {
        Statement statement = database.PrepareFit(SelectOne).Bind(id.Value);
        StoredMessage? message = statement.Step() ? Message(database, statement) : null;
        statement.Reset();
        return message is null ? null : WithDeliveries(database, message, withHistory);
    }

    /// <summary>Reads what is left of the rows of a statement that selects messages, each with its deliveries.</summary>
    public static List<StoredMessage> ReadAll(SqliteDatabase database, Statement statement)
    {
        List<StoredMessage> messages = [];
        while (statement.Step())
            messages.Add(WithDeliveries(database, Message(database, statement), withHistory: false));
        return messages;
    }

    private static StoredMessage WithDeliveries(SqliteDatabase database, StoredMessage message, bool withHistory)
    {
        List<StoredDelivery> deliveries = DeliveryRows.Of(database, message.Id, withHistory);
        if (message.Batch is { } batch)
            message = message with { BatchSize = SizeOf(database, batch) };
        return message with { Deliveries = deliveries, Replay = ReplayRows.Of(database, message.Id), ContentRemovedAt = RetentionRows.RemovedAt(database, message.Id), PartOf = message.State == MessageState.Fragment ? WholeOf(database, message.Id) : null };
    }

    private static MessageId? WholeOf(SqliteDatabase database, MessageId fragment)
    {
        Statement row = database.Prepare(SelectWhole).Bind(fragment.Value);
        MessageId? whole = row.Step() ? Id(row.LongOrNull(0)) : null;
        row.Reset();
        return whole;
    }

    // The batch may be gone before its messages.
    private static int SizeOf(SqliteDatabase database, MessageId batch)
    {
        Statement row = database.Prepare(SelectSize).Bind(batch.Value);
        int size = row.Step() ? (int)(row.LongOrNull(0) ?? 0) : 0;
        row.Reset();
        return size;
    }

    private static StoredMessage Message(SqliteDatabase database, Statement row)
    {
        HeaderRow header = HeaderRow.Read(database, row, (row.Long(0), row.Text(1)), new(4, 5, 6, 7, 11, 18));
        string? problems = database.TextOrNull(row, 12, SealedPlace.Problems(row.Long(0)));
        IReadOnlyList<string>? flags = JournalJson.Flags(row.TextOrNull(13));
        // What cannot be opened is no JSON either.
        IReadOnlyList<MessageProblem>? read = JournalJson.Problems(problems);
        StoredMessage message = Message(row, header);
        return header.IsDamaged || flags is null || read is null
            ? message with { Flags = [.. flags ?? [], DamagedRow] }
            : message with { Flags = flags, Problems = read };
    }

    private static StoredMessage Message(Statement row, HeaderRow header) => new()
    {
        Id = new(row.Long(0)),
        Channel = row.Text(1),
        Peer = row.Text(2),
        ReceivedAt = row.Time(3),
        Header = header.Header,
        State = (MessageState)row.Int(8),
        Answer = (ReceiptKind)row.Int(9),
        Bytes = row.Int(10),
        Sha256 = Convert.ToHexStringLower(header.Sha256),
        DuplicateOf = Id(row.LongOrNull(14)),
        ReplayOf = Id(row.LongOrNull(15)),
        Trace = Id(row.LongOrNull(16)),
        HandedFrom = Id(row.LongOrNull(17)),
        Batch = Id(row.LongOrNull(19)),
        BatchPlace = row.LongOrNull(19) is null ? 0 : (int)(row.LongOrNull(20) ?? 0),
        BatchSize = row.LongOrNull(19) is null ? (int)(row.LongOrNull(20) ?? 0) : 0,
        Waited = Microseconds.SpanOrNull(row.LongOrNull(21)),
        Working = Microseconds.SpanOrNull(row.LongOrNull(22)),
    };

    private static MessageId? Id(long? value) => value is { } id ? new MessageId(id) : null;
}

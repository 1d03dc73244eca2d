using Hub.Contracts;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes messages: their arrival and the end of their processing. Looks for duplicates in the transaction that stores the message,
/// so a second copy in the same batch finds the first one too (protocol D03).
/// </summary>
internal sealed class MessageWriter(SqliteDatabase database, DeliveryWriter deliveries, ContentWriter contents)
{
    /// <summary>Name of the flag of protocol D02.</summary>
    private const string ControlIdReuse = "control-id-reuse";

    private const string Insert =
        """
        INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content,
            problems, flags, duplicate_of, replay_of)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string SelectFirst =
        """
        SELECT id, content FROM message
        WHERE control_id = ? AND channel = ? AND sha256 = ? AND sender = ? AND received_at >= ? AND state <> 4 ORDER BY id LIMIT 1
        """;

    private const string SelectReplay = "SELECT max(id) FROM message WHERE replay_of = ?";

    private const string SelectReuse =
        "SELECT 1 FROM message WHERE control_id = ? AND channel = ? AND sender = ? AND received_at >= ? LIMIT 1";

    private const string SelectState = "SELECT state, channel, flags, length, sha256, content, trace FROM message WHERE id = ?";

    private const string UpdateProcessed = "UPDATE message SET state = ?, problems = ?, flags = ? WHERE id = ?";

    /// <summary>Stores a message that arrived, with its deliveries or as a duplicate.</summary>
    public AppendResult Write(MessageArrived arrived, PendingEntry entry)
    {
        if (arrived.State == MessageState.Duplicate || (arrived.Deliveries.Count > 0 && arrived.State != MessageState.Accepted))
            throw new JournalException($"Message {arrived.Id} cannot be stored as {arrived.State} with {arrived.Deliveries.Count} deliveries. This is a mistake in the Hub; report it.");
        HashedContent received = entry.Received!;
        if (arrived.DuplicateWindow is { } window && arrived.Header.ControlId.Length > 0)
        {
            long since = Microseconds.Of(arrived.ReceivedAt - window);
            if (First(arrived, received, since) is var (first, content))
            {
                Store(arrived, received, MessageState.Duplicate, content, first, arrived.Flags);
                return new(MessageRows.Read(database, Latest(first), withHistory: false), 0);
            }

            if (IsReuse(arrived, since))
                arrived = arrived with { Flags = [.. arrived.Flags, ControlIdReuse] };
        }

        Store(arrived, received, arrived.State, contents.NextId(), null, arrived.Flags);
        SharedContent stored = new(contents.Write(received), received.Bytes.Length, received.Sha256, received.Bytes);
        return deliveries.Write(new(arrived.Id, arrived.Channel, stored, arrived.Id.Value), arrived.Deliveries, entry.Contents);
    }

    /// <summary>Stores the outcome of a message that was stored as Received.</summary>
    public AppendResult Write(MessageProcessed processed, PendingEntry entry)
    {
        Statement row = database.Prepare(SelectState).Bind(processed.Id.Value);
        if (!row.Step())
            throw new JournalException($"There is no message {processed.Id} in the journal, so it cannot have been processed.");
        MessageState state = (MessageState)row.Int(0);
        Origin origin = new(processed.Id, row.Text(1), new(row.Long(5), row.Long(3), row.Bytes(4).ToArray(), null), row.LongOrNull(6) ?? processed.Id.Value);
        IReadOnlyList<string> flags = [.. JournalJson.Flags(row.TextOrNull(2)).Union(processed.Flags)];
        row.Reset();
        if (!Moves.IsLegal(state, processed.State) || (processed.Deliveries.Count > 0 && processed.State != MessageState.Accepted))
            throw new JournalException($"Message {processed.Id} is {state} and cannot become {processed.State} with {processed.Deliveries.Count} deliveries.");
        database.Prepare(UpdateProcessed).Bind((long)processed.State).Bind(JournalJson.Write(processed.Problems)).Bind(JournalJson.Write(flags)).Bind(processed.Id.Value).Run();
        return deliveries.Write(origin, processed.Deliveries, entry.Contents);
    }

    private (long Id, long Content)? First(MessageArrived arrived, HashedContent received, long since)
    {
        Statement row = database.Prepare(SelectFirst).Bind(arrived.Header.ControlId).Bind(arrived.Channel).Bind(received.Sha256).Bind(arrived.Header.Sender).Bind(since);
        (long, long)? first = row.Step() ? (row.Long(0), row.Long(1)) : null;
        row.Reset();
        return first;
    }

    // A person had it taken up again: what became of that is the outcome.
    private MessageId Latest(long message)
    {
        while (true)
        {
            Statement row = database.Prepare(SelectReplay).Bind(message);
            row.Step();
            long? replay = row.LongOrNull(0);
            row.Reset();
            if (replay is null)
                return new(message);
            message = replay.Value;
        }
    }

    private bool IsReuse(MessageArrived arrived, long since)
    {
        Statement row = database.Prepare(SelectReuse).Bind(arrived.Header.ControlId).Bind(arrived.Channel).Bind(arrived.Header.Sender).Bind(since);
        bool found = row.Step();
        row.Reset();
        return found;
    }

    private void Store(MessageArrived arrived, HashedContent received, MessageState state, long content, long? duplicateOf, IReadOnlyList<string> flags)
    {
        try
        {
            MessageHeader header = arrived.Header;
            database.Prepare(Insert).Bind(arrived.Id.Value).Bind(arrived.Channel).Bind(arrived.Peer).Bind(arrived.ReceivedAt)
                .Bind(header.Type).Bind(header.ControlId).Bind(header.Sender).Bind(header.Version)
                .Bind((long)state).Bind((long)arrived.Answer).Bind(received.Bytes.Length).Bind(received.Sha256).Bind(content)
                .Bind(JournalJson.Write(arrived.Problems)).Bind(JournalJson.Write(flags)).Bind(duplicateOf).Bind(arrived.ReplayOf?.Value).Run();
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            throw new JournalException($"Message {arrived.Id} is in the journal already; a number is used once.", e);
        }
    }
}

using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Writes tries of deliveries.</summary>
internal sealed class AttemptWriter(SqliteDatabase database)
{
    private const string SelectDelivery = "SELECT d.state, d.attempts, d.channel, d.destination, d.message, m.type, m.received_at FROM delivery d LEFT JOIN message m ON m.id = d.message WHERE d.id = ?";

    private const string SelectSame = "SELECT 1 FROM attempt WHERE delivery = ? AND number = ? AND started_at = ? AND state = ?";

    private const string Insert =
        "INSERT INTO attempt (delivery, number, started_at, duration, state, reason, answer_code, maybe, answer, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Update =
        """
        UPDATE delivery SET state = ?1, attempts = ?2, first_tried_at = coalesce(first_tried_at, ?3), due_at = ?4, reason = CASE WHEN ?1 = 3 THEN reason ELSE ?5 END,
            maybe = CASE WHEN ?1 = 1 THEN 0 ELSE max(maybe, ?6) END WHERE id = ?7
        """;

    /// <summary>What was tried.</summary>
    private readonly record struct Tried(string Channel, string Destination, MessageId Message, string Type, DateTimeOffset ReceivedAt);

    /// <summary>Stores a try and moves its delivery.</summary>
    public AppendResult Write(DeliveryAttempted attempted, PendingEntry entry)
    {
        Statement row = database.Prepare(SelectDelivery).Bind(attempted.Delivery);
        if (!row.Step())
            throw new JournalException($"There is no delivery {attempted.Delivery} in the journal, so it cannot have been tried.");
        DeliveryState state = (DeliveryState)row.Int(0);
        int attempts = row.Int(1);
        Tried tried = new(row.Text(2), row.Text(3), new(row.Long(4)), row.TextOrNull(5) ?? "", row.TimeOrNull(6) ?? attempted.StartedAt);
        row.Reset();
        // A person skipped it while it was being sent: what came of that is kept, and only a receiver that has it makes a difference.
        if (state == DeliveryState.Skipped && attempted.Attempt == attempts + 1)
        {
            Store(attempted, entry, attempted.State == DeliveryState.Sent ? DeliveryState.Sent : state);
            Note(attempted, tried, state);
            return AppendResult.Stored;
        }

        if (state != DeliveryState.Queued || attempted.Attempt != attempts + 1 || !Moves.IsLegal(state, attempted.State))
            return StoredBefore(attempted, state, attempts);
        Store(attempted, entry, attempted.State);
        Note(attempted, tried, state);
        return AppendResult.Stored;
    }

    // What the row said is there already: counting costs no look of its own. Only of a try that is stored: one that is refused counts nothing.
    private void Note(DeliveryAttempted attempted, Tried tried, DeliveryState before)
    {
        database.Statistics.Tried(tried.Channel, tried.Destination, tried.Type, attempted, tried.ReceivedAt);
        if (attempted.State == DeliveryState.Parked && before == DeliveryState.Queued)
            database.Events.Add(EntryEvents.Parked(tried.Channel, tried.Destination, tried.Message, attempted.Delivery, attempted.AnswerCode, attempted.StartedAt + attempted.Duration));
    }

    /// <summary>A lane appends a try again when it could not learn what became of the first append (protocol D04); then it may be there already.</summary>
    private AppendResult StoredBefore(DeliveryAttempted attempted, DeliveryState state, int attempts)
    {
        Statement row = database.Prepare(SelectSame)
            .Bind(attempted.Delivery).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind((long)attempted.State);
        bool same = row.Step();
        row.Reset();
        return same
            ? AppendResult.Stored
            : throw new JournalException($"Delivery {attempted.Delivery} is {state} after {attempts} tries; try {attempted.Attempt} cannot make it {attempted.State}.");
    }

    private void Store(DeliveryAttempted attempted, PendingEntry entry, DeliveryState state)
    {
        Statement insert = database.Prepare(Insert)
            .Bind(attempted.Delivery).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind(Microseconds.Of(attempted.Duration))
            .Bind((long)attempted.State).Bind(attempted.Reason, entry.Reason).Bind(attempted.AnswerCode).Bind(attempted.MaybeDelivered ? 1 : 0);
        (attempted.Answer.IsEmpty ? insert.BindNull() : insert.Bind(entry.Answer ?? attempted.Answer.Span)).Bind(entry.AnswerKey).Run();
        database.Prepare(Update)
            .Bind((long)state).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind(state == DeliveryState.Queued ? HeldLanes.DueOf(attempted) : null).Bind(attempted.Reason, entry.Reason)
            .Bind(attempted.MaybeDelivered ? 1 : 0).Bind(attempted.Delivery).Run();
    }
}

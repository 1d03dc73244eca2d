using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Writes tries of deliveries.</summary>
internal sealed class AttemptWriter(SqliteDatabase database)
{
    private const string SelectDelivery = "SELECT state, attempts FROM delivery WHERE id = ?";

    private const string SelectSame = "SELECT 1 FROM attempt WHERE delivery = ? AND number = ? AND started_at = ? AND state = ?";

    private const string Insert =
        "INSERT INTO attempt (delivery, number, started_at, duration, state, reason, answer_code, maybe, answer, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Update =
        """
        UPDATE delivery SET state = ?1, attempts = ?2, first_tried_at = coalesce(first_tried_at, ?3), due_at = ?4, reason = CASE WHEN ?1 = 3 THEN reason ELSE ?5 END,
            maybe = CASE WHEN ?1 = 1 THEN 0 ELSE max(maybe, ?6) END WHERE id = ?7
        """;

    /// <summary>Stores a try and moves its delivery.</summary>
    public AppendResult Write(DeliveryAttempted attempted, PendingEntry entry)
    {
        Statement row = database.Prepare(SelectDelivery).Bind(attempted.Delivery);
        if (!row.Step())
            throw new JournalException($"There is no delivery {attempted.Delivery} in the journal, so it cannot have been tried.");
        DeliveryState state = (DeliveryState)row.Int(0);
        int attempts = row.Int(1);
        row.Reset();
        // A person skipped it while it was being sent: what came of that is kept, and only a receiver that has it makes a difference.
        if (state == DeliveryState.Skipped && attempted.Attempt == attempts + 1)
        {
            Store(attempted, entry, attempted.State == DeliveryState.Sent ? DeliveryState.Sent : state);
            return AppendResult.Stored;
        }

        if (state != DeliveryState.Queued || attempted.Attempt != attempts + 1 || !Moves.IsLegal(state, attempted.State))
            return StoredBefore(attempted, state, attempts);
        Store(attempted, entry, attempted.State);
        return AppendResult.Stored;
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
            .Bind((long)state).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind(state == DeliveryState.Queued ? attempted.DueAt : null).Bind(attempted.Reason, entry.Reason)
            .Bind(attempted.MaybeDelivered ? 1 : 0).Bind(attempted.Delivery).Run();
    }
}

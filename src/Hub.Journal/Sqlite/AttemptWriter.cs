using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Writes tries of deliveries.</summary>
internal sealed class AttemptWriter(SqliteDatabase database)
{
    private const string SelectDelivery = "SELECT state, attempts FROM delivery WHERE id = ?";

    private const string SelectSame = "SELECT 1 FROM attempt WHERE delivery = ? AND number = ? AND started_at = ? AND state = ?";

    private const string Insert =
        "INSERT INTO attempt (delivery, number, started_at, duration, state, reason, answer_code, answer, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Update =
        "UPDATE delivery SET state = ?, attempts = ?, first_tried_at = coalesce(first_tried_at, ?), due_at = ?, reason = ? WHERE id = ?";

    /// <summary>Stores a try and moves its delivery.</summary>
    public AppendResult Write(DeliveryAttempted attempted, PendingEntry entry)
    {
        Statement row = database.Prepare(SelectDelivery).Bind(attempted.Delivery);
        if (!row.Step())
            throw new JournalException($"There is no delivery {attempted.Delivery} in the journal, so it cannot have been tried.");
        DeliveryState state = (DeliveryState)row.Int(0);
        int attempts = row.Int(1);
        row.Reset();
        if (state != DeliveryState.Queued || attempted.Attempt != attempts + 1 || !Moves.IsLegal(state, attempted.State))
            return StoredBefore(attempted, state, attempts);
        Store(attempted, entry);
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

    private void Store(DeliveryAttempted attempted, PendingEntry entry)
    {
        Statement insert = database.Prepare(Insert)
            .Bind(attempted.Delivery).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind(Microseconds.Of(attempted.Duration))
            .Bind((long)attempted.State).Bind(attempted.Reason, entry.Reason).Bind(attempted.AnswerCode);
        (attempted.Answer.IsEmpty ? insert.BindNull() : insert.Bind(entry.Answer ?? attempted.Answer.Span)).Bind(entry.AnswerKey).Run();
        database.Prepare(Update)
            .Bind((long)attempted.State).Bind(attempted.Attempt).Bind(attempted.StartedAt).Bind(attempted.DueAt).Bind(attempted.Reason, entry.Reason)
            .Bind(attempted.Delivery).Run();
    }
}

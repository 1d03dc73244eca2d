using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>Looks over control ids, batches, what people did to deliveries, parts of messages, and paused destinations.</summary>
internal sealed partial class JournalCheck
{
    private const string SelectOperations =
        """
        SELECT o.delivery, o.number, o.operation, o.reason, o.state, o.content IS NOT NULL, d.message
        FROM delivery_operation o LEFT JOIN delivery d ON d.id = o.delivery ORDER BY o.delivery, o.number
        """;

    private const string SelectFragments = "SELECT f.message, f.continues, f.pointer, m.id FROM fragment f LEFT JOIN message m ON m.id = f.message ORDER BY f.message";

    private const string SelectPauses = "SELECT id, channel, destination, reason, ended_for FROM pause ORDER BY id";

    private const string SelectUnfound =
        """
        SELECT id FROM message m WHERE control_id <> '' AND id <= (SELECT through FROM control_id_slice) AND NOT EXISTS (SELECT 1 FROM control_id
            WHERE control = search_key(m.control_id) AND content = CASE m.state WHEN 4 THEN 0 ELSE search_key(m.sha256) END AND message = m.id)
        """;

    // Retention takes the oldest first, so while a batch has its content its messages are there.
    private const string SelectTorn =
        """
        SELECT m.id, m.place, (SELECT count(*) FROM message o WHERE o.batch = m.id) FROM message m
        WHERE m.state = 6 AND m.content_removed_at IS NULL AND coalesce(m.place, 0) <> (SELECT count(*) FROM message o WHERE o.batch = m.id)
        """;

    private const string SelectMisplaced =
        """
        SELECT m.id, m.batch FROM message m JOIN message b ON b.id = m.batch
        WHERE m.batch IS NOT NULL AND (b.state <> 6 OR m.place IS NULL OR m.place NOT BETWEEN 1 AND b.place)
        """;

    private void CheckBatches()
    {
        if (database.Version < Schema.Batches)
            return;
        Statement row = database.Prepare(SelectTorn);
        while (row.Step())
            Add("message", row.Long(0), $"It is a batch of {row.LongOrNull(1) ?? 0} messages, and {row.Long(2)} of them are there.");
        row = database.Prepare(SelectMisplaced);
        while (row.Step())
            Add("message", row.Long(0), $"It says that it is a message of {row.Long(1)}, which is no batch that has it.");
    }

    private void CheckControlIds()
    {
        if (database.Version < Schema.ControlIds)
            return;
        Statement row = database.Prepare(SelectUnfound);
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            Add("message", row.Long(0), "It is not found by its control id: if its sender repeats it, it is taken for a new message.");
        }
    }

    private void CheckAudit()
    {
        AuditReport audit = new AuditCheck(database, heads, stopping).Run();
        if (!audit.IsWhole)
            Add("audit", audit.FirstBad, audit.Problem);
        foreach (AccessRow row in Enum.GetValues<AccessKind>().SelectMany(kind => AuditRows.Access(database, kind, null)).Where(row => row.Value.Length == 0))
            Add("access", 0, $"{row.Kind} {row.Id} is damaged.");
    }

    private void CheckOperations()
    {
        if (database.Version < Schema.Operations)
            return;
        Statement row = database.Prepare(SelectOperations);
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            (long delivery, int number) = (row.Long(0), row.Int(1));
            if (!Enum.IsDefined((DeliveryOperation)row.Int(2)) || !Enum.IsDefined((DeliveryState)row.Int(4)))
                Add("operation", delivery, $"Operation {row.Int(2)} with state {row.Int(4)} is none that a delivery can have.");
            if (database.TextOrNull(row, 3, SealedPlace.Reason(delivery)) == SqliteDatabase.Damaged)
                Add("operation", delivery, $"Of what was done to delivery {delivery}, number {number}, the reason is damaged.");
            if (row.IsNull(6))
                Add("operation", delivery, $"Delivery {delivery}, to which it was done, is not there.");
            // The bytes before an edit.
            else if (row.Int(5) != 0 && !IsRemoved(row.Long(6)))
                CheckContent("operation", delivery, () => ContentReader.BeforeEdit(database, delivery, number));
        }
    }

    private void CheckFragments()
    {
        if (database.Version < Schema.Sequences)
            return;
        Statement row = database.Prepare(SelectFragments);
        while (row.Step())
        {
            long message = row.Long(0);
            if (row.IsNull(3))
                Add("fragment", message, $"Message {message}, which is a part of another, is not there.");
            else if (database.TextOrNull(row, 1, SealedPlace.Fragment(message, 0)) == SqliteDatabase.Damaged || database.TextOrNull(row, 2, SealedPlace.Fragment(message, 1)) == SqliteDatabase.Damaged)
                Add("fragment", message, $"Where message {message} goes on from, or what goes on from it, is damaged.");
        }
    }

    private void CheckPauses()
    {
        if (database.Version < Schema.Operations)
            return;
        Statement row = database.Prepare(SelectPauses);
        while (row.Step())
        {
            SealedPlace place = SealedPlace.Pause(row.Text(1), row.Text(2));
            if (database.TextOrNull(row, 3, place) == SqliteDatabase.Damaged || database.TextOrNull(row, 4, place) == SqliteDatabase.Damaged)
                Add("pause", row.Long(0), $"The reason why {row.Text(2)} of channel {row.Text(1)} was paused or resumed is damaged.");
        }
    }
}

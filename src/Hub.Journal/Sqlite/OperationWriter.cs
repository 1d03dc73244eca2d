using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Writes what is done to deliveries beside trying them. What waits again is not told to the lanes here: whoever asked for the operation does that.</summary>
internal sealed class OperationWriter(SqliteDatabase database, DeliveryWriter deliveries, ContentWriter contents)
{
    private const string SelectDelivery = "SELECT state, content, message, channel, destination FROM delivery WHERE id = ?";

    private const string Insert =
        """
        INSERT INTO delivery_operation (delivery, number, operation, at, by, reason, state, other, content)
        VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM delivery_operation WHERE delivery = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    private const string UpdateQueued = "UPDATE delivery SET state = 0, due_at = NULL, forgiven = CASE WHEN ?2 OR due_at >= ?3 THEN attempts ELSE forgiven END WHERE id = ?1";

    private const string UpdateSkipped = "UPDATE delivery SET state = 3, due_at = NULL, reason = ?2 WHERE id = ?1";

    private const string UpdateContent = "UPDATE delivery SET content = ?2, length = ?3, lane = ?4 WHERE id = ?1";

    private readonly LaneNumbers _lanes = new(database);

    /// <summary>Does it, or refuses it before the first row is written.</summary>
    /// <param name="entry">What is to be done.</param>
    public AppendResult Write(DeliveryOperated entry)
    {
        Statement row = database.Prepare(SelectDelivery).Bind(entry.Delivery);
        if (!row.Step())
            throw new JournalException($"There is no delivery {entry.Delivery} in the journal. Find it with: hub deliveries");
        (DeliveryState state, long? content, long message, string channel) = ((DeliveryState)row.Int(0), row.LongOrNull(1), row.Long(2), row.Text(3));
        if (entry.Operation.IsOfRule())
            database.Events.Add(EntryEvents.OfRule(row.Text(3), row.Text(4), new(message), entry));
        row.Reset();
        Check(entry, state);
        return entry.Operation switch
        {
            DeliveryOperation.Skip => Skip(entry, Words(entry)),
            DeliveryOperation.Edit => Edit(entry, content, message, BoundContent.OfEdit(channel, entry.Delivery)),
            DeliveryOperation.Move => Move(entry),
            DeliveryOperation.Raise or DeliveryOperation.PauseLane => Note(entry, state),
            _ => Queue(entry, null),
        };
    }

    private static void Check(DeliveryOperated entry, DeliveryState state)
    {
        if (entry.Operation.IsOfRule())
            return;
        if (state is not (DeliveryState.Queued or DeliveryState.Parked))
            throw new JournalException($"Delivery {entry.Delivery} is {state}, so nothing can be done to it any more. Send it again with: hub replay MESSAGE --to DESTINATION");
        if (entry.Operation == DeliveryOperation.Release && state != DeliveryState.Parked)
            throw new JournalException($"Delivery {entry.Delivery} is not parked: it waits already. Make it due at once with: hub deliveries retry {entry.Delivery}");
        if (entry.Operation == DeliveryOperation.Retry && state != DeliveryState.Queued)
            throw new JournalException($"Delivery {entry.Delivery} is parked. Let it wait for its turn again with: hub deliveries release {entry.Delivery}");
    }

    private AppendResult Skip(DeliveryOperated entry, string reason, long? other = null)
    {
        database.Prepare(UpdateSkipped).Bind(entry.Delivery).Bind(reason, Sealed(reason, entry.Delivery)).Run();
        return Note(entry, DeliveryState.Skipped, other);
    }

    private AppendResult Edit(DeliveryOperated entry, long? before, long message, string bound)
    {
        HashedContent edited = new(entry.Content!.Value, database.Vault.Sealer.Cipher, message, SealedPlace.Edited, IsOther: true, bound);
        database.Prepare(UpdateContent).Bind(entry.Delivery).Bind(contents.Write(edited, bound)).Bind(edited.Bytes.Length).Bind(_lanes.NumberOf(entry.Lane)).Run();
        return Queue(entry, before);
    }

    private AppendResult Move(DeliveryOperated entry)
    {
        long moved = deliveries.Move(entry.Delivery, entry.Destination!, entry.Lane);
        Note(entry with { Delivery = moved }, DeliveryState.Queued, entry.Delivery);
        return Skip(entry, $"Moved to {entry.Destination} as delivery {moved}. {Words(entry)}", moved) with { NewDelivery = moved };
    }

    private AppendResult Queue(DeliveryOperated entry, long? before)
    {
        database.Prepare(UpdateQueued).Bind(entry.Delivery).Bind(entry.Operation == DeliveryOperation.Retry ? 0 : 1).Bind(HeldLanes.Never).Run();
        return Note(entry, DeliveryState.Queued, null, before) with { Deliveries = 1 };
    }

    private AppendResult Note(DeliveryOperated entry, DeliveryState state, long? other = null, long? before = null)
    {
        database.Prepare(Insert).Bind(entry.Delivery).Bind((long)entry.Operation).Bind(entry.At).Bind(entry.By).Bind(entry.Reason, Sealed(entry.Reason, entry.Delivery)).Bind((long)state).Bind(other).Bind(before).Run();
        return AppendResult.Stored;
    }

    private byte[]? Sealed(string? reason, long delivery) => reason is null ? null : database.Vault.Sealer.Cipher?.Seal(reason, SealedPlace.Reason(delivery));

    private static string Words(DeliveryOperated entry) =>
        $"{(entry.Operation == DeliveryOperation.Move ? "Moved" : "Skipped")} by {entry.By}{(entry.Reason is null ? "." : $": {entry.Reason}")}";
}

using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>The message that deliveries come from.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Trace">The message that it all began with.</param>
/// <param name="Type">Its message type and trigger event.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="ProcessedAt">When it was processed.</param>
internal sealed record Origin(MessageId Id, string Channel, SharedContent Content, long Trace, string Type, DateTimeOffset ReceivedAt, DateTimeOffset ProcessedAt);

/// <summary>Writes new deliveries, and remembers them until the commit, after which the lanes are told of them. What goes to another channel is handed over at once.</summary>
internal sealed class DeliveryWriter(SqliteDatabase database, ContentWriter contents, HandOverWriter handOvers)
{
    private const string Insert =
        """
        INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, reason, attempts, length, content, repeat_of, repeated_at, repeated_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)
        """;

    private const string UpdateSent = "UPDATE delivery SET state = 1 WHERE id = ?";

    private const string SelectOne = "SELECT message, channel, length, content, part, parts FROM delivery WHERE id = ?";

    private const string SelectMessage = "SELECT channel, state, type, received_at FROM message WHERE id = ?";

    private const string SelectOriginals =
        """
        SELECT id, destination, lane, length, content, part, parts FROM delivery
        WHERE message = ?1 AND repeat_of IS NULL AND (?2 IS NULL OR destination = ?2) ORDER BY id
        """;

    private readonly LaneNumbers _lanes = new(database);

    private long _last = database.Number("SELECT coalesce(max(id), 0) FROM delivery");

    private readonly record struct Original(long Id, string Destination, long Lane, long Length, long? Content, MessagePart Part);

    /// <summary>The deliveries that were written and not yet committed.</summary>
    public List<QueuedDelivery> Queued { get; } = [];

    /// <summary>Writes the deliveries of a message, in their order.</summary>
    /// <param name="origin">The message.</param>
    /// <param name="deliveries">What it is to have.</param>
    /// <param name="own">What each brings with it.</param>
    public AppendResult Write(Origin origin, IReadOnlyList<NewDelivery> deliveries, DeliveryContent[] own)
    {
        for (int i = 0; i < deliveries.Count; i++)
        {
            HashedContent? changed = own[i].Own is { } bytes && (bytes.IsOther || !bytes.Sha256.AsSpan().SequenceEqual(origin.Content.Sha256)) ? bytes : null;
            SharedContent content = changed is null ? origin.Content : SharedContent.Of(changed, contents.Write(changed, changed.Bound ?? BoundContent.OfDelivery(origin.Channel, deliveries[i].Destination, deliveries[i].Part.Number)));
            Original delivery = new(0, deliveries[i].Destination, _lanes.NumberOf(deliveries[i].Lane), content.Length, changed is null ? null : content.Id, deliveries[i].Part);
            Store(origin.Id, origin.Channel, delivery, StateOf(deliveries[i]), deliveries[i].ParkedFor);
            if (deliveries[i].ParkedFor is not null)
            {
                database.Statistics.Settled(origin.Channel, delivery.Destination, origin.Type, DeliveryState.Parked, origin.ProcessedAt);
                database.Events.Add(EntryEvents.Parked(origin.Channel, delivery.Destination, origin.Id, _last, null, origin.ReceivedAt));
                continue;
            }

            if (deliveries[i].To is { } to)
                HandOver(origin, to, delivery.Destination, content, own[i]);
            else
                Queue(origin.Id, origin.Channel, delivery, own[i].Own?.Bytes ?? origin.Content.Bytes);
        }

        return Outcome(deliveries.Count(delivery => delivery.ParkedFor is null));
    }

    private void HandOver(Origin from, HandOver to, string destination, SharedContent content, DeliveryContent own)
    {
        if (to.Outcome is { State: MessageState.Received or MessageState.Duplicate or MessageState.Fragment } or { State: not MessageState.Accepted, Deliveries.Count: > 0 })
            throw new JournalException($"Message {to.Outcome.Id} cannot be handed over as {to.Outcome.State} with {to.Outcome.Deliveries.Count} deliveries. This is a mistake in the Hub; report it.");
        database.Statistics.Settled(from.Channel, destination, from.Type, DeliveryState.Sent, to.At);
        Origin handed = handOvers.Write(from.Channel, to, content, from.Trace, _last, own.Header);
        if (to.Outcome is { } outcome)
            Write(handed, outcome.Deliveries, own.Handed);
    }

    /// <summary>Queues what tells that a message was rejected after it was stored; nothing when it was not.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="own">Its bytes.</param>
    public void WriteAnswer(MessageId message, NewDelivery answer, DeliveryContent[] own)
    {
        (string channel, MessageState state, string type, DateTimeOffset receivedAt) = Message(message);
        if (state == MessageState.Rejected)
            Write(new(message, channel, SharedContent.Of(0, 0, []), message.Value, type, receivedAt, receivedAt), [answer], own);
    }

    private static DeliveryState StateOf(NewDelivery delivery) =>
        delivery.ParkedFor is not null ? DeliveryState.Parked : delivery.To is null ? DeliveryState.Queued : DeliveryState.Sent;

    /// <summary>Queues deliveries of a stored message once more; what a repetition queued is not repeated again by the next.</summary>
    public AppendResult Write(DeliveriesRepeated repeated)
    {
        (string channel, MessageState state, string type, _) = Message(repeated.Message);
        List<Original> originals = [];
        Statement row = database.Prepare(SelectOriginals).Bind(repeated.Message.Value).Bind(repeated.Destination);
        while (row.Step())
            originals.Add(new(row.Long(0), row.Text(1), row.Long(2), row.Long(3), row.LongOrNull(4), new(row.Int(5), row.Int(6))));
        if (originals.Count == 0)
        {
            throw new JournalException(repeated.Destination is { } destination
                ? $"Message {repeated.Message} never went to {destination}. See where it went with: hub show {repeated.Message}"
                : $"Message {repeated.Message} has no deliveries to repeat: it is {state}. See why with: hub show {repeated.Message}");
        }

        foreach (Original original in originals)
            Repeat(repeated, channel, type, repeated.Lanes.TryGetValue(original.Id, out long lane) ? original with { Lane = _lanes.NumberOf(lane) } : original);
        return Outcome(originals.Count);
    }

    /// <summary>Queues a delivery of the same bytes to another destination.</summary>
    /// <returns>Its number.</returns>
    public long Move(long delivery, string destination, long lane)
    {
        Statement row = database.Prepare(SelectOne).Bind(delivery);
        row.Step();
        (MessageId message, string channel) = (new(row.Long(0)), row.Text(1));
        Original moved = new(delivery, destination, _lanes.NumberOf(lane), row.Long(2), row.LongOrNull(3), new(row.Int(4), row.Int(5)));
        row.Reset();
        Store(message, channel, moved, DeliveryState.Queued);
        Queue(message, channel, moved, null);
        return _last;
    }

    private void Repeat(DeliveriesRepeated repeated, string channel, string type, Original original)
    {
        Store(repeated.Message, channel, original, DeliveryState.Queued, repeated: repeated);
        if (!handOvers.Repeat(original.Id, channel, repeated.At, _last))
        {
            Queue(repeated.Message, channel, original, null);
            return;
        }

        database.Prepare(UpdateSent).Bind(_last).Run();
        database.Statistics.Settled(channel, original.Destination, type, DeliveryState.Sent, repeated.At);
    }

    private static AppendResult Outcome(int count) => count == 0 ? AppendResult.Stored : new(null, count);

    private (string Channel, MessageState State, string Type, DateTimeOffset ReceivedAt) Message(MessageId id)
    {
        Statement row = database.Prepare(SelectMessage).Bind(id.Value);
        if (!row.Step())
            throw new JournalException($"There is no message {id} in the journal. Look for the right number with: hub messages");
        (string, MessageState, string, DateTimeOffset) found = (row.Text(0), (MessageState)row.Int(1), row.Text(2), row.Time(3));
        row.Reset();
        return found;
    }

    private void Store(MessageId message, string channel, Original delivery, DeliveryState state, string? reason = null, DeliveriesRepeated? repeated = null)
    {
        long? repeatOf = repeated is null ? null : delivery.Id;
        database.Prepare(Insert).Bind(++_last).Bind(message.Value).Bind(channel).Bind(delivery.Destination).Bind(delivery.Lane)
            .Bind(delivery.Part.Number).Bind(delivery.Part.Of).Bind((long)state).Bind(reason, Sealed(reason)).Bind(delivery.Length).Bind(delivery.Content).Bind(repeatOf).Bind(repeated?.At).Bind(repeated?.By).Run();
    }

    private byte[]? Sealed(string? reason) => reason is null ? null : database.Vault.Sealer.Cipher?.Seal(reason, SealedPlace.Reason(_last));

    private void Queue(MessageId message, string channel, Original delivery, ReadOnlyMemory<byte>? content) =>
        Queued.Add(new(_last, message, channel, delivery.Destination, delivery.Lane, 0, null, null, content, delivery.Part));
}

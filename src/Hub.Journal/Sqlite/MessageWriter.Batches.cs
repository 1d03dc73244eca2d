using Hub.Contracts;

namespace Hub.Journal.Sqlite;

// B03: the row of a batch has the bytes of the whole, once and untouched, and says how many messages there are. Each message is a row like any other, with its
// own number, header, bytes, deliveries and look for duplicates, which names the batch and its place in it. All of it is one entry, so it is one transaction.

/// <summary>Writes the messages of a batch.</summary>
internal sealed partial class MessageWriter
{
    private const string UpdatePlace = "UPDATE message SET place = ? WHERE id = ?";

    /// <summary>What the messages of a batch have from it.</summary>
    private readonly record struct BatchOrigin(string Peer, DateTimeOffset ReceivedAt, long? Trace, TimeSpan? Window, TimeSpan? Waited, TimeSpan? Working);

    // The duplicate check is off for what a person has taken up again.
    private static BatchOrigin OriginOf(MessageArrived batch) =>
        new(batch.Peer, batch.ReceivedAt, null, batch.ReplayOf is null && batch.Replay is null ? batch.MessagesWindow : null, batch.Waited, batch.Working);

    private AppendResult WriteMessages(PendingEntry[] messages, BatchOrigin batch, AppendResult own)
    {
        int queued = own.Deliveries;
        List<MessageId> duplicates = [];
        foreach (PendingEntry entry in messages)
        {
            entry.Trace = batch.Trace;
            MessageArrived message = (MessageArrived)entry.Entry with { Peer = batch.Peer, ReceivedAt = batch.ReceivedAt, DuplicateWindow = batch.Window, Waited = batch.Waited, Working = batch.Working };
            AppendResult taken = Take(message, entry);
            queued += taken.Deliveries;
            if (taken.DuplicateOf is not null)
                duplicates.Add(message.Id);
        }

        return own with { Deliveries = queued, Duplicates = duplicates };
    }

    // The sender was told that it was not taken, so this copy is the first that is.
    private static bool IsTaken(StoredMessage? message) => message is { Answer: ReceiptKind.Accepted, State: not MessageState.Rejected };

    private static long? PlaceOf(PendingEntry entry, MessageState state) =>
        entry.InBatch?.Place ?? (state == MessageState.Divided ? entry.Messages.Length : null);
}

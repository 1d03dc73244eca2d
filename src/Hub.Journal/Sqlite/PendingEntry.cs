using System.Security.Cryptography;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Bytes on their way to the disk.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Cipher">What encrypts them; null for nothing.</param>
/// <param name="Message">The message they are written for.</param>
/// <param name="Place">0 as received, from 1 one of its deliveries.</param>
/// <param name="IsOther">Whether they are known to be others than the received ones.</param>
/// <param name="Bound">What they are of (<see cref="BoundContent"/>); null where that is known only when they are written.</param>
internal sealed record HashedContent(ReadOnlyMemory<byte> Bytes, RowCipher? Cipher, long Message, int Place, bool IsOther, string? Bound)
{
    private byte[]? _sha256;

    /// <summary>Their SHA-256. Made when it is first asked for: of encrypted bytes that only one destination gets nobody asks.</summary>
    public byte[] Sha256 => _sha256 ??= SHA256.HashData(Bytes.Span);

    /// <summary>The sealed value; null for plain bytes, for such as are not known yet what they are of, and for long ones, which are encrypted when they are written, piece by piece: they would be in memory twice.</summary>
    public byte[]? Sealed { get; } = Cipher is not null && Bound is not null && Bytes.Length <= ContentWriter.RowBytes
        ? Cipher.Seal(Bytes.Span, SealedPlace.Content(Message, Place, 0, Bytes.Length, Bound))
        : null;

    /// <summary>How much memory it holds, in bytes.</summary>
    public int Size => Bytes.Length + (Sealed?.Length ?? 0);
}

/// <summary>What a new delivery brings with it.</summary>
/// <param name="Own">Its bytes; null where they are the message's.</param>
/// <param name="Header">Of what another channel has processed already: what the row of the other channel's message says of its header.</param>
/// <param name="Handed">… and what the deliveries of that message bring with them.</param>
internal readonly record struct DeliveryContent(HashedContent? Own, HeaderSeal? Header, DeliveryContent[] Handed);

/// <summary>
/// An entry on its way to the disk, and the task of the one who appended it. Hashes and encrypted bytes are made here, on the caller's thread,
/// not on the writer's.
/// </summary>
internal sealed class PendingEntry : TaskCompletionSource<AppendResult>
{
    /// <summary>What an entry costs beside its content, roughly, in bytes.</summary>
    private const int Overhead = 1024;

    public PendingEntry(JournalEntry entry, Sealer sealer)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Entry = entry;
        Size = Overhead;
        switch (entry)
        {
            case MessageArrived arrived:
                Received = Hash(arrived.Content, sealer, arrived.Id.Value, 0, isOther: false, BoundContent.OfMessage(arrived.Channel));
                Header = HeaderSeal.Of(sealer, arrived.Id.Value, arrived.Channel, arrived.Header, Received.Sha256);
                Contents = Hash(DeliveriesOf(entry), Received, sealer, arrived.Id.Value, arrived.Channel);
                Problems = Seal(sealer, JournalJson.Write(arrived.Problems), SealedPlace.Problems(arrived.Id.Value));
                Messages = MessagesOf(arrived.Messages, arrived.Id, arrived.Channel, sealer);
                break;
            case MessageProcessed processed:
                Contents = Hash(DeliveriesOf(entry), null, sealer, processed.Id.Value, processed.Channel);
                Problems = Seal(sealer, JournalJson.Write(processed.Problems), SealedPlace.Problems(processed.Id.Value));
                Messages = MessagesOf(processed.Messages, processed.Id, processed.Channel, sealer);
                break;
            case DeliveryAttempted attempted:
                Size += attempted.Answer.Length;
                Answer = attempted.Answer.IsEmpty ? null : sealer.Cipher?.Seal(attempted.Answer.Span, SealedPlace.Answer(attempted.Delivery, attempted.Attempt));
                AnswerKey = Answer is null ? null : sealer.Id;
                Reason = Seal(sealer, attempted.Reason, SealedPlace.Reason(attempted.Delivery));
                break;
            case FragmentsParked { Fragments: [var first, ..] }:
                Contents = Hash(DeliveriesOf(entry), null, sealer, first.Value, null);
                break;
            case DeliveryOperated { Content: { } edited }:
                Size += edited.Length;
                break;
        }
    }

    /// <summary>What happened.</summary>
    public JournalEntry Entry { get; }

    /// <summary>Whether somebody waits for it. Nobody does for a delivery that was sent: a repetition after a crash is what its outcome is kept for.</summary>
    public bool IsUrgent => Entry is not DeliveryAttempted { State: DeliveryState.Sent };

    /// <summary>When it began to wait, as a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</summary>
    public long AddedAt { get; set; }

    /// <summary>How much memory it holds, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>For a message that arrived: its bytes.</summary>
    public HashedContent? Received { get; }

    /// <summary>For a message that arrived: what its row says of its header.</summary>
    public HeaderSeal? Header { get; }

    /// <summary>What each new delivery brings with it, in their order.</summary>
    public DeliveryContent[] Contents { get; } = [];

    /// <summary>Of a batch, its messages, in their order. What they have from the batch is filled in when they are written.</summary>
    public PendingEntry[] Messages { get; } = [];

    /// <summary>The batch that this is a message of, and which one it is, from 1; null for all else.</summary>
    public (long Batch, int Place)? InBatch { get; private init; }

    /// <summary>Of a message of a batch that another channel handed over, what it all began with.</summary>
    public long? Trace { get; set; }

    /// <summary>The problems of a message as they were sealed; null where there are none, or they are written plain.</summary>
    public byte[]? Problems { get; }

    /// <summary>Why a try failed, as it was sealed.</summary>
    public byte[]? Reason { get; }

    /// <summary>The answer to a try, as it was sealed.</summary>
    public byte[]? Answer { get; }

    /// <summary>The row of <c>encryption</c> of <see cref="Answer"/>.</summary>
    public long? AnswerKey { get; }

    /// <summary>What became of it, once it is written and before it is committed.</summary>
    public AppendResult? Written { get; set; }

    /// <summary>Why it was not written.</summary>
    public JournalException? Refused { get; set; }

    /// <summary>What an entry queues: the deliveries of the message, and last the answer that goes to a destination.</summary>
    public static IReadOnlyList<NewDelivery> DeliveriesOf(JournalEntry entry) => entry switch
    {
        MessageArrived { ApplicationAnswer: null } e => e.Deliveries,
        MessageArrived { ApplicationAnswer: { } answer } e => [.. e.Deliveries, answer],
        MessageProcessed { ApplicationAnswer: null } e => e.Deliveries,
        MessageProcessed { ApplicationAnswer: { } answer } e => [.. e.Deliveries, answer],
        FragmentsParked { ApplicationAnswer: { } answer } => [answer],
        _ => [],
    };

    /// <summary>Tells the one who appended it. Called after the commit.</summary>
    public void Complete()
    {
        if (Refused is null)
            SetResult(Written!);
        else
            SetException(Refused);
    }

    private PendingEntry[] MessagesOf(IReadOnlyList<BatchedMessage> messages, MessageId batch, string? channel, Sealer sealer)
    {
        if (messages.Count == 0 || channel is null)
            return [];
        PendingEntry[] entries = [.. messages.Select((message, i) => new PendingEntry(Arrived(message, channel), sealer) { InBatch = (batch.Value, i + 1) })];
        Size += entries.Sum(entry => entry.Size);
        return entries;
    }

    private static MessageArrived Arrived(BatchedMessage message, string channel) => new()
    {
        Id = message.Id,
        Channel = channel,
        Peer = "",
        ReceivedAt = default,
        Content = message.Content,
        Header = message.Header,
        State = message.State,
        Answer = message.Answer,
        Problems = message.Problems,
        Flags = message.Flags,
        Deliveries = message.Deliveries,
    };

    private static byte[]? Seal(Sealer sealer, string? text, SealedPlace place) => text is null ? null : sealer.Cipher?.Seal(text, place);

    private DeliveryContent[] Hash(IReadOnlyList<NewDelivery> deliveries, HashedContent? received, Sealer sealer, long message, string? channel)
    {
        if (deliveries.Count == 0)
            return [];
        DeliveryContent[] contents = new DeliveryContent[deliveries.Count];
        int place = 0;
        foreach (NewDelivery delivery in deliveries)
        {
            HashedContent? own = delivery.Content is { } content && !IsSame(content, received) ? Hash(content, sealer, message, place + 1, isOther: received is not null, channel is null ? null : BoundContent.OfDelivery(channel, delivery.Destination, delivery.Part.Number)) : null;
            contents[place++] = delivery.To is { Outcome: { } outcome } to ? Handed(to, outcome, own, own ?? received, sealer) : new(own, null, []);
        }

        return contents;
    }

    // Bytes that are neither changed nor new stand in the journal alone; their hash is known when they are written.
    private DeliveryContent Handed(HandOver to, HandedOutcome outcome, HashedContent? own, HashedContent? bytes, Sealer sealer) => new(
        own,
        bytes is null ? null : HeaderSeal.Of(sealer, outcome.Id.Value, to.Channel, to.Header, bytes.Sha256),
        Hash(outcome.Deliveries, bytes, sealer, outcome.Id.Value, to.Channel));

    private static bool IsSame(ReadOnlyMemory<byte> content, HashedContent? received) => received is not null && content.Span.SequenceEqual(received.Bytes.Span);

    private HashedContent Hash(ReadOnlyMemory<byte> bytes, Sealer sealer, long message, int place, bool isOther, string? bound)
    {
        HashedContent content = new(bytes, sealer.Cipher, message, place, isOther, bound);
        // What is asked for later is made here, on the caller's thread.
        if (!isOther || sealer.Cipher is null)
            _ = content.Sha256;
        Size += content.Size;
        return content;
    }
}

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
internal sealed record HashedContent(ReadOnlyMemory<byte> Bytes, RowCipher? Cipher, long Message, int Place, bool IsOther)
{
    private byte[]? _sha256;

    /// <summary>Their SHA-256. Made when it is first asked for: of encrypted bytes that only one destination gets nobody asks.</summary>
    public byte[] Sha256 => _sha256 ??= SHA256.HashData(Bytes.Span);

    /// <summary>The sealed value; null for plain bytes, and for long ones, which are encrypted when they are written, piece by piece: they would be in memory twice.</summary>
    public byte[]? Sealed { get; } = Cipher is not null && Bytes.Length <= ContentWriter.RowBytes
        ? Cipher.Seal(Bytes.Span, SealedPlace.Content(Message, Place, 0, Bytes.Length))
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
                Received = Hash(arrived.Content, sealer, arrived.Id.Value, 0, isOther: false);
                Header = HeaderSeal.Of(sealer, arrived.Id.Value, arrived.Channel, arrived.Header, Received.Sha256);
                Contents = Hash(DeliveriesOf(entry), Received, sealer, arrived.Id.Value);
                Problems = Seal(sealer, JournalJson.Write(arrived.Problems), SealedPlace.Problems(arrived.Id.Value));
                break;
            case MessageProcessed processed:
                Contents = Hash(DeliveriesOf(entry), null, sealer, processed.Id.Value);
                Problems = Seal(sealer, JournalJson.Write(processed.Problems), SealedPlace.Problems(processed.Id.Value));
                break;
            case DeliveryAttempted attempted:
                Size += attempted.Answer.Length;
                Answer = attempted.Answer.IsEmpty ? null : sealer.Cipher?.Seal(attempted.Answer.Span, SealedPlace.Answer(attempted.Delivery, attempted.Attempt));
                AnswerKey = Answer is null ? null : sealer.Id;
                Reason = Seal(sealer, attempted.Reason, SealedPlace.Reason(attempted.Delivery));
                break;
            case FragmentsParked { Fragments: [var first, ..] }:
                Contents = Hash(DeliveriesOf(entry), null, sealer, first.Value);
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

    private static byte[]? Seal(Sealer sealer, string? text, SealedPlace place) => text is null ? null : sealer.Cipher?.Seal(text, place);

    private DeliveryContent[] Hash(IReadOnlyList<NewDelivery> deliveries, HashedContent? received, Sealer sealer, long message)
    {
        if (deliveries.Count == 0)
            return [];
        DeliveryContent[] contents = new DeliveryContent[deliveries.Count];
        int place = 0;
        foreach (NewDelivery delivery in deliveries)
        {
            HashedContent? own = delivery.Content is { } content && !IsSame(content, received) ? Hash(content, sealer, message, place + 1, isOther: received is not null) : null;
            contents[place++] = delivery.To is { Outcome: { } outcome } to ? Handed(to, outcome, own, own ?? received, sealer) : new(own, null, []);
        }

        return contents;
    }

    // Bytes that are neither changed nor new stand in the journal alone; their hash is known when they are written.
    private DeliveryContent Handed(HandOver to, HandedOutcome outcome, HashedContent? own, HashedContent? bytes, Sealer sealer) => new(
        own,
        bytes is null ? null : HeaderSeal.Of(sealer, outcome.Id.Value, to.Channel, to.Header, bytes.Sha256),
        Hash(outcome.Deliveries, bytes, sealer, outcome.Id.Value));

    private static bool IsSame(ReadOnlyMemory<byte> content, HashedContent? received) => received is not null && content.Span.SequenceEqual(received.Bytes.Span);

    private HashedContent Hash(ReadOnlyMemory<byte> bytes, Sealer sealer, long message, int place, bool isOther)
    {
        HashedContent content = new(bytes, sealer.Cipher, message, place, isOther);
        // What is asked for later is made here, on the caller's thread.
        if (!isOther || sealer.Cipher is null)
            _ = content.Sha256;
        Size += content.Size;
        return content;
    }
}

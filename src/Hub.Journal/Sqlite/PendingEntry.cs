using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Bytes with their SHA-256.</summary>
internal sealed record HashedContent(ReadOnlyMemory<byte> Bytes, byte[] Sha256)
{
    public static HashedContent Of(ReadOnlyMemory<byte> bytes) => new(bytes, SHA256.HashData(bytes.Span));
}

/// <summary>An entry on its way to the disk, and the task of the one who appended it. Hashes are made here, on the caller's thread, not on the writer's.</summary>
internal sealed class PendingEntry : TaskCompletionSource<AppendResult>
{
    /// <summary>What an entry costs beside its content, roughly, in bytes.</summary>
    private const int Overhead = 1024;

    public PendingEntry(JournalEntry entry)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Entry = entry;
        Size = Overhead;
        if (entry is MessageArrived arrived)
            Received = Hashed(arrived.Content);
        else if (entry is DeliveryAttempted attempted)
            Size += attempted.Answer.Length;
        IReadOnlyList<NewDelivery> deliveries = DeliveriesOf(entry);
        if (deliveries.Count > 0)
            Contents = [.. deliveries.Select(delivery => delivery.Content is { } content ? Hashed(content) : null)];
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

    /// <summary>The bytes of each new delivery, in their order; null where they are the received ones.</summary>
    public HashedContent?[] Contents { get; } = [];

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

    private HashedContent Hashed(ReadOnlyMemory<byte> content)
    {
        Size += content.Length;
        return HashedContent.Of(content);
    }
}

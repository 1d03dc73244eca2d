using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>
/// One ordered lane of a destination: deliveries in the order of their numbers, the head first until it is sent or parked.
/// Guarded by the lock of its <see cref="DestinationQueue"/>; the sender that serves it has its first deliveries to itself.
/// </summary>
internal sealed class Lane(long key)
{
    private readonly Queue<WaitingDelivery> _waiting = [];

    public long Key => key;

    public bool IsEmpty => _waiting.Count == 0;

    public WaitingDelivery Head => _waiting.Peek();

    /// <summary>Wakes the lane when its head is due; null while it does not wait.</summary>
    public ITimer? Alarm { get; set; }

    /// <summary>The head and those that follow it.</summary>
    public IEnumerable<WaitingDelivery> Waiting => _waiting;

    public void Add(WaitingDelivery delivery) => _waiting.Enqueue(delivery);

    public WaitingDelivery RemoveHead() => _waiting.Dequeue();
}

/// <summary>A delivery in a lane, with what changes from try to try.</summary>
internal sealed class WaitingDelivery(QueuedDelivery row, ReadOnlyMemory<byte>? content)
{
    public long Number => row.Delivery;

    public MessageId Message => row.Message;

    public MessagePart Part => row.Part;

    /// <summary>The bytes to send; null when they are to be read from the journal.</summary>
    public ReadOnlyMemory<byte>? Content => content;

    public int Attempts { get; set; } = row.Attempts;

    /// <summary>
    /// When the receiver first gave an answer after which the message is sent again only for a time (S05). Not kept on disk: a restart makes the time longer.
    /// It is not the first try: a receiver that was down for days must not have messages parked by the first answer it gives.
    /// </summary>
    public DateTimeOffset? RefusedSince { get; set; }

    public DateTimeOffset? DueAt { get; set; } = row.DueAt;
}

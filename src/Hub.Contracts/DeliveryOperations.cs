namespace Hub.Contracts;

/// <summary>What is done to a delivery beside trying it.</summary>
public enum DeliveryOperation
{
    /// <summary>A parked delivery waits for its turn again, at its old place in the order; the tries it has had do not count any more.</summary>
    Release,

    /// <summary>A delivery that waits for its next try, or that holds its lane, is due at once.</summary>
    Retry,

    /// <summary>A waiting or parked delivery is ended.</summary>
    Skip,

    /// <summary>A waiting or parked delivery gets other bytes and waits for its turn, in the lane of those, at the place in the order that its number gives it. The bytes it had are kept.</summary>
    Edit,

    /// <summary>A waiting or parked delivery is ended, and another one of the same bytes to another destination of the channel is queued.</summary>
    Move,

    /// <summary>An answer said that somebody should look (<c>raise</c> in <c>replies</c>). It changes nothing.</summary>
    Raise,

    /// <summary>A rule of <c>replies</c> paused its lane: it stays first there until a person does something to it. It is noted beside the try that has it so.</summary>
    PauseLane,
}

/// <summary>Facts of operations.</summary>
public static class DeliveryOperations
{
    /// <summary>Whether a rule notes it, and no person can ask for it.</summary>
    public static bool IsOfRule(this DeliveryOperation operation) => operation is DeliveryOperation.Raise or DeliveryOperation.PauseLane;
}

/// <summary>Something was done to a delivery, by a person or by a rule of its channel. Refused when the delivery is in no state for it.</summary>
public sealed record DeliveryOperated : JournalEntry
{
    /// <summary>The delivery's number.</summary>
    public required long Delivery { get; init; }

    /// <summary>What is done.</summary>
    public required DeliveryOperation Operation { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it: the name of a user, or <c>replies[2]</c> for a rule.</summary>
    public required string By { get; init; }

    /// <summary>Why, in that person's words; null when nothing was said.</summary>
    public string? Reason { get; init; }

    /// <summary>With Edit, the bytes to send.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>With Move, the destination.</summary>
    public string? Destination { get; init; }

    /// <summary>With Move, the lane there; with Edit, that of the new bytes.</summary>
    public long Lane { get; init; }
}

/// <summary>An operation on a delivery as the journal keeps it.</summary>
/// <param name="Number">Its place among the delivery's operations, from 1.</param>
/// <param name="Operation">What was done.</param>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why, if that was said.</param>
/// <param name="State">Where the delivery stood after it.</param>
/// <param name="Other">With Move, the other delivery: on the one that ended the new one, on the new one the one that ended.</param>
public sealed record StoredOperation(int Number, DeliveryOperation Operation, DateTimeOffset At, string By, string? Reason, DeliveryState State, long? Other);

/// <summary>A destination sends nothing until it is resumed; what is for it waits in its queue. Pausing twice is one pause.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="At">When.</param>
/// <param name="By">Who paused it: the name of a user, or <c>replies[2]</c> for a rule.</param>
/// <param name="Reason">Why.</param>
public sealed record DestinationPaused(string Channel, string Destination, DateTimeOffset At, string By, string? Reason) : JournalEntry;

/// <summary>A paused destination sends again. Refused when it is not paused.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="At">When.</param>
/// <param name="By">Who resumed it.</param>
/// <param name="Reason">Why, if that was said.</param>
public sealed record DestinationResumed(string Channel, string Destination, DateTimeOffset At, string By, string? Reason) : JournalEntry;

/// <summary>A pause that was not ended.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="At">Since when.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why, if that was said.</param>
public sealed record DestinationPause(string Channel, string Destination, DateTimeOffset At, string By, string? Reason);

/// <summary>Which deliveries to find. Everything given must hold.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Of this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Of one of these channels, for those who may see no other; none for any.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>To this destination.</summary>
    public string? Destination { get; init; }

    /// <summary>In one of these states; none for any.</summary>
    public IReadOnlyList<DeliveryState> States { get; init; } = [];

    /// <summary>True finds only what the receiver may have without having said so.</summary>
    public bool MaybeDelivered { get; init; }

    /// <summary>Only those that hold their lane until a person does something to them.</summary>
    public bool HoldsLane { get; init; }

    /// <summary>Of this message.</summary>
    public MessageId? Message { get; init; }

    /// <summary>With one of these numbers; none for any.</summary>
    public IReadOnlyList<long> Deliveries { get; init; } = [];

    /// <summary>With a higher number than this; for the next page.</summary>
    public long After { get; init; }

    /// <summary>At most this many. Default 50.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A delivery that was found.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Message">Its message.</param>
/// <param name="Type">Message type and trigger event of that.</param>
/// <param name="ReceivedAt">When that arrived.</param>
/// <param name="Delivery">The delivery.</param>
public sealed record FoundDelivery(string Channel, MessageId Message, string Type, DateTimeOffset ReceivedAt, StoredDelivery Delivery);

/// <summary>How much of a destination is not at its end.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="Queued">Deliveries that wait.</param>
/// <param name="Parked">Deliveries that were set aside.</param>
/// <param name="MaybeDelivered">Deliveries of any state that the receiver may have without having said so.</param>
public sealed record DestinationCounts(string Channel, string Destination, long Queued, long Parked, long MaybeDelivered);

namespace Hub.Contracts;

/// <summary>A delivery that waits to be sent, as lanes hold it.</summary>
/// <param name="Delivery">Its number. Numbers grow in the order of commits, which is the order of sending within a lane.</param>
/// <param name="Message">The message.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">The destination.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Attempts">How many tries it has had.</param>
/// <param name="FirstTriedAt">When it was first tried; null when it was not.</param>
/// <param name="DueAt">Not before this time; null for at once.</param>
/// <param name="Content">The bytes to send; null when they have to be read with <see cref="IJournalReader.ReadDeliveryContent"/>.</param>
/// <param name="Part">Which part of a split message it carries.</param>
public sealed record QueuedDelivery(
    long Delivery,
    MessageId Message,
    string Channel,
    string Destination,
    long Lane,
    int Attempts,
    DateTimeOffset? FirstTriedAt,
    DateTimeOffset? DueAt,
    ReadOnlyMemory<byte>? Content,
    MessagePart Part = default)
{
    /// <summary>How many of its tries were before a person released it last: they count neither for the back-off nor against <c>maxAttempts</c>.</summary>
    public int Forgiven { get; init; }

    /// <summary>Whether a rule paused its lane: it stays first there, and is not tried, until a person does something to it.</summary>
    public bool HoldsLane { get; init; }
}

/// <summary>A message that one channel handed to another, as the other is told of it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Channel">The channel that has it now.</param>
/// <param name="Content">Its bytes; null when they have to be read with <see cref="IJournalReader.ReadContent"/>.</param>
public sealed record HandedMessage(MessageId Id, string Channel, ReadOnlyMemory<byte>? Content);

/// <summary>A message as the journal keeps it.</summary>
public sealed record StoredMessage
{
    /// <summary>Its number.</summary>
    public required MessageId Id { get; init; }

    /// <summary>The channel that took it.</summary>
    public required string Channel { get; init; }

    /// <summary>The sender's address.</summary>
    public required string Peer { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What its header says.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>What became of it.</summary>
    public required MessageState State { get; init; }

    /// <summary>How the sender was answered.</summary>
    public required ReceiptKind Answer { get; init; }

    /// <summary>Length of the received bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>SHA-256 of the received bytes, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Why it was not accepted; otherwise what it was flagged with.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Oddities that were noticed.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The message it is a duplicate of.</summary>
    public MessageId? DuplicateOf { get; init; }

    /// <summary>The message it is a replay of.</summary>
    public MessageId? ReplayOf { get; init; }

    /// <summary>When retention removed its bytes and those of its deliveries; null while they are there.</summary>
    public DateTimeOffset? ContentRemovedAt { get; init; }

    /// <summary>The latest replay that it was made by, or whose deliveries it has again.</summary>
    public long? Replay { get; init; }

    /// <summary>The message that came in from outside and became this one by way of other channels; null for one that came from outside itself.</summary>
    public MessageId? Trace { get; init; }

    /// <summary>The message whose delivery handed this one to the channel.</summary>
    public MessageId? HandedFrom { get; init; }

    /// <summary>Of a fragment, the message that it is a part of; null while others are missing.</summary>
    public MessageId? PartOf { get; init; }

    /// <summary>The batch that it came in, whose row has the bytes of the whole; null for a message that came alone.</summary>
    public MessageId? Batch { get; init; }

    /// <summary>Which message of its batch it is, from 1; 0 for one that came alone.</summary>
    public int BatchPlace { get; init; }

    /// <summary>How many messages its batch has; of a batch that was divided, how many it has itself. 0 otherwise, and when retention has removed the batch.</summary>
    public int BatchSize { get; init; }

    /// <summary>How long it waited from its arrival until the channel began to work on it. Null while it waits, and where that was not kept.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>
    /// How long the channel worked on it (validate, filter, transform), to the microsecond. For a message of a batch as for the batch, which is worked on as a
    /// whole. Null where that was not kept.
    /// </summary>
    public TimeSpan? Working { get; init; }

    /// <summary>Its deliveries, in the order of the channel file, part by part.</summary>
    public IReadOnlyList<StoredDelivery> Deliveries { get; init; } = [];
}

/// <summary>A delivery as the journal keeps it.</summary>
public sealed record StoredDelivery
{
    /// <summary>Its number.</summary>
    public required long Delivery { get; init; }

    /// <summary>The destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Which part of a split message it carries.</summary>
    public MessagePart Part { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>How many tries it has had.</summary>
    public required int Attempts { get; init; }

    /// <summary>Length of the bytes it sends.</summary>
    public required int Bytes { get; init; }

    /// <summary>When it is tried again, if it waits for that.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether it is queued and a rule paused its lane: it stays first there, and is not tried, until a person does something to it.</summary>
    public bool HoldsLane { get; init; }

    /// <summary>Why the last try failed, or why it is parked.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Whether a try sent all of it and got no answer, so that the receiver may have it. It stays so until the receiver says that it has it. A flag beside
    /// the state and no state of its own: such a delivery is also queued (to be sent again), parked (held for a person) or skipped.
    /// </summary>
    public bool MaybeDelivered { get; init; }

    /// <summary>When a person had it sent again, for which it was made; null for one that the message came with.</summary>
    public DateTimeOffset? RepeatedAt { get; init; }

    /// <summary>Who that was; null where that was not kept.</summary>
    public string? RepeatedBy { get; init; }

    /// <summary>Every try, where they were asked for.</summary>
    public IReadOnlyList<StoredAttempt> History { get; init; } = [];

    /// <summary>What was done to it beside its tries, where they were asked for.</summary>
    public IReadOnlyList<StoredOperation> Operations { get; init; } = [];
}

/// <summary>One try of a delivery as the journal keeps it.</summary>
/// <param name="Attempt">Its number, from 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="State">Where the delivery stood after it.</param>
/// <param name="Reason">Why it failed, if it did.</param>
/// <param name="AnswerCode">The code in the receiver's answer.</param>
/// <param name="Answer">The receiver's answer; empty when there was none.</param>
public sealed record StoredAttempt(
    int Attempt,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    DeliveryState State,
    string? Reason,
    string? AnswerCode,
    ReadOnlyMemory<byte> Answer)
{
    /// <summary>Whether all of it was sent and no answer came.</summary>
    public bool MaybeDelivered { get; init; }
}

/// <summary>Which messages to find. Everything given must hold.</summary>
public sealed record MessageQuery
{
    /// <summary>Taken by this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Taken by one of these channels, for those who may see no other; none for any.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>In this state.</summary>
    public MessageState? State { get; init; }

    /// <summary>With a delivery in this state.</summary>
    public DeliveryState? Delivery { get; init; }

    /// <summary>With a delivery to this destination (in the state <see cref="Delivery"/>, when that is given too).</summary>
    public string? Destination { get; init; }

    /// <summary>With this control id (MSH-10).</summary>
    public string? ControlId { get; init; }

    /// <summary>From this sender, as <see cref="MessageHeader.Sender"/> has it: <c>REGADT^HOSPITAL</c>.</summary>
    public string? Sender { get; init; }

    /// <summary>Of this type, <c>ADT</c> or <c>ADT^A01</c>.</summary>
    public string? Type { get; init; }

    /// <summary>This message, and all that it became in other channels.</summary>
    public MessageId? Trace { get; init; }

    /// <summary>Made by this replay, or sent again by it.</summary>
    public long? Replay { get; init; }

    /// <summary>Of this batch. Then in its order, oldest first, and not newest first.</summary>
    public MessageId? Batch { get; init; }

    /// <summary>Replays of this message.</summary>
    public MessageId? ReplayOf { get; init; }

    /// <summary>Duplicates of this message.</summary>
    public MessageId? DuplicateOf { get; init; }

    /// <summary>
    /// True finds what senders sent, once: no duplicates, no parts of messages, of a batch its messages and not the whole, no replays of others, and, unless <see cref="Channel"/> is given,
    /// nothing that one channel handed to another. What is taken up again together.
    /// </summary>
    public bool AreOriginals { get; init; }

    /// <summary>True finds what is in quarantine: blocks that are no messages at all (protocol A07).</summary>
    public bool InQuarantine { get; init; }

    /// <summary>Received at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Older than this message; for the next page.</summary>
    public MessageId? Before { get; init; }

    /// <summary>Newer than this message; for the next page of a batch.</summary>
    public MessageId? After { get; init; }

    /// <summary>At most this many. Default 50.</summary>
    public int Limit { get; init; } = 50;
}

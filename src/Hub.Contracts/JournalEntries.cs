namespace Hub.Contracts;

/// <summary>Something that happened and is to be kept: a message arrived, was processed, or was tried at a destination.</summary>
public abstract record JournalEntry;

/// <summary>What the header of a message says, as far as people search for it. Empty where the message says nothing.</summary>
public sealed record MessageHeader
{
    /// <summary>A header that says nothing, of something that is not a message.</summary>
    public static MessageHeader Empty { get; } = new();

    /// <summary>Message type and trigger event, <c>ADT^A01</c> (MSH-9.1 and MSH-9.2).</summary>
    public string Type { get; init; } = "";

    /// <summary>Message control id (MSH-10), as received.</summary>
    public string ControlId { get; init; } = "";

    /// <summary>Sending application and facility, <c>REGADT^HOSPITAL</c> (the whole of MSH-3 and MSH-4).</summary>
    public string Sender { get; init; } = "";

    /// <summary>Version id (MSH-12.1).</summary>
    public string Version { get; init; } = "";
}

/// <summary>A delivery that a message is to have.</summary>
/// <param name="Destination">The id of the destination in the channel file.</param>
/// <param name="Lane">The lane: deliveries of one destination and lane are sent in order. 0 where the destination has one lane.</param>
/// <param name="Content">The bytes to send; null when they are the received ones, which are then stored once.</param>
/// <param name="Part">Which part of a split message it carries.</param>
/// <param name="To">The channel that takes it over in the same transaction; null when it is to be sent.</param>
/// <param name="ParkedFor">Why it is set aside instead of being sent, for the person who decides; never message content. Null when it is to be sent.</param>
public sealed record NewDelivery(string Destination, long Lane, ReadOnlyMemory<byte>? Content, MessagePart Part = default, HandOver? To = null, string? ParkedFor = null);

/// <summary>What another channel takes over: its next message.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Header">What the header of the delivered bytes says.</param>
/// <param name="At">When it is taken over.</param>
public sealed record HandOver(string Channel, MessageHeader Header, DateTimeOffset At)
{
    /// <summary>What the channel made of it already. Null: it is stored as Received, and the channel is told.</summary>
    public HandedOutcome? Outcome { get; init; }
}

/// <summary>What a channel made of a message before the message was stored. It is stored with that, in the transaction that hands it over.</summary>
/// <param name="Id">Its number, from <see cref="IJournal.NextMessageId"/>.</param>
/// <param name="State">Rejected, Filtered or Accepted.</param>
/// <param name="Problems">Why, when it was not accepted; otherwise what it was flagged with.</param>
/// <param name="Flags">Oddities that were noticed.</param>
/// <param name="Deliveries">The deliveries it is to have; none unless Accepted.</param>
public sealed record HandedOutcome(MessageId Id, MessageState State, IReadOnlyList<MessageProblem> Problems, IReadOnlyList<string> Flags, IReadOnlyList<NewDelivery> Deliveries)
{
    /// <summary>How long the channel worked on it; null when that was not measured.</summary>
    public TimeSpan? Working { get; init; }
}

/// <summary>A message arrived. With state Received it is stored before it is processed, otherwise with its outcome.</summary>
public sealed record MessageArrived : JournalEntry
{
    /// <summary>Its number, from <see cref="IJournal.NextMessageId"/>.</summary>
    public required MessageId Id { get; init; }

    /// <summary>The channel that took it.</summary>
    public required string Channel { get; init; }

    /// <summary>The sender's address, or what it was replayed by.</summary>
    public required string Peer { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The bytes as received.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>What its header says.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>What became of it. <see cref="MessageState.Duplicate"/> is the journal's to give.</summary>
    public required MessageState State { get; init; }

    /// <summary>How the sender is answered, so that a duplicate gets the same answer.</summary>
    public required ReceiptKind Answer { get; init; }

    /// <summary>Why, when it was not accepted; otherwise what it was flagged with.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Oddities that were noticed, by the names of the protocol rules.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>How long it waited until the channel began to work on it; null with state Received, and when that is not known.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>How long the channel worked on it (validate, filter, transform); with state Received, on admitting it. Null when that was not measured.</summary>
    public TimeSpan? Working { get; init; }

    /// <summary>The deliveries it is to have; none unless Accepted.</summary>
    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];

    /// <summary>Of a batch, with state Divided, its messages in their order; each is a row of its own, in the transaction of this one. Default: none.</summary>
    public IReadOnlyList<BatchedMessage> Messages { get; init; } = [];

    /// <summary>As <see cref="DuplicateWindow"/>, for each of <see cref="Messages"/>. One that was refused before is no duplicate then: the batch is taken as a whole. Null: no look.</summary>
    public TimeSpan? MessagesWindow { get; init; }

    /// <summary>The message this one is a replay of.</summary>
    public MessageId? ReplayOf { get; init; }

    /// <summary>The replay that it is taken up by.</summary>
    public ReplayItem? Replay { get; init; }

    /// <summary>
    /// How far back the same block counts as a duplicate (protocol D01): same channel, sender, control id and bytes.
    /// Then the entry is kept as a Duplicate without deliveries. Null: no look.
    /// </summary>
    public TimeSpan? DuplicateWindow { get; init; }

    /// <summary>
    /// Its sequence number (MSH-13), where the channel goes by them (protocol Q). Whether it is the one expected of its sender is the journal's to say,
    /// in the transaction that stores the message; any other is kept without being processed. <see cref="long.MinValue"/> for what is no number. Null: no look.
    /// </summary>
    public long? SequenceNumber { get; init; }

    /// <summary>
    /// Where the message says that it belongs, by MSH-14 and DSC. With state Fragment it waits for the others, unless the journal refuses it, or it is the one that
    /// completes its message: <see cref="AppendResult.Fragments"/>. With another state it is passed on as it is, and refused only when it goes on from a part that waits
    /// or was set aside. Null for a message that is no part of another.
    /// </summary>
    public FragmentPlace? Fragment { get; init; }

    /// <summary>With <see cref="Fragment"/>, how much may wait for others.</summary>
    public FragmentLimits FragmentLimits { get; init; } = FragmentLimits.Default;

    /// <summary>The fragments that this message was made of, in their order; each is a part of no other. Default: none.</summary>
    public IReadOnlyList<MessageId> Fragments { get; init; } = [];

    /// <summary>The application answer that goes to a destination instead of the sender's connection (protocol A10). It may come with any state.</summary>
    public NewDelivery? ApplicationAnswer { get; init; }
}

/// <summary>Where a fragment belongs (protocol C02).</summary>
/// <param name="Continues">The pointer that it goes on from (MSH-14); empty for the first fragment.</param>
/// <param name="Pointer">The pointer from which the next one goes on (DSC-1); empty for the last fragment.</param>
public sealed record FragmentPlace(string Continues, string Pointer)
{
    /// <summary>
    /// What tells that a part came before, under whatever header: a hash of what follows the header, as text. Empty: not known, and then as good as any other.
    /// </summary>
    public string Body { get; init; } = "";

    /// <summary>Whether the channel refused it for its header. Nothing of it waits, but what goes on from its pointer is refused too. Default false.</summary>
    public bool IsRefused { get; init; }
}

/// <summary>How much may wait to be put together. A part beyond that is refused when it comes.</summary>
public sealed record FragmentLimits
{
    /// <summary>The defaults.</summary>
    public static FragmentLimits Default { get; } = new();

    /// <summary>Most parts of one sender that wait at once. A message of a thousand parts is none. Default 1,000.</summary>
    public int MostParts { get; init; } = 1_000;

    /// <summary>Most parts of all senders of a channel that wait at once, so that what looks after them holds a few MiB. Default 10,000.</summary>
    public int MostPartsOfChannel { get; init; } = 10_000;

    /// <summary>The longest message that is put together, in bytes: as long as a block may be by default. Default 64 MiB.</summary>
    public long MostBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long parts wait for others, and how long a pointer is used up when it was found on parts of two messages. Default 10 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What the journal says of a part of a message (protocol C02, C04).</summary>
public sealed record FragmentVerdict
{
    /// <summary>When this part is the one that completes its message: all parts, in their order.</summary>
    public IReadOnlyList<MessageId> Complete { get; init; } = [];

    /// <summary>Parts that waited and were rejected, with <see cref="Problem"/>: nobody can say any more what they are parts of, or their message is none.</summary>
    public IReadOnlyList<MessageId> SetAside { get; init; } = [];

    /// <summary>Why this part is refused, and others set aside; null when it is not.</summary>
    public MessageProblem? Problem { get; init; }

    /// <summary>How the sender of a part that is refused is answered.</summary>
    public ReceiptKind Answer { get; init; }
}

/// <summary>The rest of these fragments did not come, or they make no message: they are rejected, and never delivered in part (protocol C04).</summary>
/// <param name="Fragments">The fragments, the first of their message first; those that are a part of a message by now stay as they are.</param>
/// <param name="Problem">Why.</param>
public sealed record FragmentsParked(IReadOnlyList<MessageId> Fragments, MessageProblem Problem) : JournalEntry
{
    /// <summary>Whether all parts are there and make no message all the same. Default false: parts that were completed meanwhile stay as they are.</summary>
    public bool AreComplete { get; init; }

    /// <summary>Until when no other part with their pointers is taken. Default: such parts wait anew.</summary>
    public DateTimeOffset? PointersUsedUntil { get; init; }

    /// <summary>The application answer about the first of them that goes to a destination (protocol A10); it is queued when this entry sets parts aside.</summary>
    public NewDelivery? ApplicationAnswer { get; init; }

    /// <summary>Whether the fragments are rejected already and only the answer is to be queued. Default false.</summary>
    public bool IsAnswerOnly { get; init; }
}

/// <summary>A message that was stored as Received has been processed.</summary>
public sealed record MessageProcessed : JournalEntry
{
    /// <summary>The message.</summary>
    public required MessageId Id { get; init; }

    /// <summary>Its channel; null when it is not at hand. With it, what its deliveries bring is made ready on the caller's thread.</summary>
    public string? Channel { get; init; }

    /// <summary>Rejected, Filtered or Accepted; Divided for a batch.</summary>
    public required MessageState State { get; init; }

    /// <summary>Why, when it was not accepted; otherwise what it was flagged with.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Oddities noticed in processing, beside those noticed on arrival.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>When the channel began to work on it; null when that is not known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it worked on it, beside what <see cref="MessageArrived.Working"/> says; null when that was not measured.</summary>
    public TimeSpan? Working { get; init; }

    /// <summary>As <see cref="MessageArrived.Messages"/>.</summary>
    public IReadOnlyList<BatchedMessage> Messages { get; init; } = [];

    /// <summary>As <see cref="MessageArrived.MessagesWindow"/>. Nothing is looked for when the batch is a replay.</summary>
    public TimeSpan? MessagesWindow { get; init; }

    /// <summary>The deliveries it is to have; none unless Accepted.</summary>
    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];

    /// <summary>The application answer that goes to a destination instead of the sender's connection (protocol A10). It may come with any state.</summary>
    public NewDelivery? ApplicationAnswer { get; init; }
}

/// <summary>A delivery was tried.</summary>
public sealed record DeliveryAttempted : JournalEntry
{
    /// <summary>The delivery's number.</summary>
    public required long Delivery { get; init; }

    /// <summary>The number of the try, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Where the delivery stands now: Sent, Queued (to be tried again) or Parked.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is tried again, if it is.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>With Queued, whether it is not tried again, and nothing behind it in its lane, before a person does something to it.</summary>
    public bool HoldsLane { get; init; }

    /// <summary>Why it was not delivered.</summary>
    public string? Reason { get; init; }

    /// <summary>The code in the receiver's answer.</summary>
    public string? AnswerCode { get; init; }

    /// <summary>The receiver's answer.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }

    /// <summary>Whether all of it was sent and no answer came, so that the receiver may have it.</summary>
    public bool MaybeDelivered { get; init; }
}

/// <summary>Deliveries of a message that is stored are to be sent again, from the bytes they had.</summary>
/// <param name="Message">The message.</param>
/// <param name="Destination">Only this destination; null for all the message had.</param>
/// <param name="At">When a person asked for it.</param>
public sealed record DeliveriesRepeated(MessageId Message, string? Destination, DateTimeOffset At) : JournalEntry
{
    /// <summary>The replay that they are repeated by.</summary>
    public ReplayItem? Replay { get; init; }

    /// <summary>Who asked for it; null when that is not known.</summary>
    public string? By { get; init; }

    /// <summary>The lanes that the destination makes now, by the numbers of the deliveries that are repeated. Default: those that they had.</summary>
    public IReadOnlyDictionary<long, long> Lanes { get; init; } = new Dictionary<long, long>();
}

/// <summary>What became of an appended entry that is on disk.</summary>
/// <param name="DuplicateOf">For a message that turned out to be a duplicate: the first one, as it is known now, or its latest replay when it has one; otherwise null.</param>
/// <param name="Deliveries">How many deliveries the entry queued.</param>
public sealed record AppendResult(StoredMessage? DuplicateOf, int Deliveries)
{
    /// <summary>Stored, nothing queued.</summary>
    public static AppendResult Stored { get; } = new(null, 0);

    /// <summary>For a delivery that was moved: the number of the one in its place; otherwise null.</summary>
    public long? NewDelivery { get; init; }

    /// <summary>For a message with a sequence number: what the journal says of that; otherwise null.</summary>
    public SequenceVerdict? Sequence { get; init; }

    /// <summary>For a piece of the work of retention: what it did.</summary>
    public RetentionOutcome? Retention { get; init; }

    /// <summary>For a removal of old rows: whether there may be more of them. Default false.</summary>
    public bool HasMore { get; init; }

    /// <summary>For a part of a message that was refused or completes it: what the journal says of that; otherwise null.</summary>
    public FragmentVerdict? Fragments { get; init; }

    /// <summary>For a batch: those of its messages that turned out to be duplicates, and go nowhere again. Default: none.</summary>
    public IReadOnlyList<MessageId> Duplicates { get; init; } = [];

    /// <summary>Whether the message is to be processed: it is no duplicate, its sequence number is the one expected, and it is no part that was refused.</summary>
    public bool IsNew => DuplicateOf is null && Sequence is null or { IsExpected: true } && Fragments?.Problem is null;
}

/// <summary>What the journal says of a sequence number (protocol Q02 to Q06).</summary>
/// <param name="IsExpected">Whether it is the one expected, so that the message was taken as it is. Any other message is kept and not processed.</param>
/// <param name="Number">What MSA-4 says: the number just accepted, the one expected next, or -1 when any is.</param>
/// <param name="Problem">Why the sender is refused (Q06); null when it is not.</param>
public sealed record SequenceVerdict(bool IsExpected, long Number, MessageProblem? Problem = null);

/// <summary>
/// The lanes of a destination are made of something else than before: what waits for it, or is parked, gets the lanes that what comes next has, so that
/// nothing overtakes it. Nothing is sent there meanwhile.
/// </summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="Lanes">The lanes by the numbers of deliveries. One that is at its end, or of another destination, keeps its lane.</param>
/// <param name="Lane">What lanes are made of now, as the channel file says; empty for one lane. Null while more of what waits follows in another entry.</param>
public sealed record LanesChanged(string Channel, string Destination, IReadOnlyDictionary<long, long> Lanes, string? Lane) : JournalEntry;

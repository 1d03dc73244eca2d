namespace Hub.Contracts;

/// <summary>One message as it came off a wire, before anything looked into it.</summary>
public sealed record InboundMessage
{
    /// <summary>The id of the channel whose listener took it.</summary>
    public required string Channel { get; init; }

    /// <summary>The sender's address and port, for people.</summary>
    public required string Peer { get; init; }

    /// <summary>The received bytes without their frame. The listener gives them away: nobody may write to them afterwards.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Whether the sender's next message is at hand already, so that the two can share a commit.</summary>
    public bool MoreFollow { get; init; }

    /// <summary>Oddities of the frame that the listener noticed, by the names of the protocol rules (<c>missing-cr</c>, <c>embedded-fs</c>).</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>How many answers the sender is to hear, and what each waits for. Default: one, when <c>acknowledge</c> says.</summary>
    public AnswerPlan Answers { get; init; }
}

/// <summary>What the answers to one message wait for. What is stored and processed is the same for all of them.</summary>
public enum AnswerPlan
{
    /// <summary>One answer, when <c>acknowledge</c> of the channel says.</summary>
    Once,

    /// <summary>One answer, or none, that waits for nothing but the disk; nobody wants to hear what became of the message.</summary>
    WhenStored,

    /// <summary>One answer when it is known what became of the message: with <c>acknowledge: received</c> too not before it was processed.</summary>
    WhenKnown,

    /// <summary>A receipt as soon as the disk has it, and then in <see cref="Receipt.Outcome"/> what <see cref="Once"/> gives.</summary>
    StoredThenOnce,

    /// <summary>A receipt as soon as the disk has it, and then in <see cref="Receipt.Outcome"/> what <see cref="WhenKnown"/> gives.</summary>
    StoredThenKnown,
}

/// <summary>How a listener has to answer.</summary>
public enum ReceiptKind
{
    /// <summary>It is on disk: AA, HTTP 200.</summary>
    Accepted,

    /// <summary>Its content is wrong: AE with the problems.</summary>
    Error,

    /// <summary>It is not wanted here: AR with the problems.</summary>
    Rejected,

    /// <summary>It is not a message at all (protocol A07).</summary>
    Undecodable,

    /// <summary>It could not be stored now: AR 207, or silence, as <c>onStoreFailure</c> says (protocol A06).</summary>
    CannotStore,

    /// <summary>Nothing is to be said, and the connection goes on: the message was an answer itself (protocol A13).</summary>
    Silent,

    /// <summary>The outcome is not known in time: close without an answer, so that the sender sends again (protocol A12).</summary>
    Unknown,
}

/// <summary>What the intake made of a message.</summary>
/// <param name="Kind">How to answer.</param>
/// <param name="Problems">Why, when it was not accepted.</param>
public sealed record Receipt(ReceiptKind Kind, IReadOnlyList<MessageProblem> Problems)
{
    /// <summary>Why, when it was not accepted: the errors alone. Warnings are not for the sender.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init => field = ErrorsOf(value); } = ErrorsOf(Problems);

    /// <summary>The receipt of a message that is on disk.</summary>
    public static Receipt Accepted { get; } = new(ReceiptKind.Accepted, []);

    /// <summary>The number under which the message is stored; of a duplicate, that of the first one. Null when it is not stored, or not known to be.</summary>
    public MessageId? Id { get; init; }

    /// <summary>Whether the same message sent again is known as such and not delivered twice (protocol D01); one without a control id is not. Default false.</summary>
    public bool IsRecognised { get; init; }

    /// <summary>Whether an accepted message is only stored so far, and filters and transforms follow (<c>acknowledge: received</c>): HTTP 202.</summary>
    public bool AwaitsProcessing { get; init; }

    /// <summary>What becomes of the message, where this receipt tells only that it is stored; null where it tells all that is to be told.</summary>
    public Task<Receipt>? Outcome { get; init; }

    /// <summary>Whether this is a fragment whose others are still to come (protocol C02): it is stored, and there is no outcome to tell yet.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Whether the message is an answer itself, to which no HL7 answer is ever given, not even that it could not be stored (protocol A13).</summary>
    public bool IsOfAnswer { get; init; }

    /// <summary>Whether the message is longer than is taken, so that only its beginning is at hand: of a batch, all is answered at once and no message by itself. Default false.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Of a batch: whether it was taken, and the problems are those of single messages afterwards, so that all others fared well. Default false: a batch with a problem is refused as a whole.</summary>
    public bool IsOfSomeMessages { get; init; }

    /// <summary>The message whose header an application answer is about, where that is not the one received: the first of its fragments (protocol C02).</summary>
    public ReadOnlyMemory<byte>? About { get; init; }

    /// <summary>The sequence number that is expected next, or the one just accepted (MSA-4, protocol Q02 to Q06); null where sequence numbers are not looked at.</summary>
    public long? SequenceNumber { get; init; }

    private static IReadOnlyList<MessageProblem> ErrorsOf(IReadOnlyList<MessageProblem> problems) =>
        problems.Count == 0 ? problems : [.. problems.Where(problem => problem.Severity == ProblemSeverity.Error)];
}

/// <summary>Takes messages from listeners. The one door into the engine.</summary>
public interface IIntake
{
    /// <summary>
    /// Takes one message. Completes when it may be answered, which for a positive receipt is after the journal has it on disk (protocol L1).
    /// A connection calls this for its messages in the order of arrival and may call it again before the first has completed;
    /// the order of the calls is the order in the journal. It throws nothing but <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <param name="message">The message; its bytes belong to the intake from now on.</param>
    /// <returns>How to answer.</returns>
    Task<Receipt> AcceptAsync(InboundMessage message);
}

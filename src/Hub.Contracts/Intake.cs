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

    /// <summary>Whether an accepted message is only stored so far, and filters and transforms follow (<c>acknowledge: received</c>): HTTP 202.</summary>
    public bool AwaitsProcessing { get; init; }

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

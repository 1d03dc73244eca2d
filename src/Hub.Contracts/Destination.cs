namespace Hub.Contracts;

/// <summary>One message on its way out.</summary>
/// <param name="Id">The message.</param>
/// <param name="Delivery">The delivery of it that this is a try of; the same for every retry.</param>
/// <param name="Attempt">The number of this try, from 1.</param>
/// <param name="Content">The bytes to send. Nobody may write to them.</param>
/// <param name="Part">Which part of a split message it is.</param>
public sealed record OutboundMessage(MessageId Id, long Delivery, int Attempt, ReadOnlyMemory<byte> Content, MessagePart Part = default);

/// <summary>What a try came to.</summary>
public enum DeliveryVerdict
{
    /// <summary>The receiver said that it has it, and the answer was for this message (protocol L3).</summary>
    Sent,

    /// <summary>Not delivered, or not known; the same bytes are to be sent again.</summary>
    Retry,

    /// <summary>The receiver says that it will never take it; a person has to look.</summary>
    Refused,
}

/// <summary>How far a try that is to be repeated came.</summary>
public enum SendReach
{
    /// <summary>The destination does not tell.</summary>
    Unknown,

    /// <summary>The receiver was not reached: no connection could be made.</summary>
    NotReached,

    /// <summary>The connection broke before all was sent: the receiver cannot have the whole message.</summary>
    Partial,

    /// <summary>All was sent and no answer to it came: the receiver may have the message.</summary>
    Whole,

    /// <summary>The receiver answered.</summary>
    Answered,
}

/// <summary>What came of one try to deliver. An expected outcome, so it is a value.</summary>
public sealed record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>What it came to.</summary>
    public required DeliveryVerdict Verdict { get; init; }

    /// <summary>Why it was not delivered, in words with what to do; null when it was. Never message content.</summary>
    public string? Reason { get; init; }

    /// <summary>The code in the receiver's answer (<c>AA</c>, <c>AE</c>, an HTTP status); null when there was no answer.</summary>
    public string? AnswerCode { get; init; }

    /// <summary>The receiver's answer as it came; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }

    /// <summary>For <see cref="DeliveryVerdict.Retry"/>: after how long since the first such answer the delivery is parked instead; null for never.</summary>
    public TimeSpan? RetryFor { get; init; }

    /// <summary>For <see cref="DeliveryVerdict.Retry"/>: how long the receiver asked to wait before the next try, in place of the back-off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How far it came. What was sent whole and not answered is maybe delivered; what did not reach the receiver counts against the connection.</summary>
    public SendReach Reach { get; init; }

    /// <summary>Whether the receiver may have the message without having said so.</summary>
    public bool IsMaybeDelivered => Verdict == DeliveryVerdict.Retry && Reach == SendReach.Whole;

    /// <summary>For <see cref="DeliveryVerdict.Retry"/>: the rule by which the destination, or the message's lane, is to send nothing until a person says so; null for none.</summary>
    public string? PausedBy { get; init; }

    /// <summary>With <see cref="PausedBy"/>: whether only the lane is meant, which goes on when a person does something to the message.</summary>
    public bool PausesLane { get; init; }

    /// <summary>The rule by which somebody is to be told of the answer; null for none.</summary>
    public string? RaisedBy { get; init; }

    /// <summary>The receiver has it.</summary>
    /// <param name="answerCode">The code of its answer, if it gives one.</param>
    /// <param name="answer">Its answer, if it gives one.</param>
    /// <returns>The result.</returns>
    public static DeliveryResult Sent(string? answerCode = null, ReadOnlyMemory<byte> answer = default) =>
        new() { Verdict = DeliveryVerdict.Sent, AnswerCode = answerCode, Answer = answer };

    /// <summary>Try again later.</summary>
    /// <param name="reason">What happened and what to do.</param>
    /// <param name="answerCode">The code of the answer, if there was one.</param>
    /// <param name="answer">The answer, if there was one.</param>
    /// <param name="retryFor">Park after this long; null for never.</param>
    /// <returns>The result.</returns>
    public static DeliveryResult Retry(string reason, string? answerCode = null, ReadOnlyMemory<byte> answer = default, TimeSpan? retryFor = null) =>
        new() { Verdict = DeliveryVerdict.Retry, Reason = reason, AnswerCode = answerCode, Answer = answer, RetryFor = retryFor };

    /// <summary>Park it.</summary>
    /// <param name="reason">What happened and what to do.</param>
    /// <param name="answerCode">The code of the answer, if there was one.</param>
    /// <param name="answer">The answer, if there was one.</param>
    /// <returns>The result.</returns>
    public static DeliveryResult Refused(string reason, string? answerCode = null, ReadOnlyMemory<byte> answer = default) =>
        new() { Verdict = DeliveryVerdict.Refused, Reason = reason, AnswerCode = answerCode, Answer = answer };
}

/// <summary>
/// Sends messages to one system, one at a time: an instance is one connection (or one hand on a folder) and belongs to one lane while that lane sends.
/// It keeps what it needs between messages (an open socket) and closes it when disposed. It does not retry, log or queue.
/// </summary>
public interface IDestination : IAsyncDisposable
{
    /// <summary>Sends one message and waits for the receiver's answer. Called one message at a time, in order.</summary>
    /// <param name="message">What to send. A retry brings the same bytes.</param>
    /// <param name="stopping">Fires when the Hub stops and the time for grace is over.</param>
    /// <returns>What came of it. Anything thrown instead counts as a try that failed and is repeated.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired before all was sent; the message stays queued. What was sent whole is <see cref="SendReach.Whole"/> instead.</exception>
    Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping);
}

/// <summary>A destination for which several messages of a lane cost little more than one: a single sync makes many files last.</summary>
public interface IBatchDestination : IDestination
{
    /// <summary>Sends messages that follow one another in a lane, in their order, each as <see cref="IDestination.SendAsync"/> would.</summary>
    /// <param name="messages">What to send, at least one.</param>
    /// <param name="stopping">Fires when the Hub stops and the time for grace is over.</param>
    /// <returns>What came of the first ones, in order, up to the first that was not sent; the others were not tried. Never empty.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired; all messages stay queued.</exception>
    Task<IReadOnlyList<DeliveryResult>> SendAllAsync(IReadOnlyList<OutboundMessage> messages, CancellationToken stopping);
}

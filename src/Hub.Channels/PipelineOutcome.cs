using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels;

/// <summary>What the pipeline made of a message: what the journal keeps and how the sender is answered.</summary>
public sealed record PipelineOutcome
{
    /// <summary>Rejected, Filtered or Accepted; Received for one that is to be processed later.</summary>
    public required MessageState State { get; init; }

    /// <summary>How the sender is answered.</summary>
    public required ReceiptKind Answer { get; init; }

    /// <summary>What its header says.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>Why, when it was rejected; otherwise what it is flagged with.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Oddities noticed, by the names of the protocol rules; <c>answer</c> for a message that is an answer itself (A13).</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>One for each destination that wants it, in the order of the channel file, part by part; none unless Accepted.</summary>
    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];

    /// <summary>Of a batch that was divided and taken, its messages in order, each with those of <see cref="Deliveries"/> that are its own (protocol B03). None otherwise.</summary>
    public IReadOnlyList<BatchedMessage> Messages { get; init; } = [];

    /// <summary>How long that took; null when nobody measured it.</summary>
    public TimeSpan? Working { get; init; }

    /// <summary>What the journal keeps under the message itself: of a batch the whole with nothing to deliver, beside its <see cref="Messages"/>.</summary>
    public PipelineOutcome Stored => Messages.Count == 0 ? this : this with { State = MessageState.Divided, Deliveries = [], Problems = [.. Problems.Where(problem => problem.BatchMessage == 0)] };

    /// <summary>The outcome of a message that is stored before it is processed: Received, or the refusal.</summary>
    /// <param name="admission">Whether the channel takes it.</param>
    /// <returns>The outcome.</returns>
    public static PipelineOutcome Of(Admission admission)
    {
        if (admission.Refusal is not null)
            return admission.Refusal;
        PipelineOutcome received = new()
        {
            State = MessageState.Received,
            Answer = ReceiptKind.Accepted,
            Header = admission.Header,
            Problems = admission.Problems,
            Flags = admission.Flags,
        };
        return admission.IsAnswer ? received.Unanswered() : received;
    }

    /// <summary>The same outcome of a message that is an answer itself, to which nothing is said (protocol A13).</summary>
    /// <returns>The outcome.</returns>
    public PipelineOutcome Unanswered() => this with
    {
        Answer = ReceiptKind.Silent,
        Flags = [.. Flags, "answer"],
        Messages = [.. Messages.Select(message => message with { Answer = ReceiptKind.Silent, Flags = [.. message.Flags, "answer"] })],
    };

    /// <summary>The same outcome without the secrets that were filled into the channel's file: a script or a pattern may tell one in what it says.</summary>
    /// <param name="secrets">The secrets; null when there are none.</param>
    /// <returns>The outcome.</returns>
    internal PipelineOutcome Masked(SecretMask? secrets) => secrets is null ? this : this with
    {
        Problems = secrets.Mask(Problems),
        Deliveries = [.. Deliveries.Select(secrets.Mask)],
        Messages = [.. Messages.Select(message => message with { Problems = secrets.Mask(message.Problems), Deliveries = [.. message.Deliveries.Select(secrets.Mask)] })],
    };

    /// <summary>The outcome of a message on which the pipeline itself failed.</summary>
    /// <param name="text">What to tell the person who looks at the message; no content.</param>
    /// <returns>The outcome.</returns>
    public static PipelineOutcome Failed(string text) => new()
    {
        State = MessageState.Rejected,
        Answer = ReceiptKind.Error,
        Header = MessageHeader.Empty,
        Problems = [new(207, null, text)],
    };
}

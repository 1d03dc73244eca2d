using Hub.Contracts;

namespace Hub.Channels;

/// <summary>What the pipeline made of a message: what the journal keeps and how the sender is answered.</summary>
public sealed record PipelineOutcome
{
    /// <summary>Rejected, Filtered or Accepted.</summary>
    public required MessageState State { get; init; }

    /// <summary>How the sender is answered.</summary>
    public required ReceiptKind Answer { get; init; }

    /// <summary>What its header says.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>Why, when it was rejected.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Oddities noticed, by the names of the protocol rules; <c>answer</c> for a message that is an answer itself (A13).</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>One for each destination that wants it, in the order of the channel file; none unless Accepted.</summary>
    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];
}

using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>What becomes of the messages of a batch, one by one: each is kept as a message of its own (protocol B03).</summary>
/// <param name="batch">The batch, which is taken.</param>
/// <param name="numbers">The numbers of its messages.</param>
internal sealed class BatchRows(Admission batch, IReadOnlyList<MessageId> numbers)
{
    private readonly IReadOnlyList<AdmittedMessage> _messages = batch.Parts!;
    // Asked for now: steps change messages in place.
    private readonly bool[] _areAnswers = [.. batch.Parts!.Select(part => AcknowledgmentRequest.IsOfAnswer(part.Message))];
    private readonly List<NewDelivery>?[] _deliveries = new List<NewDelivery>?[batch.Parts!.Count];

    /// <summary>The deliveries of the message that something came in as.</summary>
    /// <param name="context">The message or a part of it.</param>
    public List<NewDelivery> DeliveriesOf(StepContext context) => _deliveries[context.BatchMessage - 1] ??= [];

    /// <summary>What its header says.</summary>
    /// <param name="context">The message or a part of it.</param>
    public MessageHeader HeaderOf(StepContext context) => _messages[context.BatchMessage - 1].Header;

    /// <summary>The messages, in their order.</summary>
    /// <param name="problems">What was found wrong with them, as problems of the batch.</param>
    public IReadOnlyList<BatchedMessage> ToMessages(IReadOnlyList<MessageProblem> problems)
    {
        ILookup<int, MessageProblem> found = problems.ToLookup(problem => problem.BatchMessage);
        return [.. _messages.Select((message, i) => Row(message, i, found[i + 1]))];
    }

    private BatchedMessage Row(AdmittedMessage message, int index, IEnumerable<MessageProblem> found) => new(
        numbers[index],
        message.Header,
        message.Raw,
        _deliveries[index] is { Count: > 0 } ? MessageState.Accepted : MessageState.Filtered,
        // A13: nothing is said to an acknowledgment among the others.
        _areAnswers[index] ? ReceiptKind.Silent : ReceiptKind.Accepted,
        [.. RefusedMessages.OfMessage(new(index + 1, _messages.Count), found)],
        message.Message.Flags,
        _deliveries[index] ?? []);
}

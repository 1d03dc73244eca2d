using Hub.Contracts;
using Hub.Engine.Delivery;

namespace Hub.Engine;

/// <content>What a sender is told: of what is stored, and of what becomes of it later.</content>
internal sealed partial class Intake
{
    private static bool WaitsForProcessing(AnswerPlan plan) => plan is AnswerPlan.WhenKnown or AnswerPlan.StoredThenKnown;

    // What is on disk, without what is still to come of it.
    private static Receipt ReceiptOf(MessageArrived entry, AppendResult result)
    {
        if (result.DuplicateOf is { } first)
            return new(first.Answer, first.Problems) { Id = first.Id, AwaitsProcessing = first.State == MessageState.Received, SequenceNumber = result.Sequence?.Number };
        if (entry.Answer == ReceiptKind.Silent)
            return new(ReceiptKind.Silent, []) { Id = entry.Id };
        if (result.Fragments is { Problem: { } problem } refused)
            return new(refused.Answer, [problem]) { Id = entry.Id, SequenceNumber = result.Sequence?.Number };
        if (result.Sequence is { IsExpected: false } verdict)
            return new(verdict.Problem is null ? ReceiptKind.Accepted : ReceiptKind.Error, verdict.Problem is null ? [] : [verdict.Problem]) { Id = entry.Id, SequenceNumber = verdict.Number };
        return new(entry.Answer, entry.Problems) { Id = entry.Id, AwaitsProcessing = entry.State == MessageState.Received, SequenceNumber = result.Sequence?.Number };
    }

    // D01: the same answer again, as the outcome is known now. A delivery that a person had sent again stands for the one before it.
    private Task<Receipt>? FollowDuplicate(ListenerConfig source, AppendResult result, AnswerPlan plan)
    {
        if (result.DuplicateOf is not { } first || first.Answer == ReceiptKind.Silent)
            return null;
        Receipt receipt = new(first.Answer, first.Problems) { Id = first.Id, SequenceNumber = result.Sequence?.Number };
        return (source.Acknowledge, first.State) switch
        {
            (Acknowledge.Delivered, MessageState.Accepted) => AnswerDuplicateAsync(source, first, receipt),
            (_, MessageState.Received) when WaitsForProcessing(plan) => AnswerProcessedAsync(source, first.Id, receipt),
            // It was answered before it was processed.
            (_, MessageState.Rejected) when WaitsForProcessing(plan) && first.Answer == ReceiptKind.Accepted => Task.FromResult(receipt with { Kind = ReceiptKind.Error }),
            _ => null,
        };
    }

    /// <summary>What became of a message that is stored, for a sender that sends it again.</summary>
    /// <param name="message">The message.</param>
    /// <param name="plan">What the sender waits for.</param>
    public async Task<Receipt> FindOutcomeAsync(MessageId message, AnswerPlan plan)
    {
        if (journal.Read(message) is not { } first)
            return new(ReceiptKind.Unknown, []);
        Task<Receipt>? later = FollowDuplicate(_model!.Config.Source, new(first, 0), plan);
        return later is null ? new(first.Answer, first.Problems) { Id = first.Id } : await later;
    }

    private async Task<Receipt> AnswerDuplicateAsync(ListenerConfig source, StoredMessage first, Receipt receipt)
    {
        string decisive = source.AcknowledgeBy ?? first.Deliveries[0].Destination;
        DeliveryWaiter waiter = waiters.Add(first.Id, decisive, count: null);
        // Looked at after the waiter stands, so that an end between the two is not missed.
        StoredDelivery[] deliveries = [.. (journal.Read(first.Id)?.Deliveries ?? [])
            .Where(candidate => candidate.Destination == decisive)
            .GroupBy(candidate => candidate.Part, (_, same) => same.MaxBy(candidate => candidate.Delivery)!)];
        if (deliveries.Length == 0 || deliveries.Any(delivery => delivery.State == DeliveryState.Parked))
        {
            waiter.Dispose();
            return deliveries.Length == 0 ? receipt : ReceiptOf(DeliveryState.Parked, receipt);
        }

        waiter.Expect(deliveries.Where(delivery => delivery.State == DeliveryState.Queued).Select(delivery => delivery.Delivery));
        return await AnswerDeliveredAsync(source, waiter, receipt);
    }

    // A12: no answer from the destination in time, or before the listener has to end: close without an answer; the message stays queued.
    private async Task<Receipt> AnswerDeliveredAsync(ListenerConfig source, DeliveryWaiter waiter, Receipt receipt)
    {
        using (waiter)
            return await InTimeAsync(source, waiter.Ended) ? ReceiptOf(await waiter.Ended, receipt) : new(ReceiptKind.Unknown, []) { Id = receipt.Id };
    }

    private async Task<Receipt> AnswerProcessedAsync(ListenerConfig source, MessageId message, Receipt receipt)
    {
        Task processed = _backlog!.ProcessedAsync(message);
        // Looked at after the wait has begun, so that an end between the two is not missed.
        if (journal.Read(message) is { State: not MessageState.Received })
            _backlog.Tell(message);
        if (!await InTimeAsync(source, processed) || journal.Read(message) is not { } stored)
            return new(ReceiptKind.Unknown, []) { Id = receipt.Id };
        return stored.State == MessageState.Rejected ? receipt with { Kind = ReceiptKind.Error, Problems = stored.Problems } : receipt;
    }

    private async Task<bool> InTimeAsync(ListenerConfig source, Task ended)
    {
        try
        {
            await ended.WaitAsync(TimeSpan.FromSeconds(source.AcknowledgeTimeoutSeconds), clock, _givenUp.Token);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static Receipt ReceiptOf(DeliveryState state, Receipt receipt) => state == DeliveryState.Sent
        ? receipt with { Kind = ReceiptKind.Accepted, Problems = [], AwaitsProcessing = false }
        : receipt with { Kind = ReceiptKind.Error, Problems = [new(207, null, "The message is parked: the receiver refused it, or it is not valid for it. Look at it with hub show.")] };
}

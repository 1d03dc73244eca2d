using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;

namespace Hub.Engine;

/// <content>What a sender is told: of what is stored, and of what becomes of it later.</content>
internal sealed partial class Intake
{
    private static readonly MessageProblem s_parked = new(207, null, "The message was not delivered: the receiver refused it, it is not valid for it, or somebody skipped it. Look at it with hub show.");

    // A13: an answer is not told either that there is no room for it, so what it is has to be looked at first.
    private bool IsAnswer(ChannelModel model, ReadOnlyMemory<byte> content) =>
        Guard(model, default, clock, log, () => PipelineOutcome.Of(model.Pipeline.AdmitPart(content))).Answer == ReceiptKind.Silent;

    private static bool WaitsForProcessing(AnswerPlan plan) => plan is AnswerPlan.WhenKnown or AnswerPlan.StoredThenKnown;

    private static Receipt UnknownOf(Receipt receipt) => new(ReceiptKind.Unknown, []) { Id = receipt.Id, IsRecognised = receipt.IsRecognised };

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
        Receipt receipt = new(first.Answer, first.Problems) { Id = first.Id, SequenceNumber = result.Sequence?.Number, IsRecognised = true };
        return (source.Acknowledge, first.State) switch
        {
            (Acknowledge.Delivered, MessageState.Accepted) => AnswerStoredAsync(source, [(0, first)], receipt),
            (Acknowledge.Delivered, MessageState.Divided) => AnswerStoredAsync(source, MessagesOf(first.Id), receipt),
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

    // Those that went somewhere; of a duplicate the first one, as it is known now. Of the message of a batch that was replayed there may be a later one, and none of it is waited for.
    private IReadOnlyList<(int Place, StoredMessage Message)> MessagesOf(MessageId batch) =>
        [.. journal.Find(new() { Batch = batch, Limit = int.MaxValue })
            .Select(message => (message.BatchPlace, Message: message.DuplicateOf is { } first ? journal.Read(first) : message))
            .Where(found => found.Message is { Deliveries.Count: > 0 }).Select(found => (found.BatchPlace, found.Message!))];

    // Of messages that are stored, with deliveries that may have come to their end already: those of a batch by their places in it, or one alone at place 0.
    private async Task<Receipt> AnswerStoredAsync(ListenerConfig source, IReadOnlyList<(int Place, StoredMessage Message)> messages, Receipt receipt)
    {
        if (messages.Count == 0)
            return receipt;
        DeliveryWaiter waiter = waiters.Add(messages.Select(found => found.Message.Id).ToHashSet(), source.AcknowledgeBy, count: null);
        // Looked at after the waiter stands, so that an end between the two is not missed.
        if (!await AreEndsReadableAsync())
        {
            waiter.Dispose();
            return UnknownOf(receipt);
        }

        (int Place, StoredDelivery Delivery)[] deliveries = [.. messages.SelectMany(found => DecisiveOf(source, journal.Read(found.Message.Id)?.Deliveries ?? [])
            .GroupBy(candidate => candidate.Part, (_, same) => (found.Place, same.MaxBy(candidate => candidate.Delivery)!)))];
        int[] parked = [.. deliveries.Where(one => one.Delivery.State is DeliveryState.Parked or DeliveryState.Skipped).Select(one => one.Place)];
        // Of a batch each of the others is told of too.
        if (deliveries.Length == 0 || parked.Contains(0))
        {
            waiter.Dispose();
            return deliveries.Length == 0 ? receipt : ReceiptOf(parked, receipt);
        }

        waiter.Expect(deliveries.Where(one => one.Delivery.State == DeliveryState.Queued).Select(one => one.Delivery.Delivery));
        return await AnswerDeliveredAsync(source, waiter, receipt, unsent => [.. parked, .. deliveries.Where(one => unsent.Contains(one.Delivery.Delivery)).Select(one => one.Place)]);
    }

    // Of each message of a batch it may be another destination: by default the first one that it goes to.
    private static IEnumerable<StoredDelivery> DecisiveOf(ListenerConfig source, IReadOnlyList<StoredDelivery> deliveries) =>
        deliveries.Where(delivery => delivery.Destination == (source.AcknowledgeBy ?? deliveries[0].Destination));

    // An end that was told before the waiter stood may still be on its way to the disk. Entries get there in the order of their appends, so behind any other it is there.
    private async Task<bool> AreEndsReadableAsync()
    {
        try
        {
            await journal.AppendAsync(new StatisticsDue(clock.GetUtcNow()), waits: true);
            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    // A12: no answer from the destination in time, or before the listener has to end: close without an answer; the message stays queued.
    private async Task<Receipt> AnswerDeliveredAsync(ListenerConfig source, DeliveryWaiter waiter, Receipt receipt, Func<IReadOnlySet<long>, int[]> placesOf)
    {
        using (waiter)
            return await InTimeAsync(source, waiter.Ended) ? ReceiptOf(placesOf(await waiter.Ended), receipt) : UnknownOf(receipt);
    }

    private async Task<Receipt> AnswerProcessedAsync(ListenerConfig source, MessageId message, Receipt receipt)
    {
        Task processed = _backlog!.ProcessedAsync(message);
        // Looked at after the wait has begun, so that an end between the two is not missed.
        if (journal.Read(message) is { State: not MessageState.Received })
            _backlog.Tell(message);
        if (!await InTimeAsync(source, processed) || journal.Read(message) is not { } stored)
            return UnknownOf(receipt);
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

    // The places in the batch of what was not delivered; 0 for a message alone.
    private static Receipt ReceiptOf(int[] parked, Receipt receipt) => parked.Length == 0
        ? receipt with { Kind = ReceiptKind.Accepted, Problems = [], AwaitsProcessing = false }
        : receipt with { Kind = ReceiptKind.Error, Problems = [.. parked.Distinct().Order().Select(place => s_parked with { BatchMessage = place })], IsOfSomeMessages = !parked.Contains(0) };
}

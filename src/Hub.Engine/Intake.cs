using System.Diagnostics.CodeAnalysis;
using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// The intake of one listener: gives each message its number, asks the channel's pipeline what it is worth, and has the journal keep
/// message, outcome and deliveries in one transaction. Only then may the listener answer (protocol L1).
/// A reload swaps the model between two messages; a message runs through the one it began with.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a connection that is being cut may still ask it.")]
internal sealed partial class Intake(IJournal journal, DeliveryWaiters waiters, TimeProvider clock, ILogger<Intake> log) : IIntake
{
    private readonly CancellationTokenSource _givenUp = new();
    private volatile ChannelModel? _model;
    private volatile Backlog? _backlog;
    private volatile Fragments? _fragments;

    /// <summary>Takes messages with this version of the channel from now on.</summary>
    public void Use(ChannelModel model, Backlog backlog, Fragments fragments)
    {
        _backlog = backlog;
        _fragments = fragments;
        _model = model;
    }

    /// <summary>Waits for no receiver any more: connections that wait for one end as if its time had run out. For the end of a stop's grace.</summary>
    public void GiveUp() => _givenUp.Cancel();

    public Task<Receipt> AcceptAsync(InboundMessage message)
    {
        ChannelModel model = _model!;
        return model.Pipeline.PlaceOf(message.Content) is { } place
            ? AcceptFragmentAsync(model, message, place)
            : AcceptAsync(model, message, []);
    }

    /// <summary>Takes a message that was put together from fragments which are stored.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="fragments">The fragments, in their order.</param>
    /// <returns>What became of it.</returns>
    public Task<Receipt> AcceptWholeAsync(InboundMessage message, IReadOnlyList<MessageId> fragments) => AcceptAsync(_model!, message, fragments);

    private Task<Receipt> AcceptAsync(ChannelModel model, InboundMessage message, IReadOnlyList<MessageId> fragments)
    {
        MessageId id = journal.NextMessageId();
        DateTimeOffset now = clock.GetLocalNow();
        PipelineOutcome outcome = model.Config.Source.Acknowledge == Acknowledge.Received
            ? Guard(model, id, log, () => PipelineOutcome.Of(model.Pipeline.Admit(message.Content)))
            : Guard(model, id, log, () => model.Pipeline.Run(id, message.Content, now));
        MessageArrived entry = Entry(model, message, id, now, outcome);
        // Duplicates and sequence numbers were looked for when the fragments came.
        if (fragments.Count > 0)
        {
            entry = entry with
            {
                Fragments = fragments,
                DuplicateWindow = null,
                SequenceNumber = null,
                ApplicationAnswer = ApplicationAnswers.AfterAccept(model, id, message.Content, outcome, now),
            };
        }

        return StoreAsync(model, entry, message.Answers, waits: !message.MoreFollow);
    }

    private static MessageArrived Entry(ChannelModel model, InboundMessage message, MessageId id, DateTimeOffset now, PipelineOutcome outcome) => new()
    {
        Id = id,
        Channel = model.Id,
        Peer = message.Peer,
        ReceivedAt = now,
        Content = message.Content,
        Header = outcome.Header,
        State = outcome.State,
        Answer = outcome.Answer,
        Problems = outcome.Problems,
        Flags = message.Flags.Count == 0 ? outcome.Flags : [.. message.Flags, .. outcome.Flags],
        Deliveries = outcome.Deliveries,
        DuplicateWindow = WindowOf(model.Config.Source, outcome),
        SequenceNumber = model.Pipeline.SequenceOf(message.Content),
        ApplicationAnswer = ApplicationAnswers.WithAccept(model, id, message.Content, outcome, now),
    };

    // C02: a fragment is stored and told of by itself. What the whole comes to is told with the one that completes it.
    private async Task<Receipt> AcceptFragmentAsync(ChannelModel model, InboundMessage message, FragmentPlace place)
    {
        MessageId id = journal.NextMessageId();
        PipelineOutcome outcome = Guard(model, id, log, () => PipelineOutcome.Of(model.Pipeline.AdmitPart(message.Content)));
        MessageArrived entry = Entry(model, message, id, clock.GetLocalNow(), outcome);
        bool isTaken = entry.State == MessageState.Received;
        if (isTaken)
            entry = entry with { State = MessageState.Fragment, Fragment = place };
        Receipt stored = await StoreAsync(model, entry, AnswerPlan.WhenStored, waits: !message.MoreFollow);
        if (!isTaken || stored.Kind != ReceiptKind.Accepted)
            return stored;
        switch (message.Answers)
        {
            case AnswerPlan.WhenStored:
                await _fragments!.JoinAsync(this, stored, message.Answers);
                return stored;
            case AnswerPlan.StoredThenOnce:
                return stored with { Outcome = _fragments!.JoinAsync(this, stored, AnswerPlan.Once) };
            case AnswerPlan.StoredThenKnown:
                return stored with { Outcome = _fragments!.JoinAsync(this, stored, AnswerPlan.WhenKnown) };
            default:
                return await _fragments!.JoinAsync(this, stored, message.Answers);
        }
    }

    /// <summary>
    /// Runs a pipeline and catches what must not come out of it: a bug in a step takes neither the connection nor the message with it.
    /// </summary>
    internal static PipelineOutcome Guard(ChannelModel model, MessageId id, ILogger log, Func<PipelineOutcome> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception)
        {
            Log.PipelineFailed(log, model.Id, id, exception);
            return PipelineOutcome.Failed("The pipeline failed on this message. Look in the log for its number, and replay it after the repair.");
        }
    }

    private async Task<Receipt> StoreAsync(ChannelModel model, MessageArrived entry, AnswerPlan plan, bool waits)
    {
        ListenerConfig source = model.Config.Source;
        bool awaited = source.Acknowledge == Acknowledge.Delivered && entry.State == MessageState.Accepted && plan != AnswerPlan.WhenStored;
        string? decisive = awaited ? source.AcknowledgeBy ?? entry.Deliveries[0].Destination : null;
        int awaitedDeliveries = entry.Deliveries.Count(delivery => delivery.Destination == decisive && delivery.To is null);
        DeliveryWaiter? waiter = awaitedDeliveries > 0 ? waiters.Add(entry.Id, decisive!, awaitedDeliveries) : null;
        bool isFollowed = false;
        try
        {
            Task<AppendResult> stored = journal.AppendAsync(entry, waits);
            if (entry.State == MessageState.Received)
                _backlog!.Add(entry.Id, entry.Content, stored, entry.Problems);
            AppendResult result = await stored;
            if (result.IsNew)
                ParkedBeforeSending.Tell(log, waiters, entry.Channel, entry.Id, entry.Deliveries);
            Receipt receipt = ReceiptOf(entry, result);
            Task<Receipt>? later = plan == AnswerPlan.WhenStored ? null : FollowDuplicate(source, result, plan);
            if (later is null && waiter is not null && result.IsNew)
            {
                isFollowed = true;
                later = AnswerDeliveredAsync(source, waiter, receipt);
            }
            else if (later is null && entry.State == MessageState.Received && result.IsNew && WaitsForProcessing(plan))
            {
                later = AnswerProcessedAsync(source, entry.Id, receipt);
            }

            if (later is null)
                return receipt;
            return plan is AnswerPlan.StoredThenOnce or AnswerPlan.StoredThenKnown ? receipt with { Outcome = later } : await later;
        }
        catch (JournalException exception)
        {
            Log.NotStored(log, entry.Channel, entry.Id, exception.Message);
            return new(ReceiptKind.CannotStore, [new(207, null, exception.Message)]);
        }
        finally
        {
            if (!isFollowed)
                waiter?.Dispose();
        }
    }

    private static bool WaitsForProcessing(AnswerPlan plan) => plan is AnswerPlan.WhenKnown or AnswerPlan.StoredThenKnown;

    // What is on disk, without what is still to come of it.
    private static Receipt ReceiptOf(MessageArrived entry, AppendResult result)
    {
        if (result.DuplicateOf is { } first)
            return new(first.Answer, first.Problems) { Id = first.Id, AwaitsProcessing = first.State == MessageState.Received, SequenceNumber = result.Sequence?.Number };
        if (result.Sequence is { IsExpected: false } verdict)
            return new(verdict.Problem is null ? ReceiptKind.Accepted : ReceiptKind.Error, verdict.Problem is null ? [] : [verdict.Problem]) { Id = entry.Id, SequenceNumber = verdict.Number };
        return new(entry.Answer, entry.Problems) { Id = entry.Id, AwaitsProcessing = entry.State == MessageState.Received, SequenceNumber = result.Sequence?.Number };
    }

    // D01: the same answer again, as the outcome is known now. A delivery that a person had sent again stands for the one before it.
    private Task<Receipt>? FollowDuplicate(ListenerConfig source, AppendResult result, AnswerPlan plan)
    {
        if (result.DuplicateOf is not { } first)
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

    private static TimeSpan? WindowOf(ListenerConfig source, PipelineOutcome outcome) =>
        source.DuplicateWindowHours > 0 && outcome.Header.ControlId.Length > 0 && outcome.Answer != ReceiptKind.Undecodable
            ? TimeSpan.FromHours(source.DuplicateWindowHours)
            : null;

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "Channel {Channel}: the pipeline failed on message {Id}")]
        public static partial void PipelineFailed(ILogger log, string channel, MessageId id, Exception exception);

        [LoggerMessage(3002, LogLevel.Error, "Channel {Channel}: message {Id} could not be stored and was not accepted. {Reason}")]
        public static partial void NotStored(ILogger log, string channel, MessageId id, string reason);
    }
}

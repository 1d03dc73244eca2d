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

    /// <summary>Takes messages with this version of the channel from now on.</summary>
    public void Use(ChannelModel model, Backlog backlog)
    {
        _backlog = backlog;
        _model = model;
    }

    /// <summary>Waits for no receiver any more: connections that wait for one end as if its time had run out. For the end of a stop's grace.</summary>
    public void GiveUp() => _givenUp.Cancel();

    public Task<Receipt> AcceptAsync(InboundMessage message)
    {
        ChannelModel model = _model!;
        MessageId id = journal.NextMessageId();
        DateTimeOffset now = clock.GetLocalNow();
        PipelineOutcome outcome = model.Config.Source.Acknowledge == Acknowledge.Received
            ? Guard(model, id, log, () => PipelineOutcome.Of(model.Pipeline.Admit(message.Content)))
            : Guard(model, id, log, () => model.Pipeline.Run(id, message.Content, now));
        MessageArrived entry = new()
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
        };
        return StoreAsync(model, entry, waits: !message.MoreFollow);
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

    private async Task<Receipt> StoreAsync(ChannelModel model, MessageArrived entry, bool waits)
    {
        ListenerConfig source = model.Config.Source;
        bool awaited = source.Acknowledge == Acknowledge.Delivered && entry.State == MessageState.Accepted;
        string? decisive = awaited ? source.AcknowledgeBy ?? entry.Deliveries[0].Destination : null;
        int awaitedDeliveries = entry.Deliveries.Count(delivery => delivery.Destination == decisive && delivery.To is null);
        DeliveryWaiter? waiter = awaitedDeliveries > 0 ? waiters.Add(entry.Id, decisive!, awaitedDeliveries) : null;
        try
        {
            Task<AppendResult> stored = journal.AppendAsync(entry, waits);
            if (entry.State == MessageState.Received)
                _backlog!.Add(entry.Id, entry.Content, stored);
            AppendResult result = await stored;
            if (result.DuplicateOf is { } first)
                return await AnswerDuplicateAsync(source, first) with { Id = first.Id, AwaitsProcessing = first.State == MessageState.Received };
            ParkedBeforeSending.Tell(log, waiters, entry.Channel, entry.Id, entry.Deliveries);
            Receipt receipt = waiter is null ? new(entry.Answer, entry.Problems) : await AnswerDeliveredAsync(source, waiter);
            return receipt with { Id = entry.Id, AwaitsProcessing = entry.State == MessageState.Received };
        }
        catch (JournalException exception)
        {
            Log.NotStored(log, entry.Channel, entry.Id, exception.Message);
            return new(ReceiptKind.CannotStore, [new(207, null, exception.Message)]);
        }
        finally
        {
            waiter?.Dispose();
        }
    }

    // D01: the same answer again, as the outcome is known now. A delivery that a person had sent again stands for the one before it.
    private async Task<Receipt> AnswerDuplicateAsync(ListenerConfig source, StoredMessage first)
    {
        if (source.Acknowledge != Acknowledge.Delivered || first.State != MessageState.Accepted)
            return new(first.Answer, first.Problems);
        string decisive = source.AcknowledgeBy ?? first.Deliveries[0].Destination;
        using DeliveryWaiter waiter = waiters.Add(first.Id, decisive, count: null);
        // Looked at after the waiter stands, so that an end between the two is not missed.
        StoredDelivery[] deliveries = [.. (journal.Read(first.Id)?.Deliveries ?? [])
            .Where(candidate => candidate.Destination == decisive)
            .GroupBy(candidate => candidate.Part, (_, same) => same.MaxBy(candidate => candidate.Delivery)!)];
        if (deliveries.Length == 0)
            return new(first.Answer, first.Problems);
        if (deliveries.Any(delivery => delivery.State == DeliveryState.Parked))
            return ReceiptOf(DeliveryState.Parked);
        waiter.Expect(deliveries.Where(delivery => delivery.State == DeliveryState.Queued).Select(delivery => delivery.Delivery));
        return await AnswerDeliveredAsync(source, waiter);
    }

    // A12: no answer from the destination in time, or before the listener has to end: close without an answer; the message stays queued.
    private async Task<Receipt> AnswerDeliveredAsync(ListenerConfig source, DeliveryWaiter waiter)
    {
        try
        {
            return ReceiptOf(await waiter.Ended.WaitAsync(TimeSpan.FromSeconds(source.AcknowledgeTimeoutSeconds), clock, _givenUp.Token));
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return new(ReceiptKind.Unknown, []);
        }
    }

    private static Receipt ReceiptOf(DeliveryState state) => state == DeliveryState.Sent
        ? Receipt.Accepted
        : new(ReceiptKind.Error, [new(207, null, "The message is parked: the receiver refused it, or it is not valid for it. Look at it with hub show.")]);

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

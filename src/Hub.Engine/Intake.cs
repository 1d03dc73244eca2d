using System.Diagnostics.CodeAnalysis;
using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// The intake of one listener: gives each message its number, asks the channel's pipeline what it is worth, and has the journal keep
/// message, outcome and deliveries in one transaction. Only then may the listener answer (protocol L1).
/// A reload swaps the model between two messages; a message runs through the one it began with.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a connection that is being cut may still ask it.")]
internal sealed partial class Intake(IJournal journal, HandOvers handOvers, DeliveryWaiters waiters, DiskGuard disk, TimeProvider clock, ILogger<Intake> log) : IIntake
{
    private readonly CancellationTokenSource _givenUp = new();
    private volatile ChannelModel? _model;
    private readonly Func<MessageId> _nextId = journal.NextMessageId;
    private volatile Backlog? _backlog;
    private volatile Fragments? _fragments;

    /// <summary>Takes messages with this version of the channel from now on.</summary>
    public void Use(ChannelModel model, Backlog backlog, Fragments fragments)
    {
        _backlog = backlog;
        _fragments = fragments;
        _model = model;
    }

    /// <summary>The channel.</summary>
    public string Channel => _model!.Id;

    /// <summary>Waits for no receiver any more: connections that wait for one end as if its time had run out. For the end of a stop's grace.</summary>
    public void GiveUp() => _givenUp.Cancel();

    public Task<Receipt> AcceptAsync(InboundMessage message)
    {
        // Politely, and before the disk is full; what is taken already goes on.
        ChannelModel model = _model!;
        if (disk.Refusal is { } full)
            return Task.FromResult(new Receipt(ReceiptKind.CannotStore, [new(207, null, full)]) { IsOfAnswer = IsAnswer(model, message.Content) });
        FragmentPlace? place = model.Pipeline.PointersOf(message.Content);
        return place is not null && model.Pipeline.Reassembles
            ? AcceptFragmentAsync(model, message, place)
            : AcceptAsync(model, message, place, []);
    }

    /// <summary>Takes a message that was put together from fragments which are stored.</summary>
    /// <param name="whole">The whole message.</param>
    /// <param name="peer">Where its first fragment came from.</param>
    /// <param name="fragments">The fragments, in their order.</param>
    /// <param name="plan">What the sender waits for.</param>
    /// <returns>What became of it.</returns>
    public Task<Receipt> AcceptWholeAsync(ReadOnlyMemory<byte> whole, string peer, IReadOnlyList<MessageId> fragments, AnswerPlan plan)
    {
        ChannelModel model = _model!;
        return AcceptAsync(model, new() { Channel = model.Id, Peer = peer, Content = whole, Answers = plan, Flags = ["reassembled"] }, null, fragments);
    }

    /// <summary>The application answer about a fragment that was set aside, where such answers go to a destination; otherwise null.</summary>
    /// <param name="message">The fragment, which is stored.</param>
    /// <param name="problem">Why.</param>
    /// <param name="isAccepted">Whether it was taken when it came, and not refused.</param>
    public NewDelivery? AnswerAbout(MessageId message, MessageProblem problem, bool isAccepted = true)
    {
        ChannelModel model = _model!;
        return ApplicationAnswers.GoesElsewhere(model) && Readable.Content(journal, message) is { } content
            ? ApplicationAnswers.SetAside(model, message, content, problem, clock.GetLocalNow(), isAccepted)
            : null;
    }

    // A part has a place here where the channel passes parts on as they are.
    private Task<Receipt> AcceptAsync(ChannelModel model, InboundMessage message, FragmentPlace? place, IReadOnlyList<MessageId> fragments)
    {
        MessageId id = journal.NextMessageId();
        DateTimeOffset now = clock.GetLocalNow();
        PipelineOutcome outcome = model.Config.Source.Acknowledge == Acknowledge.Received
            ? Guard(model, id, clock, log, () => PipelineOutcome.Of(model.Pipeline.Admit(message.Content)))
            : Guard(model, id, clock, log, () => model.Pipeline.Run(id, message.Content, now, nextId: _nextId));
        MessageArrived entry = Entry(model, message, id, now, outcome);
        if (place is not null)
            entry = At(model, entry, place);
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
        State = outcome.Stored.State,
        Answer = outcome.Answer,
        Problems = outcome.Stored.Problems,
        Flags = message.Flags.Count == 0 ? outcome.Flags : [.. message.Flags, .. outcome.Flags],
        Waited = outcome.State == MessageState.Received ? null : TimeSpan.Zero,
        Working = outcome.Working,
        Deliveries = outcome.Stored.Deliveries,
        Messages = outcome.Messages,
        DuplicateWindow = outcome.Header.ControlId.Length > 0 && outcome.Answer != ReceiptKind.Undecodable ? WindowOf(model.Config.Source) : null,
        MessagesWindow = WindowOf(model.Config.Source),
        SequenceNumber = model.Pipeline.SequenceOf(message.Content),
        ApplicationAnswer = ApplicationAnswers.WithAccept(model, id, message.Content, outcome, now),
    };

    private static MessageArrived At(ChannelModel model, MessageArrived entry, FragmentPlace? place) => entry with
    {
        Fragment = place,
        FragmentLimits = new() { Patience = TimeSpan.FromSeconds(model.Config.Source.ReassembleTimeoutSeconds) },
    };

    // C02: a fragment is stored and told of by itself. What the whole comes to is told with the one that completes it.
    private Task<Receipt> AcceptFragmentAsync(ChannelModel model, InboundMessage message, FragmentPlace place)
    {
        MessageId id = journal.NextMessageId();
        PipelineOutcome outcome = Guard(model, id, clock, log, () => PipelineOutcome.Of(model.Pipeline.AdmitPart(message.Content)));
        MessageArrived entry = Entry(model, message, id, clock.GetLocalNow(), outcome);
        return entry.State == MessageState.Received
            ? _fragments!.AcceptAsync(this, At(model, entry, place) with { State = MessageState.Fragment }, message.Answers, waits: !message.MoreFollow)
            : StoreAsync(model, At(model, entry, PlaceOfRefused(place)), AnswerPlan.WhenStored, waits: !message.MoreFollow);
    }

    // What goes on from it must not wait for another that gives the same pointer. What it goes on from is as it was: it may come again, put right.
    private static FragmentPlace? PlaceOfRefused(FragmentPlace place) => place.Pointer.Length == 0 ? null : place with { Continues = "", IsRefused = true };

    /// <summary>
    /// Runs a pipeline, says how long it took, and catches what must not come out of it: a bug in a step takes neither the connection nor the message with it.
    /// </summary>
    internal static PipelineOutcome Guard(ChannelModel model, MessageId id, TimeProvider clock, ILogger log, Func<PipelineOutcome> run)
    {
        long start = clock.GetTimestamp();
        try
        {
            return run() with { Working = clock.GetElapsedTime(start) };
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
        // A13: nobody waits for what becomes of an answer.
        plan = entry.Answer == ReceiptKind.Silent ? AnswerPlan.WhenStored : plan;
        bool awaited = source.Acknowledge == Acknowledge.Delivered && entry.State == MessageState.Accepted && plan != AnswerPlan.WhenStored;
        string? decisive = awaited ? source.AcknowledgeBy ?? entry.Deliveries[0].Destination : null;
        int awaitedDeliveries = entry.Deliveries.Count(delivery => delivery.Destination == decisive && delivery.To is null);
        DeliveryWaiter? waiter = awaitedDeliveries > 0 ? waiters.Add(entry.Id, decisive!, awaitedDeliveries) : null;
        bool isFollowed = false;
        try
        {
            IReadOnlyList<NewDelivery> handed = handOvers.Process(model.Id, entry.Deliveries, entry.Content, out List<Backlog>? waiting);
            if (handed != entry.Deliveries)
                entry = entry with { Deliveries = handed };
            if (entry.Messages.Count > 0)
                entry = entry with { Messages = handOvers.Process(model.Id, entry.Messages, ref waiting) };
            (Receipt receipt, AppendResult? result) = await AppendAsync(entry, waits, waiting);
            if (result is null)
                return receipt;
            if (result.IsNew)
                TellParked(entry, result);
            else if (result.Fragments is { Problem: not null } verdict)
                await _fragments!.TellRefusedAsync(this, entry.Id, verdict);
            Task<Receipt>? later = plan == AnswerPlan.WhenStored ? null : FollowDuplicate(source, result, plan);
            if (later is null && waiter is not null && result.IsNew)
            {
                isFollowed = true;
                later = AnswerDeliveredAsync(source, waiter, receipt, unsent => unsent.Count > 0 ? [0] : []);
            }
            else if (later is null && entry.State == MessageState.Divided && result.IsNew && source.Acknowledge == Acknowledge.Delivered && plan != AnswerPlan.WhenStored)
            {
                later = AnswerStoredAsync(source, MessagesOf(entry.Id), receipt);
            }
            else if (later is null && entry.State == MessageState.Received && result.IsNew && WaitsForProcessing(plan))
            {
                later = AnswerProcessedAsync(source, entry.Id, receipt);
            }

            if (later is null)
                return receipt;
            return plan is AnswerPlan.StoredThenOnce or AnswerPlan.StoredThenKnown ? receipt with { Outcome = later } : await later;
        }
        finally
        {
            if (!isFollowed)
                waiter?.Dispose();
        }
    }

    private void TellParked(MessageArrived entry, AppendResult result)
    {
        ParkedBeforeSending.Tell(log, waiters, entry.Channel, entry.Id, entry.Deliveries);
        handOvers.Tell(entry.Deliveries);
        handOvers.Tell(entry.Channel, entry.Messages, result);
    }

    /// <summary>Stores a message, and gives it to the backlog when it is to be processed later.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="waits">Whether the sender sends nothing more meanwhile.</param>
    /// <param name="waiting">The backlogs of other channels that are to have some of it.</param>
    /// <returns>What is told of it, and what the journal said; null when it could not be stored.</returns>
    internal async Task<(Receipt Receipt, AppendResult? Result)> AppendAsync(MessageArrived entry, bool waits, List<Backlog>? waiting = null)
    {
        try
        {
            Task<AppendResult> stored = HandOvers.ArriveAsync(journal.AppendAsync(entry, waits), waiting);
            if (entry.State == MessageState.Received)
                _backlog!.Add(entry.Id, entry.Content, stored, entry.Problems);
            AppendResult result = await stored;
            Traces.Arrived(entry, clock);
            return (ReceiptOf(entry, result) with { IsRecognised = entry.DuplicateWindow is not null }, result);
        }
        catch (JournalException exception)
        {
            Log.NotStored(log, entry.Channel, entry.Id, exception.Message);
            return (new(ReceiptKind.CannotStore, [new(207, null, exception.Message)]) { IsOfAnswer = entry.Answer == ReceiptKind.Silent }, null);
        }
    }

    internal static TimeSpan? WindowOf(ListenerConfig source) => source.DuplicateWindowHours > 0 ? TimeSpan.FromHours(source.DuplicateWindowHours) : null;

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "Channel {Channel}: the pipeline failed on message {Id}")]
        public static partial void PipelineFailed(ILogger log, string channel, MessageId id, Exception exception);

        [LoggerMessage(3002, LogLevel.Error, "Channel {Channel}: message {Id} could not be stored and was not accepted. {Reason}")]
        public static partial void NotStored(ILogger log, string channel, MessageId id, string reason);
    }
}

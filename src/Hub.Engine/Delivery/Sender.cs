using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

// One sender is one connection of a destination: it takes a lane, sends the lane's head, and records what came of it. A destination
// that takes several at once (IBatchDestination) gets the first of the lane together, at most MostAtOnce and MostBytesAtOnce. Outcomes
// ride in the journal's next commits; the sender does not wait for each, but begins nothing new while more than MostUnrecorded are on
// their way: with the batch in hand (MostAtOnce) that bounds what is sent twice after a crash. An outcome that cannot be recorded
// is tried again until it can: until then the sender sends nothing more.

/// <summary>Sends the heads of lanes over one connection until it is stopped.</summary>
internal sealed partial class Sender(
    string channel,
    DestinationConfig config,
    Func<IDestination> open,
    DestinationQueue queue,
    DestinationGate gate,
    Pauses pauses,
    IJournal journal,
    DeliveryWaiters waiters,
    TimeProvider clock,
    ILogger<Sender> log)
{
    private const int MostUnrecorded = 32;
    private const int MostAtOnce = 256;
    private const int MostBytesAtOnce = 1024 * 1024;
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly AttemptRecorder _recorder = new(channel, config.Id, queue, journal, clock, log);

    /// <summary>Runs until stopped.</summary>
    /// <param name="stopping">Fires when no further message is to be sent; the one in hand is finished.</param>
    /// <param name="cutting">Fires when the one in hand is given up too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cutting)
    {
        await using IDestination destination = open();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                queue.Refill();
                if (!await WaitAsync(stopping, cutting))
                    break;
                if (queue.TryTake() is not { } lane)
                    continue;
                await ServeAsync(destination, lane, cutting);
                await _recorder.RecordAsync(MostUnrecorded, cutting);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (JournalException exception)
            {
                Log.JournalFault(log, channel, config.Id, exception.Message);
                await PauseAsync(stopping);
            }
            catch (Exception exception)
            {
                Log.Fault(log, channel, config.Id, exception);
                await PauseAsync(stopping);
            }
        }

        await _recorder.RecordAsync(0, cutting);
    }

    // While there is nothing to send, nobody else would see that an outcome could not be written: on disk the message would still be queued, and a
    // destination that a rule paused would not be. So who waits looks after them; who has something to send at once pays nothing for it.
    private async ValueTask<bool> WaitAsync(CancellationToken stopping, CancellationToken cutting)
    {
        ValueTask<bool> soon = WaitForTurnAsync(stopping);
        if (soon.IsCompleted || _recorder.Oldest is null)
            return await soon;
        Task<bool> turn = soon.AsTask();
        while (!turn.IsCompleted && _recorder.Oldest is { } stored)
        {
            await Task.WhenAny(turn, stored);
            await _recorder.RecordAsync(MostUnrecorded, cutting);
        }

        return await turn;
    }

    private async ValueTask<bool> WaitForTurnAsync(CancellationToken stopping)
    {
        if (!await queue.WaitAsync(stopping))
            return false;
        await gate.WaitAsync(stopping);
        return true;
    }

    // Neither the journal nor a bug must lose the lane: its head is served again. What could not be read was not sent, so that is no try.
    private async Task ServeAsync(IDestination destination, Lane lane, CancellationToken cutting)
    {
        // Another sender may have gone first.
        if (!gate.TryPass(out bool isAlone))
        {
            queue.Return(lane, finished: 0);
            return;
        }

        DeliveryResult? last = null;
        try
        {
            last = await SendFirstAsync(destination, lane, cutting);
        }
        catch (JournalException exception)
        {
            Log.JournalFault(log, channel, config.Id, exception.Message);
            await PauseAsync(cutting);
            queue.Return(lane, finished: 0);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Fault(log, channel, config.Id, exception);
            await PauseAsync(cutting);
            queue.Return(lane, finished: 0);
        }
        finally
        {
            gate.Leave(last, isAlone);
        }
    }

    private async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(s_pauseAfterFault, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<DeliveryResult?> SendFirstAsync(IDestination destination, Lane lane, CancellationToken cutting)
    {
        IReadOnlyList<WaitingDelivery> first = queue.First(lane, destination is IBatchDestination && !gate.CountsMessages ? MostAtOnce : 1);
        List<OutboundMessage> messages = [];
        DateTimeOffset startedAt = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        IReadOnlyList<DeliveryResult> results;
        if (first.Count == 0)
        {
            // A person withdrew something of the lane, or gave it back: it has its turn when that has its place again.
            queue.Return(lane, finished: 0);
            return null;
        }

        try
        {
            Collect(first, messages);
            results = await TrySendAsync(destination, messages, cutting);
        }
        catch (DamagedContentException exception)
        {
            results = [DeliveryResult.Refused(exception.Message)];
        }

        TimeSpan duration = clock.GetElapsedTime(start);
        int finished = 0;
        for (int i = 0; i < results.Count; i++)
            finished += Conclude(first[i], startedAt, duration, results[i]) == DeliveryState.Queued ? 0 : 1;
        queue.Return(lane, finished);
        return results[^1];
    }

    // As many as may go at once: the first in any case, the others while they can be read and are not long.
    private void Collect(IReadOnlyList<WaitingDelivery> first, List<OutboundMessage> messages)
    {
        int length = 0;
        foreach (WaitingDelivery delivery in first)
        {
            try
            {
                ReadOnlyMemory<byte> content = delivery.Content ?? journal.ReadDeliveryContent(delivery.Number)
                    ?? throw new DamagedContentException($"The content of delivery {delivery.Number} is not in the journal. Restore the journal from a backup.");
                length += content.Length;
                if (messages.Count > 0 && length > MostBytesAtOnce)
                    return;
                messages.Add(new(delivery.Message, delivery.Number, delivery.Attempts + 1, content, delivery.Part));
            }
            catch (JournalException) when (messages.Count > 0)
            {
                // Its trouble is told when it is the first.
                return;
            }
        }
    }

    private async Task<IReadOnlyList<DeliveryResult>> TrySendAsync(IDestination destination, List<OutboundMessage> messages, CancellationToken cutting)
    {
        try
        {
            return destination is IBatchDestination batch && messages.Count > 1
                ? await batch.SendAllAsync(messages, cutting)
                : [await destination.SendAsync(messages[0], cutting)];
        }
        catch (OperationCanceledException) when (cutting.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            Log.SendFault(log, channel, config.Id, messages[0].Id, exception);
            return [DeliveryResult.Retry($"The destination failed ({exception.GetType().Name}). The log has the details.")];
        }
    }

    private DeliveryState Conclude(WaitingDelivery head, DateTimeOffset startedAt, TimeSpan duration, DeliveryResult result)
    {
        head.Attempts++;
        TimeSpan now = gate.OpenTime;
        EarlierTries.Recall(journal, head, config.Retry, now, startedAt, result);
        (DeliveryState state, string? reason) = RetryPolicy.Judge(config, head, now, result);
        head.HoldsLane = state == DeliveryState.Queued && result.PausesLane;
        TimeSpan? wait = state == DeliveryState.Queued && !head.HoldsLane ? BackOff.After(config.Retry, head.CountedAttempts, Random.Shared.NextDouble(), result.RetryAfter) : null;
        head.Due = clock.Steady() + wait;
        RaiseOrPause(head, result);
        DeliveryAttempted attempt = new()
        {
            Delivery = head.Number,
            Attempt = head.Attempts,
            StartedAt = startedAt,
            Duration = duration,
            State = state,
            DueAt = clock.GetUtcNow() + wait,
            HoldsLane = head.HoldsLane,
            Reason = reason,
            AnswerCode = result.AnswerCode,
            Answer = result.Answer,
            MaybeDelivered = result.IsMaybeDelivered,
        };
        // Before the try: a Hub that ends between the two sends again, and nobody is left without the news.
        if (head.HoldsLane)
            Note(head, DeliveryOperation.PauseLane, result.PausedBy!, result);
        _recorder.Append(attempt);
        Traces.Tried(channel, config.Id, head.Message, attempt);
        if (state == DeliveryState.Queued)
        {
            if (head.HoldsLane)
                Log.LanePaused(log, channel, config.Id, head.Message, reason);
            else
                Log.WillRetry(log, channel, config.Id, head.Message, head.Attempts, reason);
            return state;
        }

        if (state == DeliveryState.Parked)
            Log.Parked(log, channel, config.Id, head.Message, reason);
        waiters.Complete(head.Message, config.Id, head.Number, state);
        return state;
    }

    // What a rule of "replies" asks for beside the outcome. Both are told at once; on disk they are with the outcome.
    private void RaiseOrPause(WaitingDelivery head, DeliveryResult result)
    {
        if (result.RaisedBy is { } rule)
        {
            Log.Raised(log, channel, config.Id, head.Message, rule, result.AnswerCode);
            Note(head, DeliveryOperation.Raise, rule, result);
        }

        if (result.PausedBy is { } by && !result.PausesLane && pauses.Add(new(channel, config.Id, clock.GetUtcNow(), by, result.Reason)))
        {
            Log.Paused(log, channel, config.Id, result.Reason);
            _recorder.Append(new DestinationPaused(channel, config.Id, clock.GetUtcNow(), by, result.Reason));
        }
    }

    private void Note(WaitingDelivery head, DeliveryOperation operation, string rule, DeliveryResult result) =>
        _recorder.Append(new DeliveryOperated { Delivery = head.Number, Operation = operation, At = clock.GetUtcNow(), By = rule, Reason = result.AnswerCode is { } code ? $"The receiver answered {code}." : null });

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "Channel {Channel}, destination {Destination}: message {Id} was not delivered at try {Attempt} and stays queued. {Reason}")]
        public static partial void WillRetry(ILogger log, string channel, string destination, MessageId id, int attempt, string? reason);

        [LoggerMessage(4002, LogLevel.Error, "Channel {Channel}, destination {Destination}: message {Id} is parked. {Reason}")]
        public static partial void Parked(ILogger log, string channel, string destination, MessageId id, string? reason);

        [LoggerMessage(4003, LogLevel.Error, "Channel {Channel}, destination {Destination}: sending message {Id} failed")]
        public static partial void SendFault(ILogger log, string channel, string destination, MessageId id, Exception exception);

        [LoggerMessage(4041, LogLevel.Error, "Channel {Channel}, destination {Destination}: paused, and sends nothing until it is resumed. {Reason}")]
        public static partial void Paused(ILogger log, string channel, string destination, string? reason);

        [LoggerMessage(4051, LogLevel.Error, "Channel {Channel}, destination {Destination}: message {Id} holds its lane until a person does something to it. {Reason}")]
        public static partial void LanePaused(ILogger log, string channel, string destination, MessageId id, string? reason);

        [LoggerMessage(4043, LogLevel.Error, "Channel {Channel}, destination {Destination}: {Rule} says to look at the answer {Code} to message {Id}")]
        public static partial void Raised(ILogger log, string channel, string destination, MessageId id, string rule, string? code);

        [LoggerMessage(4006, LogLevel.Error, "Channel {Channel}, destination {Destination}: the sender failed and goes on")]
        public static partial void Fault(ILogger log, string channel, string destination, Exception exception);

        [LoggerMessage(4005, LogLevel.Error, "Channel {Channel}, destination {Destination}: the journal could not be read; trying again. {Reason}")]
        public static partial void JournalFault(ILogger log, string channel, string destination, string reason);
    }
}

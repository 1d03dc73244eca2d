using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

// One sender is one connection of a destination: it takes a lane, sends the lane's head, and records what came of it. Outcomes
// ride in the journal's next commits; the sender does not wait for each, but never has more than MostUnrecorded on their way,
// which bounds what is sent twice after a crash. An outcome that cannot be recorded is tried again until it can: until
// then the sender sends nothing more.

/// <summary>Sends the heads of lanes over one connection until it is stopped.</summary>
internal sealed partial class Sender(
    string channel,
    DestinationConfig config,
    Func<IDestination> open,
    DestinationQueue queue,
    IJournal journal,
    DeliveryWaiters waiters,
    TimeProvider clock,
    ILogger<Sender> log)
{
    private const int MostUnrecorded = 32;
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly Queue<(DeliveryAttempted Entry, Task<AppendResult> Stored)> _unrecorded = [];

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
                if (await queue.TakeAsync(stopping) is not { } lane)
                    break;
                await ServeAsync(destination, lane, cutting);
                await RecordAsync(MostUnrecorded, cutting);
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

        await RecordAsync(0, cutting);
    }

    // Neither the journal nor a bug must lose the lane: its head is served again. What could not be read was not sent, so that is no try.
    private async Task ServeAsync(IDestination destination, Lane lane, CancellationToken cutting)
    {
        try
        {
            await SendHeadAsync(destination, lane, cutting);
        }
        catch (JournalException exception)
        {
            Log.JournalFault(log, channel, config.Id, exception.Message);
            await PauseAsync(cutting);
            queue.Retry(lane);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Fault(log, channel, config.Id, exception);
            await PauseAsync(cutting);
            queue.Retry(lane);
        }
    }

    private async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(s_pauseAfterFault, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task SendHeadAsync(IDestination destination, Lane lane, CancellationToken cutting)
    {
        WaitingDelivery head = lane.Head;
        ReadOnlyMemory<byte> content;
        try
        {
            content = head.Content ?? journal.ReadDeliveryContent(head.Number)
                ?? throw new DamagedContentException($"The content of delivery {head.Number} is not in the journal. Restore the journal from a backup.");
        }
        catch (DamagedContentException exception)
        {
            Conclude(lane, head, clock.GetUtcNow(), TimeSpan.Zero, DeliveryResult.Refused(exception.Message));
            return;
        }

        DateTimeOffset startedAt = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        DeliveryResult result = await TrySendAsync(destination, new(head.Message, head.Number, head.Attempts + 1, content, head.Part), cutting);
        Conclude(lane, head, startedAt, clock.GetElapsedTime(start), result);
    }

    private async Task<DeliveryResult> TrySendAsync(IDestination destination, OutboundMessage message, CancellationToken cutting)
    {
        try
        {
            return await destination.SendAsync(message, cutting);
        }
        catch (OperationCanceledException) when (cutting.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            Log.SendFault(log, channel, config.Id, message.Id, exception);
            return DeliveryResult.Retry($"The destination failed ({exception.GetType().Name}). The log has the details.");
        }
    }

    private void Conclude(Lane lane, WaitingDelivery head, DateTimeOffset startedAt, TimeSpan duration, DeliveryResult result)
    {
        head.Attempts++;
        DeliveryState state = StateAfter(head, startedAt + duration, result, out string? reason);
        head.DueAt = state == DeliveryState.Queued ? clock.GetUtcNow() + BackOff.After(config.Retry, head.Attempts, Random.Shared.NextDouble(), result.RetryAfter) : null;
        DeliveryAttempted entry = new()
        {
            Delivery = head.Number,
            Attempt = head.Attempts,
            StartedAt = startedAt,
            Duration = duration,
            State = state,
            DueAt = head.DueAt,
            Reason = reason,
            AnswerCode = result.AnswerCode,
            Answer = result.Answer,
        };
        _unrecorded.Enqueue((entry, journal.AppendAsync(entry)));
        if (state == DeliveryState.Queued)
        {
            Log.WillRetry(log, channel, config.Id, head.Message, head.Attempts, reason);
            queue.Retry(lane);
            return;
        }

        if (state == DeliveryState.Parked)
            Log.Parked(log, channel, config.Id, head.Message, reason);
        waiters.Complete(head.Message, config.Id, head.Number, state);
        queue.Finish(lane);
    }

    private DeliveryState StateAfter(WaitingDelivery head, DateTimeOffset now, DeliveryResult result, out string? reason)
    {
        reason = result.Reason;
        if (result.Verdict != DeliveryVerdict.Retry)
            return result.Verdict == DeliveryVerdict.Sent ? DeliveryState.Sent : DeliveryState.Parked;
        if (config.Retry.MaxAttempts is { } most && head.Attempts >= most)
            reason = $"Given up after {head.Attempts} tries. {result.Reason}";
        else if (result.RetryFor is { } limit && now - (head.RefusedSince ??= now) >= limit)
            reason = $"Given up after {(limit.TotalHours >= 1 ? $"{limit.TotalHours:0.#} hours" : $"{limit.TotalSeconds:0} seconds")}. {result.Reason}";
        else
            return DeliveryState.Queued;
        return DeliveryState.Parked;
    }

    /// <summary>Waits until no more outcomes than this are on their way to the disk, and writes those again that could not be written.</summary>
    private async Task RecordAsync(int most, CancellationToken cutting)
    {
        while (_unrecorded.Count > most || (_unrecorded.TryPeek(out var oldest) && oldest.Stored.IsCompleted))
        {
            (DeliveryAttempted entry, Task<AppendResult> stored) = _unrecorded.Peek();
            try
            {
                await stored;
                _unrecorded.Dequeue();
            }
            catch (JournalException exception) when (!cutting.IsCancellationRequested)
            {
                Log.NotRecorded(log, channel, config.Id, exception.Message);
                await PauseAsync(cutting);
                RepeatUnrecorded();
            }
        }
    }

    private void RepeatUnrecorded()
    {
        (DeliveryAttempted Entry, Task<AppendResult> Stored)[] all = [.. _unrecorded];
        _unrecorded.Clear();
        foreach ((DeliveryAttempted entry, Task<AppendResult> stored) in all)
            _unrecorded.Enqueue((entry, stored.IsFaulted ? journal.AppendAsync(entry) : stored));
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "Channel {Channel}, destination {Destination}: message {Id} was not delivered at try {Attempt} and stays queued. {Reason}")]
        public static partial void WillRetry(ILogger log, string channel, string destination, MessageId id, int attempt, string? reason);

        [LoggerMessage(4002, LogLevel.Error, "Channel {Channel}, destination {Destination}: message {Id} is parked. {Reason}")]
        public static partial void Parked(ILogger log, string channel, string destination, MessageId id, string? reason);

        [LoggerMessage(4003, LogLevel.Error, "Channel {Channel}, destination {Destination}: sending message {Id} failed")]
        public static partial void SendFault(ILogger log, string channel, string destination, MessageId id, Exception exception);

        [LoggerMessage(4004, LogLevel.Error, "Channel {Channel}, destination {Destination}: an outcome could not be recorded and is written again; sending waits. {Reason}")]
        public static partial void NotRecorded(ILogger log, string channel, string destination, string reason);

        [LoggerMessage(4006, LogLevel.Error, "Channel {Channel}, destination {Destination}: the sender failed and goes on")]
        public static partial void Fault(ILogger log, string channel, string destination, Exception exception);

        [LoggerMessage(4005, LogLevel.Error, "Channel {Channel}, destination {Destination}: the journal could not be read; trying again. {Reason}")]
        public static partial void JournalFault(ILogger log, string channel, string destination, string reason);
    }
}

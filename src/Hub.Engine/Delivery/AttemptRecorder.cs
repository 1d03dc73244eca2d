using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

// Outcomes ride in the journal's next commits; the sender does not wait for each, but begins nothing new while more than it
// may have are on their way. While the journal is in trouble they are tried again until it is not: until then the sender sends
// nothing more. One that the journal refuses though it is well is tried again alone, as another of its commit may be the reason;
// then its delivery is parked for a person, since neither Sent nor Queued would be true of it.

/// <summary>Records what came of the tries of one sender, in their order.</summary>
internal sealed partial class AttemptRecorder(string channel, string destination, DestinationQueue queue, IJournal journal, TimeProvider clock, ILogger log)
{
    /// <summary>How often one is refused before it is given up.</summary>
    private const int MostRefusals = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Queue<Unrecorded> _unrecorded = [];
    private int _refusals;

    /// <summary>An entry on its way.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Stored">Ends when the disk has it.</param>
    /// <param name="IsInstead">Whether it parks a delivery whose outcome was refused.</param>
    private readonly record struct Unrecorded(JournalEntry Entry, Task<AppendResult> Stored, bool IsInstead);

    /// <summary>The outcome that is longest on its way to the disk; null when all are there.</summary>
    public Task? Oldest => _unrecorded.TryPeek(out var oldest) ? oldest.Stored : null;

    /// <summary>Sends an outcome, or what comes with one, on its way to the disk.</summary>
    public void Append(JournalEntry entry) => Append(entry, isInstead: false);

    /// <summary>Waits until no more outcomes than this are on their way to the disk, and writes those again that could not be written.</summary>
    public async Task RecordAsync(int most, CancellationToken cutting)
    {
        while (_unrecorded.Count > most || (_unrecorded.TryPeek(out Unrecorded oldest) && oldest.Stored.IsCompleted))
        {
            try
            {
                await _unrecorded.Peek().Stored;
                End();
            }
            catch (JournalException exception) when (!cutting.IsCancellationRequested)
            {
                _refusals = exception.IsTrouble ? 0 : _refusals + 1;
                if (_refusals == MostRefusals)
                {
                    GiveUp(exception.Message);
                    continue;
                }

                Log.NotRecorded(log, channel, destination, exception.Message);
                if (_refusals != 1)
                    await Task.Delay(s_pause, clock, cutting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Repeat(exception.IsTrouble ? _unrecorded.Count : 1);
            }
        }
    }

    private void Append(JournalEntry entry, bool isInstead)
    {
        Task<AppendResult> stored = journal.AppendAsync(entry);
        _unrecorded.Enqueue(new(entry, stored, isInstead));
        if (entry is DeliveryAttempted attempted)
            queue.Unsettle(attempted.Delivery, stored);
    }

    private void End()
    {
        Unrecorded ended = _unrecorded.Dequeue();
        _refusals = 0;
        if (ended.Entry is not DeliveryAttempted attempted)
            return;
        queue.Settle(attempted.Delivery, ended.Stored);
        if (ended.IsInstead)
            queue.Drop(attempted.Delivery);
    }

    private void Repeat(int first)
    {
        Unrecorded[] all = [.. _unrecorded];
        _unrecorded.Clear();
        for (int i = 0; i < all.Length; i++)
        {
            if (i < first && all[i].Stored.IsFaulted)
                Append(all[i].Entry, all[i].IsInstead);
            else
                _unrecorded.Enqueue(all[i]);
        }
    }

    private void GiveUp(string reason)
    {
        Unrecorded refused = _unrecorded.Peek();
        End();
        if (refused.IsInstead || refused.Entry is not DeliveryAttempted attempted)
        {
            Log.GivenUp(log, channel, destination, refused.Entry is DeliveryAttempted { Delivery: var number } ? number : null, reason);
            return;
        }

        Log.SetAside(log, channel, destination, attempted.Delivery, attempted.State, reason);
        Append(attempted with
        {
            State = DeliveryState.Parked,
            DueAt = null,
            Reason = $"Try {attempted.Attempt} made it {attempted.State}, which the journal refused to record. {reason}",
            AnswerCode = null,
            Answer = default,
            MaybeDelivered = attempted.MaybeDelivered || attempted.State == DeliveryState.Sent,
        }, isInstead: true);
    }

    private static partial class Log
    {
        [LoggerMessage(4004, LogLevel.Error, "Channel {Channel}, destination {Destination}: an outcome could not be recorded and is written again; sending waits. {Reason}")]
        public static partial void NotRecorded(ILogger log, string channel, string destination, string reason);

        [LoggerMessage(4047, LogLevel.Error, "Channel {Channel}, destination {Destination}: the journal refuses to record that delivery {Delivery} is {State}, so it is parked; sending goes on. {Reason}")]
        public static partial void SetAside(ILogger log, string channel, string destination, long delivery, DeliveryState state, string reason);

        [LoggerMessage(4048, LogLevel.Error, "Channel {Channel}, destination {Destination}: the journal refuses what came of delivery {Delivery}, which stays there as it was and is sent again after a start if it is queued; sending goes on. {Reason}")]
        public static partial void GivenUp(ILogger log, string channel, string destination, long? delivery, string reason);
    }
}

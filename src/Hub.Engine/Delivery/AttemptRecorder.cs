using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

// Outcomes ride in the journal's next commits; the sender does not wait for each, but begins nothing new while more than it
// may have are on their way. One that cannot be recorded is tried again until it can: until then the sender sends nothing more.

/// <summary>Records what came of the tries of one sender, in their order.</summary>
internal sealed partial class AttemptRecorder(string channel, string destination, DestinationQueue queue, IJournal journal, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Queue<(JournalEntry Entry, Task<AppendResult> Stored)> _unrecorded = [];

    /// <summary>The outcome that is longest on its way to the disk; null when all are there.</summary>
    public Task? Oldest => _unrecorded.TryPeek(out var oldest) ? oldest.Stored : null;

    /// <summary>Sends an outcome, or what comes with one, on its way to the disk.</summary>
    public void Append(JournalEntry entry)
    {
        Task<AppendResult> stored = journal.AppendAsync(entry);
        _unrecorded.Enqueue((entry, stored));
        if (entry is DeliveryAttempted attempted)
            queue.Unsettle(attempted.Delivery, stored);
    }

    /// <summary>Waits until no more outcomes than this are on their way to the disk, and writes those again that could not be written.</summary>
    public async Task RecordAsync(int most, CancellationToken cutting)
    {
        while (_unrecorded.Count > most || (_unrecorded.TryPeek(out var oldest) && oldest.Stored.IsCompleted))
        {
            (JournalEntry entry, Task<AppendResult> stored) = _unrecorded.Peek();
            try
            {
                await stored;
                _unrecorded.Dequeue();
                if (entry is DeliveryAttempted attempted)
                    queue.Settle(attempted.Delivery, stored);
            }
            catch (JournalException exception) when (!cutting.IsCancellationRequested)
            {
                Log.NotRecorded(log, channel, destination, exception.Message);
                await Task.Delay(s_pause, clock, cutting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Repeat();
            }
        }
    }

    private void Repeat()
    {
        (JournalEntry Entry, Task<AppendResult> Stored)[] all = [.. _unrecorded];
        _unrecorded.Clear();
        foreach ((JournalEntry entry, Task<AppendResult> stored) in all)
        {
            if (stored.IsFaulted)
                Append(entry);
            else
                _unrecorded.Enqueue((entry, stored));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4004, LogLevel.Error, "Channel {Channel}, destination {Destination}: an outcome could not be recorded and is written again; sending waits. {Reason}")]
        public static partial void NotRecorded(ILogger log, string channel, string destination, string reason);
    }
}

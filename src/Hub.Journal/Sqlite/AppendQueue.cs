using System.Diagnostics;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>The entries that wait for the writer, in the order of the calls. Bounded in bytes, because memory that hope bounds ends the process.</summary>
/// <param name="maxBytes">How much may wait. One entry alone may be larger.</param>
internal sealed class AppendQueue(long maxBytes)
{
    /// <summary>Most entries of one commit: more make nobody faster and everybody wait longer.</summary>
    private const int BatchEntries = 256;

    /// <summary>Most bytes of one commit, unless a single entry has more.</summary>
    private const long BatchBytes = 4 * 1024 * 1024;

    /// <summary>How long entries that nobody waits for may wait for others to share a commit with: some syncs of the disk.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    /// <summary>So many of them make a commit worth while.</summary>
    private const int PatientEntries = 16;

    /// <summary>Most times that threads are let first before a commit: some hundred microseconds, less than the commit takes.</summary>
    private const int MostTurns = 10;

    private readonly object _gate = new();
    private readonly Queue<PendingEntry> _waiting = [];
    private long _bytes;
    private int _urgent;
    private bool _asleep;
    private bool _closed;

    /// <summary>Takes the entry's place in the order.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="wakes">Whether <see cref="WaitUntilDue"/> is to return for it. False for a caller that takes at once itself.</param>
    /// <exception cref="JournalException">Too much waits, or the journal is closed.</exception>
    public void Add(PendingEntry entry, bool wakes)
    {
        lock (_gate)
        {
            if (_closed)
                throw new JournalException("The journal is closed, because the Hub stops. Send the message again when it runs.") { IsTrouble = true };
            if (_waiting.Count > 0 && _bytes + entry.Size > maxBytes)
                throw new JournalException($"The journal has more waiting than it may hold ({maxBytes:N0} bytes). Send more slowly, or look why its disk is slow.") { IsTrouble = true };
            entry.AddedAt = Stopwatch.GetTimestamp();
            _waiting.Enqueue(entry);
            _bytes += entry.Size;
            _urgent += entry.IsUrgent ? 1 : 0;
            // Once for the first of its kind: who wakes takes all that is there.
            if (wakes && (_asleep || _waiting.Count == PatientEntries || (entry.IsUrgent && _urgent == 1)))
                Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Waits until there is something that is to be written now. A commit for outcomes alone would stand in the way of the message
    /// that comes next; they ride in that one's, unless they have waited long or are many.
    /// </summary>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool WaitUntilDue()
    {
        lock (_gate)
        {
            while (!_closed && TimeLeft() is var left && left != TimeSpan.Zero)
            {
                _asleep = left == Timeout.InfiniteTimeSpan;
                Monitor.Wait(_gate, left);
                _asleep = false;
            }

            return _waiting.Count > 0;
        }
    }

    /// <summary>Takes what makes one commit; maybe nothing, when another has taken it.</summary>
    /// <param name="batch">Gets the entries.</param>
    /// <returns>How many of them are urgent.</returns>
    public int Take(List<PendingEntry> batch)
    {
        lock (_gate)
        {
            long bytes = 0;
            int urgent = 0;
            while (batch.Count < BatchEntries && _waiting.TryPeek(out PendingEntry? entry) && (batch.Count == 0 || bytes + entry.Size <= BatchBytes))
            {
                batch.Add(_waiting.Dequeue());
                bytes += entry.Size;
                urgent += entry.IsUrgent ? 1 : 0;
            }

            _bytes -= bytes;
            _urgent -= urgent;
            if (_urgent > 0)
                Monitor.Pulse(_gate);
            return urgent;
        }
    }

    /// <summary>
    /// Lets threads that are ready to run go first, as long as they bring more: on a busy machine the entries of the next commit are microseconds away,
    /// and a commit costs the same for ten as for twenty. On an idle one it ends at once.
    /// </summary>
    public void Gather()
    {
        // Read without the lock: a number that is late by one makes no difference.
        int had = _waiting.Count;
        for (int turn = 0; turn < MostTurns && had < BatchEntries; turn++)
        {
            Thread.Yield();
            int has = _waiting.Count;
            if (has == had)
                return;
            had = has;
        }
    }

    /// <summary>Takes everything that has waited since before a moment.</summary>
    /// <param name="moment">The moment, as a <see cref="Stopwatch"/> timestamp.</param>
    public List<PendingEntry> TakeSince(long moment)
    {
        List<PendingEntry> taken = [];
        lock (_gate)
        {
            while (_waiting.TryPeek(out PendingEntry? entry) && entry.AddedAt < moment)
            {
                taken.Add(_waiting.Dequeue());
                _bytes -= entry.Size;
                _urgent -= entry.IsUrgent ? 1 : 0;
            }
        }

        return taken;
    }

    /// <summary>Takes nothing more; what waits can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private TimeSpan TimeLeft()
    {
        if (_urgent > 0 || _waiting.Count >= PatientEntries)
            return TimeSpan.Zero;
        if (!_waiting.TryPeek(out PendingEntry? oldest))
            return Timeout.InfiniteTimeSpan;
        TimeSpan left = s_patience - Stopwatch.GetElapsedTime(oldest.AddedAt);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }
}

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

    private readonly object _gate = new();
    private readonly Queue<PendingEntry> _waiting = [];
    private long _bytes;
    private int _urgent;
    private bool _closed;

    /// <summary>Takes the entry's place in the order.</summary>
    /// <exception cref="JournalException">Too much waits, or the journal is closed.</exception>
    public void Add(PendingEntry entry)
    {
        lock (_gate)
        {
            if (_closed)
                throw new JournalException("The journal is closed, because the Hub stops. Send the message again when it runs.");
            if (_waiting.Count > 0 && _bytes + entry.Size > maxBytes)
                throw new JournalException($"The journal has more waiting than it may hold ({maxBytes:N0} bytes). Send more slowly, or look why its disk is slow.");
            _waiting.Enqueue(entry);
            _bytes += entry.Size;
            _urgent += entry.IsUrgent ? 1 : 0;
            // Once for the first of its kind: the writer then takes all that is there.
            if (_waiting.Count is 1 or PatientEntries || (entry.IsUrgent && _urgent == 1))
                Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until there is something and takes what makes one commit.</summary>
    /// <param name="batch">Gets the entries.</param>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(List<PendingEntry> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            WaitForCompany();
            long bytes = 0;
            while (batch.Count < BatchEntries && _waiting.TryPeek(out PendingEntry? entry) && (batch.Count == 0 || bytes + entry.Size <= BatchBytes))
            {
                batch.Add(_waiting.Dequeue());
                bytes += entry.Size;
                _urgent -= entry.IsUrgent ? 1 : 0;
            }

            _bytes -= bytes;
            return batch.Count > 0;
        }
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

    /// <summary>A commit for outcomes alone would stand in the way of the message that comes next; they ride in that one's.</summary>
    private void WaitForCompany()
    {
        long start = Stopwatch.GetTimestamp();
        while (_urgent == 0 && _waiting.Count < PatientEntries && !_closed && s_patience - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
            Monitor.Wait(_gate, left);
    }
}

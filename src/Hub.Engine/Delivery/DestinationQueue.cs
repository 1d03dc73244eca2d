using System.Threading.Channels;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

// The deliveries of one destination that wait. The journal tells of each one right after its commit (Add); senders take
// lanes that have something to send (TakeAsync), send the head, or the first few, and give the lane back (Return).
//
// Memory is bounded: at most MostHeld deliveries, with content only as far as the Hub's budget goes. When more come, and
// at start, the queue is "behind": it takes nothing that it is told and reads the journal by number instead (Refill), oldest
// first. Numbers grow in the order of commits and a delivery is told after its commit, so one that is told while the journal
// is being read is in that reading or, as it sets _missed, in the next; one that is told after it was read is dropped by number.
//
// A lane stands in exactly one place: in _ready, with a sender, or waiting for its alarm. A lane without deliveries is no lane.

/// <summary>The waiting deliveries of one destination, in lanes.</summary>
/// <param name="channel">Its channel.</param>
/// <param name="destination">The destination.</param>
/// <param name="journal">Where the deliveries are.</param>
/// <param name="budget">Memory for their content.</param>
/// <param name="longestWait">Most that a delivery which comes from the journal waits for its next try.</param>
/// <param name="clock">The time.</param>
internal sealed class DestinationQueue(string channel, string destination, IJournal journal, MemoryBudget budget, TimeSpan longestWait, TimeProvider clock)
{
    private const int MostHeld = 20_000;
    private const int RefillBelow = 1_000;
    private const int ReadAtOnce = 2_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Lane> _lanes = [];
    private readonly Channel<Lane> _ready = Channel.CreateUnbounded<Lane>();
    private long _lastSeen;
    private int _held;
    private bool _behind = true;
    private bool _missed;
    private bool _refilling;
    private bool _closed;

    /// <summary>Whether <see cref="Refill"/> has something to do. Read without the lock: a late answer is a late refill.</summary>
    public bool WantsRefill => Volatile.Read(ref _behind) && Volatile.Read(ref _held) < RefillBelow;

    /// <summary>Takes a delivery that was just committed. Called by the journal's writer, in the order of the commits.</summary>
    public void Add(QueuedDelivery delivery)
    {
        lock (_lock)
        {
            _behind |= _held >= MostHeld;
            _missed |= _behind;
            if (!_behind && !_closed && delivery.Delivery > _lastSeen)
                Hold(delivery);
        }
    }

    /// <summary>Takes more from the journal while the queue is behind and has room. Called by senders before each send; one at a time does it.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public void Refill()
    {
        if (!WantsRefill || Interlocked.Exchange(ref _refilling, true))
            return;
        try
        {
            while (WantsRefill)
                ReadOnce();
        }
        finally
        {
            Volatile.Write(ref _refilling, false);
        }
    }

    /// <summary>Waits for a lane that has something to send.</summary>
    /// <param name="stopping">Fires when no further message is to be sent.</param>
    /// <returns>The lane; it is the caller's until it is given back. Null when the queue is closed.</returns>
    public async ValueTask<Lane?> TakeAsync(CancellationToken stopping)
    {
        while (await _ready.Reader.WaitToReadAsync(stopping))
        {
            if (_ready.Reader.TryRead(out Lane? lane))
                return lane;
        }

        return null;
    }

    /// <summary>The first deliveries of a lane that the caller took.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<WaitingDelivery> First(Lane lane, int most)
    {
        lock (_lock)
            return [.. lane.Waiting.Take(most)];
    }

    /// <summary>Gives a lane back whose first deliveries are sent or parked. The next one has its turn when it is due; other lanes do not wait for it.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="finished">How many are sent or parked.</param>
    public void Return(Lane lane, int finished)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            for (int i = 0; i < finished; i++)
                Drop(lane);
            if (lane.IsEmpty)
                _lanes.Remove(lane.Key);
            else
                Serve(lane);
        }
    }

    /// <summary>Gives everything back. What is waiting stays queued in the journal.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _ready.Writer.TryComplete();
            foreach (Lane lane in _lanes.Values)
            {
                lane.Alarm?.Dispose();
                while (!lane.IsEmpty)
                    Drop(lane);
            }

            _lanes.Clear();
        }
    }

    private void ReadOnce()
    {
        long after;
        lock (_lock)
            (after, _missed) = (_lastSeen, false);
        IReadOnlyList<QueuedDelivery> rows = journal.ReadQueued(channel, destination, after, ReadAtOnce);
        lock (_lock)
        {
            foreach (QueuedDelivery row in rows)
            {
                if (row.Delivery > _lastSeen && !_closed)
                    Hold(row);
            }

            _behind = !_closed && (_missed || rows.Count == ReadAtOnce);
        }
    }

    private void Hold(QueuedDelivery row)
    {
        _lastSeen = row.Delivery;
        _held++;
        bool keeps = row.Content is { } content && budget.TryTake(content.Length);
        bool isNew = !_lanes.TryGetValue(row.Lane, out Lane? lane);
        if (isNew)
            _lanes.Add(row.Lane, lane = new(row.Lane));
        WaitingDelivery delivery = new(row, keeps ? row.Content : null);
        // A due time of before a restart means nothing when the time of day was set back since: the lane would stand for as long as the clock was ahead.
        if (delivery.DueAt - clock.GetUtcNow() > longestWait)
            delivery.DueAt = clock.GetUtcNow() + longestWait;
        lane!.Add(delivery);
        if (isNew)
            Serve(lane);
    }

    private void Drop(Lane lane)
    {
        if (lane.RemoveHead().Content is { } content)
            budget.Return(content.Length);
        _held--;
    }

    private void Serve(Lane lane)
    {
        TimeSpan wait = lane.Head.DueAt is { } due ? due - clock.GetUtcNow() : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
            _ready.Writer.TryWrite(lane);
        else
            lane.Alarm = clock.CreateTimer(_ => Wake(lane), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void Wake(Lane lane)
    {
        lock (_lock)
        {
            lane.Alarm?.Dispose();
            lane.Alarm = null;
            if (!_closed)
                _ready.Writer.TryWrite(lane);
        }
    }
}

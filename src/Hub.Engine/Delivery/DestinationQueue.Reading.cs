using Hub.Contracts;

namespace Hub.Engine.Delivery;

// Reading is by number, oldest first. Numbers grow in the order of commits and a delivery is told after its commit, so one that
// is told while the journal is being read is in that reading or, as it sets _missed, in the next; one that is told after it was
// read is dropped by number.
//
// What is behind is read when no lane stands in the line that was never tried: lanes that are tried again and again must not
// keep from their turn those that nobody has seen yet. What follows in a lane is read when the lane is empty; a page of it
// serves all lanes that have nothing before that page left in the journal, so that many long lanes are read together.

/// <content>What it leaves to the journal, and reads from there.</content>
internal sealed partial class DestinationQueue
{
    private const int ReadAtOnce = 2_000;

    // As many as a page, so that the only lane of a destination reads none twice; and as few as a destination takes well at once when there is no room.
    private const int MostInLane = ReadAtOnce;
    private const int FewInLane = 16;

    private long _lastSeen;
    private bool _behind = true;
    private bool _missed;
    private bool _stale;
    private bool _refilling;

    // Under the lock.
    private bool WantsRefill => !_closed && (_lanes.Unread is not null || (_behind && !_lanes.HasFresh));

    /// <summary>
    /// Takes more from the journal: one page when there is something to send, else until there is or until all is read.
    /// Called by senders before each send; one at a time does it.
    /// </summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public void Refill()
    {
        // Whoever ends looks again: who came meanwhile with more to do has gone, as somebody was at it.
        for (bool always = true; HasToRead(always) && !Interlocked.Exchange(ref _refilling, true); always = false)
        {
            try
            {
                do
                    ReadOnce();
                while (HasToRead(always: false));
            }
            finally
            {
                Interlocked.Exchange(ref _refilling, false);
            }
        }
    }

    private bool HasToRead(bool always)
    {
        lock (_lock)
            return WantsRefill && (always || !_lanes.HasReady);
    }

    private void ReadOnce()
    {
        Lane? lane;
        long after;
        long seen;
        lock (_lock)
        {
            lane = _lanes.Unread;
            (seen, _stale) = (_lastSeen, false);
            after = lane is null ? seen : lane.More - 1;
            _missed &= lane is not null;
        }

        IReadOnlyList<QueuedDelivery> rows = _journal.ReadQueued(_channel, _destination, after, ReadAtOnce);
        lock (_lock)
        {
            if (_closed || _stale)
                return;
            if (lane is null)
                TakeNew(rows);
            else
                TakeMore(lane, rows, after, seen);
        }
    }

    private void TakeNew(IReadOnlyList<QueuedDelivery> rows)
    {
        foreach (QueuedDelivery row in rows.Where(row => row.Delivery > _lastSeen))
            Take(row);
        _behind = _missed || rows.Count == ReadAtOnce;
    }

    private void TakeMore(Lane first, IReadOnlyList<QueuedDelivery> rows, long after, long seen)
    {
        // Once one of a lane is left, those that follow it are too.
        HashSet<Lane> full = [];
        foreach (QueuedDelivery row in rows.TakeWhile(row => row.Delivery <= seen))
        {
            if (_lanes.Find(row.Lane) is not { } lane || lane.More <= after || lane.More > row.Delivery || full.Contains(lane))
                continue;
            if (lane == first ? lane.Count < FewInLane || !IsFull(lane) : lane.Place != LanePlace.Asleep && !IsFull(lane))
            {
                lane.More = row.Delivery + 1;
                Hold(row);
            }
            else
            {
                full.Add(lane);
            }
        }

        if (rows.Count == ReadAtOnce && rows[^1].Delivery <= seen)
        {
            if (!full.Contains(first))
                first.More = rows[^1].Delivery + 1;
            return;
        }

        // That was all; what came while it was read may have been left.
        foreach (Lane lane in _lanes.All.Where(lane => lane.More > after && !full.Contains(lane)))
        {
            lane.More = _lastSeen > seen ? Math.Max(lane.More, seen + 1) : 0;
            _lanes.EndReading(lane);
        }
    }

    private void Take(QueuedDelivery row)
    {
        _lastSeen = row.Delivery;
        Lane? lane = _lanes.Find(row.Lane);
        if (lane is { More: not 0 })
            return;
        if (lane is not null && IsFull(lane))
            lane.More = row.Delivery;
        else
            Hold(row);
    }

    private bool IsFull(Lane lane) => lane.Count >= (Load < (lane.Place == LanePlace.Asleep ? MostHeld / 2 : MostHeld) ? MostInLane : 1);

    private bool IsLeft(QueuedDelivery row) => _lanes.Find(row.Lane) is { More: not 0 } lane && row.Delivery >= lane.More;

    private void FallBehind()
    {
        if (_behind)
            return;
        _behind = true;
        _lanes.Knock();
    }
}

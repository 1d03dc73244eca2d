using System.Threading.Channels;

namespace Hub.Engine.Delivery;

/// <summary>
/// The lanes of a destination and the line of those that have something to send. A lane without deliveries, here or in the journal, is no lane, but it may
/// stand in the line a little longer: whoever takes it sees that. Guarded by the lock of its <see cref="DestinationQueue"/>, but for the wait for the line.
/// </summary>
/// <param name="guard">That lock; alarms take it.</param>
/// <param name="clock">The time.</param>
internal sealed class Lanes(Lock guard, TimeProvider clock)
{
    private readonly Dictionary<long, Lane> _lanes = [];
    private readonly Channel<Lane> _ready = Channel.CreateUnbounded<Lane>();
    private readonly Queue<Lane> _unread = [];
    private readonly int[] _standing = new int[Enum.GetValues<LanePlace>().Length];
    private int _fresh;

    /// <summary>All of them.</summary>
    public IEnumerable<Lane> All => _lanes.Values;

    /// <summary>How many wait until they are due.</summary>
    public int Asleep => _standing[(int)LanePlace.Asleep];

    /// <summary>Whether one stands in the line.</summary>
    public bool HasReady => _standing[(int)LanePlace.Ready] > 0;

    /// <summary>Whether one stands in the line whose head was never tried: as far as anybody knows it can be sent.</summary>
    public bool HasFresh => _fresh > 0;

    /// <summary>The lane that waits longest for what follows in the journal; null when none does.</summary>
    public Lane? Unread
    {
        get
        {
            while (_unread.TryPeek(out Lane? lane))
            {
                if (lane.Place == LanePlace.Unread)
                    return lane;
                _unread.Dequeue();
            }

            return null;
        }
    }

    /// <summary>A lane by its number; null when nothing of it waits.</summary>
    public Lane? Find(long key) => _lanes.GetValueOrDefault(key);

    /// <summary>Waits until a lane stands in the line.</summary>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>False when there will be no more.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken stopping) => _ready.Reader.WaitToReadAsync(stopping);

    /// <summary>Takes the next lane whose head is due; null when none stands in the line now.</summary>
    public Lane? TryTake()
    {
        while (_ready.Reader.TryRead(out Lane? lane))
        {
            // One that was served twice stands in the line twice.
            if (lane.Place != LanePlace.Ready)
                continue;
            if (!lane.IsHeld && !lane.IsEmpty && !lane.Head.HoldsLane && WaitOf(lane) <= TimeSpan.Zero)
            {
                Stand(lane, LanePlace.Taken);
                return lane;
            }

            Serve(lane);
        }

        return null;
    }

    /// <summary>Puts a delivery at the end of its lane.</summary>
    public void Add(long key, WaitingDelivery delivery)
    {
        bool isNew = !_lanes.TryGetValue(key, out Lane? lane);
        lane ??= Make(key);
        lane.Add(delivery);
        if (isNew || lane.Place == LanePlace.Unread)
            Serve(lane);
    }

    /// <summary>Puts deliveries at the places that their numbers give them.</summary>
    public void TakeBack(long key, IEnumerable<WaitingDelivery> deliveries)
    {
        Lane lane = Find(key) ?? Make(key);
        lane.TakeBack(deliveries);
        if (lane.Place is LanePlace.Asleep or LanePlace.Unread)
            Serve(lane);
    }

    /// <summary>Holds a lane that something is withdrawn from which it did not have yet.</summary>
    public void Hold(long key)
    {
        Lane lane = Find(key) ?? Make(key);
        lane.IsHeld = true;
        if (lane.Place == LanePlace.Unread)
            Serve(lane);
    }

    /// <summary>Lets somebody who waits for the line look again, though no lane is new in it.</summary>
    public void Knock() => _ready.Writer.TryWrite(new(0) { Place = LanePlace.Asleep });

    /// <summary>Lets the lanes go on that <see cref="Remove"/> or <see cref="Hold"/> held.</summary>
    public void Unhold()
    {
        foreach (Lane lane in _lanes.Values.Where(lane => lane.IsHeld).ToList())
        {
            lane.IsHeld = false;
            if (lane.Place != LanePlace.Taken)
                ServeOrForget(lane);
        }
    }

    /// <summary>Forgets a lane that waits for what follows in the journal, when nothing does.</summary>
    public void EndReading(Lane lane)
    {
        if (lane.Place == LanePlace.Unread)
            ServeOrForget(lane);
    }

    /// <summary>Takes a lane back from a sender.</summary>
    public void Return(Lane lane)
    {
        lane.InHand = 0;
        lane.SortBack();
        ServeOrForget(lane);
    }

    /// <summary>Removes deliveries that no sender has in hand, and holds their lanes: until <see cref="Unhold"/> nothing that follows them is taken.</summary>
    public List<WaitingDelivery> Remove(IReadOnlySet<long> numbers)
    {
        List<WaitingDelivery> removed = [];
        foreach (Lane lane in _lanes.Values)
        {
            List<WaitingDelivery> of = lane.Remove(numbers);
            removed.AddRange(of);
            lane.IsHeld |= of.Count > 0;
        }

        return removed;
    }

    /// <summary>Lets nobody wait any more and forgets all lanes.</summary>
    public void Close()
    {
        _ready.Writer.TryComplete();
        foreach (Lane lane in _lanes.Values)
            lane.Alarm?.Dispose();
        _lanes.Clear();
    }

    private Lane Make(long key)
    {
        Lane lane = new(key) { Place = LanePlace.Asleep };
        _lanes.Add(key, lane);
        _standing[(int)LanePlace.Asleep]++;
        return lane;
    }

    private void Stand(Lane lane, LanePlace place)
    {
        _fresh -= lane.IsFresh ? 1 : 0;
        lane.IsFresh = place == LanePlace.Ready && lane.Head.Attempts == 0;
        _fresh += lane.IsFresh ? 1 : 0;
        _standing[(int)lane.Place]--;
        lane.Place = place;
        _standing[(int)place]++;
    }

    private void ServeOrForget(Lane lane)
    {
        Serve(lane);
        if (!lane.IsEmpty || lane.IsHeld || lane.More != 0)
            return;
        _lanes.Remove(lane.Key);
        _standing[(int)lane.Place]--;
    }

    private void Serve(Lane lane)
    {
        lane.Alarm?.Dispose();
        lane.Alarm = null;
        Stand(lane, LanePlace.Asleep);
        if (lane.IsHeld || (lane.IsEmpty && lane.More == 0) || (!lane.IsEmpty && lane.Head.HoldsLane))
            return;
        if (lane.IsEmpty)
        {
            Stand(lane, LanePlace.Unread);
            _unread.Enqueue(lane);
            Knock();
        }
        else if (WaitOf(lane) is var wait && wait > TimeSpan.Zero)
        {
            lane.Alarm = clock.CreateTimer(_ => Wake(lane), null, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Stand(lane, LanePlace.Ready);
            _ready.Writer.TryWrite(lane);
        }
    }

    private TimeSpan WaitOf(Lane lane) => lane.Head.Due is { } due ? due - clock.Steady() : TimeSpan.Zero;

    // An alarm that was taken back may still come; it then finds the lane in another place, or not due.
    private void Wake(Lane lane)
    {
        lock (guard)
        {
            if (lane.Place == LanePlace.Asleep && !lane.IsEmpty && _lanes.GetValueOrDefault(lane.Key) == lane)
                Serve(lane);
        }
    }
}

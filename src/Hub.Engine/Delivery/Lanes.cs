using System.Threading.Channels;

namespace Hub.Engine.Delivery;

/// <summary>
/// The lanes of a destination and the line of those that have something to send. A lane without deliveries is no lane, but it may stand in the line a
/// little longer: whoever takes it sees that. Guarded by the lock of its <see cref="DestinationQueue"/>, but for the wait for the line.
/// </summary>
/// <param name="guard">That lock; alarms take it.</param>
/// <param name="clock">The time.</param>
internal sealed class Lanes(Lock guard, TimeProvider clock)
{
    private readonly Dictionary<long, Lane> _lanes = [];
    private readonly Channel<Lane> _ready = Channel.CreateUnbounded<Lane>();

    /// <summary>All of them.</summary>
    public IEnumerable<Lane> All => _lanes.Values;

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
            if (lane.Place != LanePlace.Ready || lane.IsEmpty)
                continue;
            if (!lane.IsHeld && WaitOf(lane) <= TimeSpan.Zero)
            {
                lane.Place = LanePlace.Taken;
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
        if (isNew)
            _lanes.Add(key, lane = new(key));
        lane!.Add(delivery);
        if (isNew)
            Serve(lane);
    }

    /// <summary>Puts deliveries at the places that their numbers give them.</summary>
    public void TakeBack(long key, IEnumerable<WaitingDelivery> deliveries)
    {
        bool isNew = !_lanes.TryGetValue(key, out Lane? lane);
        if (isNew)
            _lanes.Add(key, lane = new(key) { Place = LanePlace.Asleep });
        lane!.TakeBack(deliveries);
        if (lane.Place == LanePlace.Asleep)
            Serve(lane);
    }

    /// <summary>Holds a lane that something is withdrawn from which it did not have yet.</summary>
    public void Hold(long key)
    {
        if (!_lanes.TryGetValue(key, out Lane? lane))
            _lanes.Add(key, lane = new(key) { Place = LanePlace.Asleep });
        lane.IsHeld = true;
    }

    /// <summary>Lets somebody who waits for the line look again, though no lane is new in it.</summary>
    public void Knock() => _ready.Writer.TryWrite(new(0) { Place = LanePlace.Asleep });

    /// <summary>Lets the lanes go on that <see cref="Remove"/> or <see cref="Hold"/> held.</summary>
    public void Unhold()
    {
        foreach (Lane lane in _lanes.Values.Where(lane => lane.IsHeld).ToList())
        {
            lane.IsHeld = false;
            if (lane.Place == LanePlace.Taken)
                continue;
            if (lane.IsEmpty)
                Forget(lane);
            else
                Serve(lane);
        }
    }

    /// <summary>Takes a lane back from a sender.</summary>
    public void Return(Lane lane)
    {
        lane.InHand = 0;
        lane.SortBack();
        if (lane.IsEmpty && !lane.IsHeld)
            Forget(lane);
        else
            Serve(lane);
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

    // In the line it is passed over, as it is empty.
    private void Forget(Lane lane)
    {
        lane.Alarm?.Dispose();
        lane.Alarm = null;
        _lanes.Remove(lane.Key);
    }

    private void Serve(Lane lane)
    {
        lane.Alarm?.Dispose();
        lane.Alarm = null;
        lane.Place = LanePlace.Asleep;
        if (lane.IsHeld || lane.IsEmpty)
            return;
        TimeSpan wait = WaitOf(lane);
        lane.Place = wait <= TimeSpan.Zero ? LanePlace.Ready : LanePlace.Asleep;
        if (lane.Place == LanePlace.Ready)
            _ready.Writer.TryWrite(lane);
        else
            lane.Alarm = clock.CreateTimer(_ => Wake(lane), null, wait, Timeout.InfiniteTimeSpan);
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

using Hub.Contracts;

namespace Hub.Engine.Delivery;

// The deliveries of one destination that wait. The journal tells of each one right after its commit (Add); senders take
// lanes that have something to send (TryTake), send the head, or the first few, and give the lane back (Return).
//
// Memory is bounded: about MostHeld deliveries and one for each lane that waits for its next try, with content only as far as
// the Hub's budget goes. Two things are left to the journal and read from it by number (Refill, DestinationQueue.Reading.cs):
// all of the newest when the queue is "behind", at start and when too many wait; and what follows in a lane that has enough
// here (Lane.More). A lane that stands must not keep others from being found, so its deliveries take no more than half of the room.
//
// What a person does to a delivery goes round the senders: it is withdrawn (Withdraw), the journal is told, and what the
// journal then says is queued is taken back at its place (TakeBack). Between the two no reading brings it in, and it can
// not be withdrawn while a sender has it in hand or its outcome is not on disk. Deliveries that people release come on top
// of MostHeld, without content; their number is what people ask for at once.

/// <summary>The waiting deliveries of one destination, in lanes.</summary>
internal sealed partial class DestinationQueue
{
    private const int MostHeld = 20_000;

    private readonly string _channel;
    private readonly string _destination;
    private readonly IJournal _journal;
    private readonly MemoryBudget _budget;
    private readonly TimeSpan _longestWait;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Task> _unsettled = [];
    private readonly HashSet<long> _withdrawn = [];
    private readonly Lanes _lanes;
    private TaskCompletionSource? _returned;
    private int _held;
    private bool _closed;

    /// <summary>Makes it, empty and behind.</summary>
    /// <param name="channel">Its channel.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="journal">Where the deliveries are.</param>
    /// <param name="budget">Memory for their content.</param>
    /// <param name="longestWait">Most that a delivery which comes from the journal waits for its next try.</param>
    /// <param name="clock">The time.</param>
    public DestinationQueue(string channel, string destination, IJournal journal, MemoryBudget budget, TimeSpan longestWait, TimeProvider clock)
    {
        (_channel, _destination, _journal, _budget, _longestWait, _clock) = (channel, destination, journal, budget, longestWait, clock);
        _lanes = new(_lock, clock);
    }

    // What counts against MostHeld: all but the heads of lanes that wait for their next try. However many stand, the others pass.
    private int Load => _held - _lanes.Asleep;

    /// <summary>Takes a delivery that was just committed. Called by the journal's writer, in the order of the commits.</summary>
    public void Add(QueuedDelivery delivery)
    {
        lock (_lock)
        {
            if (Load >= MostHeld)
                FallBehind();
            _missed |= _behind;
            if (!_behind && !_closed && delivery.Delivery > _lastSeen)
                Take(delivery);
        }
    }

    /// <summary>Waits until there may be a lane that has something to send.</summary>
    /// <param name="stopping">Fires when no further message is to be sent.</param>
    /// <returns>False when the queue is closed.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken stopping) => _lanes.WaitAsync(stopping);

    /// <summary>Takes a lane that has something to send; it is the caller's until it is given back. Null when there is none now.</summary>
    public Lane? TryTake()
    {
        lock (_lock)
        {
            Lane? lane = _closed ? null : _lanes.TryTake();
            // Whoever waits reads on: this send may last.
            if (lane is not null && WantsRefill)
                _lanes.Knock();
            return lane;
        }
    }

    /// <summary>The first deliveries of a lane that the caller took: in its hands from now on.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>The deliveries; none when a person withdrew something of the lane, or gave it back, since the caller took it.</returns>
    public IReadOnlyList<WaitingDelivery> First(Lane lane, int most)
    {
        lock (_lock)
        {
            if (lane.IsHeld || lane.HasBack)
                return [];
            List<WaitingDelivery> first = [.. lane.Waiting.Take(most).TakeWhile((delivery, place) => place == 0 || !delivery.HoldsLane)];
            lane.InHand = first.Count;
            return first;
        }
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
                Release(lane.RemoveHead());

            _lanes.Return(lane);
            if (lane.Place == LanePlace.Asleep && Load >= MostHeld / 2)
                lane.Trim().ForEach(Release);
            _returned?.TrySetResult();
            _returned = null;
        }
    }

    /// <summary>The outcome of a delivery is on its way to the disk.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="stored">Ends when the disk has it.</param>
    public void Unsettle(long delivery, Task stored)
    {
        lock (_lock)
            _unsettled[delivery] = stored;
    }

    /// <summary>An outcome that was on its way is on disk.</summary>
    public void Settle(long delivery, Task stored)
    {
        lock (_lock)
        {
            if (_unsettled.GetValueOrDefault(delivery) == stored)
                _unsettled.Remove(delivery);
        }
    }

    /// <summary>What has to end before these deliveries can be withdrawn: a send, or the way of an outcome to the disk. Null for nothing.</summary>
    public Task? BusyOf(IReadOnlySet<long> numbers)
    {
        lock (_lock)
        {
            if (_lanes.All.Any(lane => lane.HandsOf(numbers).Any()))
                return (_returned ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            Task[] outcomes = [.. numbers.Where(IsUnsettled).Select(number => _unsettled[number])];
            return outcomes.Length == 0 ? null : Task.WhenAll(outcomes);
        }
    }

    /// <summary>Keeps deliveries from senders while something is done to them.</summary>
    /// <param name="numbers">Which ones.</param>
    /// <returns>Those that cannot be withdrawn now: they are being sent, or something is being done to them.</returns>
    public IReadOnlySet<long> Withdraw(IReadOnlySet<long> numbers)
    {
        lock (_lock)
        {
            HashSet<long> busy = [.. _lanes.All.SelectMany(lane => lane.HandsOf(numbers)), .. numbers.Where(number => IsUnsettled(number) || _withdrawn.Contains(number))];
            HashSet<long> free = [.. numbers.Where(number => !busy.Contains(number))];
            foreach (WaitingDelivery delivery in _lanes.Remove(free))
                Release(delivery);
            _withdrawn.UnionWith(free);
            return busy;
        }
    }

    /// <summary>Ends what <see cref="Withdraw"/> began: those that the journal says are queued wait for their turn again, in the order of their numbers.</summary>
    /// <param name="numbers">Those that were withdrawn.</param>
    /// <param name="queued">Those of them that are queued, as the journal has them now.</param>
    public void TakeBack(IReadOnlySet<long> numbers, IReadOnlyList<QueuedDelivery> queued)
    {
        lock (_lock)
        {
            _withdrawn.ExceptWith(numbers);
            // A reading that is under way may be older than what was done.
            _stale = true;
            if (_closed)
                return;
            // What is not seen yet is read, in its order: the journal may be about to tell of it and of some before it.
            if (queued.Any(row => row.Delivery > _lastSeen))
                FallBehind();
            foreach (IGrouping<long, QueuedDelivery> lane in queued.Where(row => row.Delivery <= _lastSeen && !IsLeft(row)).GroupBy(row => row.Lane))
            {
                _held += lane.Count();
                _lanes.TakeBack(lane.Key, lane.Select(row => new WaitingDelivery(row, null, _longestWait, _clock)));
            }

            _lanes.Unhold();
        }
    }

    /// <summary>Forgets a delivery that waits here and is parked in the journal.</summary>
    public void Drop(long delivery)
    {
        HashSet<long> one = [delivery];
        if (Withdraw(one).Count == 0)
            TakeBack(one, []);
    }

    /// <summary>Gives everything back. What is waiting stays queued in the journal.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (WaitingDelivery delivery in _lanes.All.SelectMany(lane => lane.Waiting))
                Release(delivery);
            _lanes.Close();
        }
    }

    private bool IsUnsettled(long number) => _unsettled.TryGetValue(number, out Task? stored) && !stored.IsCompletedSuccessfully;

    private void Hold(QueuedDelivery row)
    {
        if (_withdrawn.Contains(row.Delivery))
        {
            _lanes.Hold(row.Lane);
            return;
        }

        _held++;
        bool keeps = row.Content is { } content && _budget.TryTake(content.Length);
        _lanes.Add(row.Lane, new(row, keeps ? row.Content : null, _longestWait, _clock));
    }

    private void Release(WaitingDelivery delivery)
    {
        if (delivery.Content is { } content)
            _budget.Return(content.Length);
        _held--;
    }
}

using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>Where a lane stands. It stands in exactly one place.</summary>
internal enum LanePlace
{
    /// <summary>In the line of lanes that have something to send.</summary>
    Ready,

    /// <summary>With a sender.</summary>
    Taken,

    /// <summary>Waiting until its head is due, until a person does something to a head that holds it, or until what was withdrawn from it is back.</summary>
    Asleep,

    /// <summary>Waiting until what follows in it is read from the journal: nothing of it is in memory.</summary>
    Unread,
}

/// <summary>
/// One ordered lane of a destination: deliveries in the order of their numbers, the head first until it is sent or parked.
/// Guarded by the lock of its <see cref="DestinationQueue"/>; the sender that serves it has its first deliveries to itself.
/// </summary>
internal sealed class Lane(long key)
{
    private readonly List<WaitingDelivery> _back = [];
    private Queue<WaitingDelivery> _waiting = [];

    public long Key => key;

    public bool IsEmpty => _waiting.Count == 0;

    public int Count => _waiting.Count;

    /// <summary>From this number on its deliveries are in the journal alone, and all that wait before it are here; 0 while all of them are here.</summary>
    public long More { get; set; }

    /// <summary>Whether it stands in the line with a head that was never tried.</summary>
    public bool IsFresh { get; set; }

    public WaitingDelivery Head => _waiting.Peek();

    /// <summary>Where it stands. Only <see cref="Lanes"/> changes it.</summary>
    public LanePlace Place { get; set; }

    /// <summary>Wakes the lane when its head is due; null while it does not wait.</summary>
    public ITimer? Alarm { get; set; }

    /// <summary>Whether something was withdrawn from it: what follows must not pass that by.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether something came back while a sender had the lane: what is first is not known before it has its place.</summary>
    public bool HasBack => _back.Count > 0;

    /// <summary>How many of the first deliveries a sender has in hand: nobody else may touch them.</summary>
    public int InHand { get; set; }

    /// <summary>The head and those that follow it.</summary>
    public IEnumerable<WaitingDelivery> Waiting => _waiting;

    public void Add(WaitingDelivery delivery) => _waiting.Enqueue(delivery);

    public WaitingDelivery RemoveHead() => _waiting.Dequeue();

    /// <summary>Takes deliveries back at the places that their numbers give them; while a sender has the lane, when it is given back.</summary>
    public void TakeBack(IEnumerable<WaitingDelivery> deliveries)
    {
        _back.AddRange(deliveries);
        if (Place != LanePlace.Taken)
            SortBack();
    }

    /// <summary>Gives those their places that came back while a sender had the lane.</summary>
    public void SortBack()
    {
        if (_back.Count == 0)
            return;
        _waiting = new(_waiting.Concat(_back).OrderBy(delivery => delivery.Number));
        _back.Clear();
    }

    /// <summary>Removes deliveries that no sender has in hand.</summary>
    /// <param name="numbers">Which ones.</param>
    /// <returns>Those that were removed.</returns>
    public List<WaitingDelivery> Remove(IReadOnlySet<long> numbers)
    {
        List<WaitingDelivery> removed = [.. _waiting.Skip(InHand).Concat(_back).Where(delivery => numbers.Contains(delivery.Number))];
        if (removed.Count == 0)
            return removed;
        HashSet<WaitingDelivery> gone = [.. removed];
        _waiting = new(_waiting.Where(delivery => !gone.Contains(delivery)));
        _back.RemoveAll(gone.Contains);
        return removed;
    }

    /// <summary>Leaves what follows the head, and was never tried, to the journal.</summary>
    /// <returns>What it no longer has.</returns>
    public List<WaitingDelivery> Trim()
    {
        List<WaitingDelivery> all = [.. _waiting];
        int kept = Math.Max(1, all.FindLastIndex(delivery => delivery.Attempts > 0) + 1);
        if (kept >= all.Count)
            return [];
        More = all[kept].Number;
        _waiting = new(all[..kept]);
        return all[kept..];
    }

    /// <summary>Whether a sender has one of these in hand.</summary>
    public IEnumerable<long> HandsOf(IReadOnlySet<long> numbers) => _waiting.Take(InHand).Select(delivery => delivery.Number).Where(numbers.Contains);
}

/// <summary>A delivery in a lane, with what changes from try to try.</summary>
/// <param name="row">As the journal has it.</param>
/// <param name="content">The bytes to send; null when they are to be read from the journal.</param>
/// <param name="wait">How long it waits for its next try at most.</param>
/// <param name="clock">The time.</param>
internal sealed class WaitingDelivery(QueuedDelivery row, ReadOnlyMemory<byte>? content, TimeSpan wait, TimeProvider clock)
{
    public long Number => row.Delivery;

    public MessageId Message => row.Message;

    public MessagePart Part => row.Part;

    /// <summary>The bytes to send; null when they are to be read from the journal.</summary>
    public ReadOnlyMemory<byte>? Content => content;

    public int Attempts { get; set; } = row.Attempts;

    /// <summary>The tries that count for the back-off and against <c>maxAttempts</c>: those since a person released it last.</summary>
    public int CountedAttempts => Attempts - row.Forgiven;

    /// <summary>Whether nothing of its lane is sent before a person does something to it.</summary>
    public bool HoldsLane { get; set; } = row.HoldsLane;

    /// <summary>How many tries a person who released it forgave.</summary>
    public int Forgiven => row.Forgiven;

    /// <summary>Whether the journal has tries that count, of before it came into this lane.</summary>
    public bool HasEarlierTries => row.Attempts > row.Forgiven;

    /// <summary>
    /// The <see cref="DestinationGate.OpenTime"/> at which the receiver first gave an answer after which the message is sent again only for a time (S05).
    /// It is not the first try: a receiver that was down for days must not have messages parked by the first answer it gives.
    /// </summary>
    public TimeSpan? RefusedSince { get; set; }

    /// <summary>The <see cref="DestinationGate.OpenTime"/> at which it was first tried, since a person released it last.</summary>
    public TimeSpan? TriedSince { get; set; }

    /// <summary>
    /// The <see cref="SteadyTime"/> of its next try; null for at once. On disk it is a time of day, which means nothing when the clock was set back since:
    /// the lane would stand for as long as the clock was ahead.
    /// </summary>
    public TimeSpan? Due { get; set; } = row.DueAt is { } due ? clock.Steady() + TimeSpan.FromTicks(Math.Min((due - clock.GetUtcNow()).Ticks, wait.Ticks)) : null;
}

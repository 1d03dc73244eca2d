namespace Hub.Listeners.Connections;

// What is read is bounded as what is queued is: the bytes of messages that are still coming, on all connections of all
// listeners together. Small messages are free; a larger one takes room before it takes memory, piece by piece.
// When there is no room the connection is not read from, so its sender stands, and room is given in the order in which it was
// asked for. Unfinished messages that wait for each other's room would wait for ever: so the first that finds none may go on
// without, to its end and alone; when it has ended, the next one may. All together never hold more than the bytes given here
// and one message at its limit (and the free part of each).
// Who holds room and brings nothing for StallSeconds while others wait is cut off, the one that goes on without room too. Who
// waits for longer than a message may take is refused (207, 503), so that a sender is told before it gives up.

/// <summary>The memory that messages take while they are read. One for all listeners of a Hub.</summary>
/// <param name="bytes">How many bytes they may hold together.</param>
internal sealed class ReadingRoom(long bytes)
{
    /// <summary>How long a message that holds room may bring nothing while others wait for it, in seconds.</summary>
    public const int StallSeconds = 10;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private ReadingLease? _alone;
    private long _held;

    /// <summary>How many bytes are held.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Whether somebody waits for room.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_lock)
                return _waiting.Count > 0;
        }
    }

    /// <summary>Takes room if nobody has to wait for it.</summary>
    /// <param name="lease">Who holds it.</param>
    /// <param name="count">How many bytes more.</param>
    /// <returns>False when there is none; nothing is taken then.</returns>
    public bool TryTake(ReadingLease lease, long count)
    {
        lock (_lock)
        {
            bool fits = _waiting.Count == 0 && _held + count <= bytes;
            if (!fits && _alone is not null && _alone != lease)
                return false;
            if (!fits)
                _alone = lease;
            _held += count;
            return true;
        }
    }

    /// <summary>Takes room, and waits for it where that is needed.</summary>
    /// <param name="lease">Who holds it.</param>
    /// <param name="count">How many bytes more.</param>
    /// <param name="most">How long to wait.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False when there was none in that time.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> fired; nothing is taken then.</exception>
    public async Task<bool> TakeAsync(ReadingLease lease, long count, TimeSpan most, TimeProvider clock, CancellationToken cancel)
    {
        LinkedListNode<Waiter> place;
        lock (_lock)
        {
            if (TryTake(lease, count))
                return true;
            place = _waiting.AddLast(new Waiter(lease, count));
        }

        try
        {
            await place.Value.Given.Task.WaitAsync(most, clock, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return !Leave(place);
        }
        catch (OperationCanceledException)
        {
            if (!Leave(place))
                Return(lease, count);
            throw;
        }
    }

    /// <summary>Gives room back, and with all of it the right to go on without.</summary>
    /// <param name="lease">Who held it.</param>
    /// <param name="count">How many bytes.</param>
    public void Return(ReadingLease lease, long count)
    {
        lock (_lock)
        {
            _held -= count;
            if (_alone == lease)
                _alone = null;
            Give();
        }
    }

    /// <returns>Whether it still waited.</returns>
    private bool Leave(LinkedListNode<Waiter> place)
    {
        lock (_lock)
        {
            if (place.List is null)
                return false;
            _waiting.Remove(place);
            Give();
            return true;
        }
    }

    private void Give()
    {
        while (_waiting.First is { } first && (_held + first.Value.Count <= bytes || _alone is null))
        {
            if (_held + first.Value.Count > bytes)
                _alone = first.Value.Lease;
            _held += first.Value.Count;
            _waiting.RemoveFirst();
            first.Value.Given.SetResult();
        }
    }

    private sealed record Waiter(ReadingLease Lease, long Count)
    {
        public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

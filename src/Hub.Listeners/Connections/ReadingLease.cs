namespace Hub.Listeners.Connections;

/// <summary>What one message that is being read holds of the <see cref="ReadingRoom"/>. Used by one loop at a time.</summary>
/// <param name="room">The room.</param>
/// <param name="clock">The time.</param>
internal sealed class ReadingLease(ReadingRoom room, TimeProvider clock) : IDisposable
{
    private long _held;

    /// <summary>Whether it holds room for which others wait. Then a sender that brings nothing is not waited for.</summary>
    public bool IsWanted => _held > 0 && room.IsWanted;

    /// <summary>Whether there is room for a message that takes so much; takes it if nobody has to wait for it.</summary>
    /// <param name="memory">How much the message takes in all, in bytes.</param>
    /// <returns>False when there is none: <see cref="TakeAsync"/> waits for it.</returns>
    public bool TryTake(long memory)
    {
        if (memory > _held && !room.TryTake(this, memory - _held))
            return false;
        _held = Math.Max(_held, memory);
        return true;
    }

    /// <summary>Waits until there is room for a message that takes so much.</summary>
    /// <param name="memory">How much the message takes in all, in bytes.</param>
    /// <param name="most">How long to wait.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False when there was none in that time.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> fired.</exception>
    public async Task<bool> TakeAsync(long memory, TimeSpan most, CancellationToken cancel)
    {
        if (!await room.TakeAsync(this, memory - _held, most, clock, cancel))
            return false;
        _held = memory;
        return true;
    }

    /// <summary>Gives all of it back: the message has ended.</summary>
    public void Return()
    {
        if (_held == 0)
            return;
        room.Return(this, _held);
        _held = 0;
    }

    public void Dispose() => Return();
}

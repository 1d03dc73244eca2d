namespace Hub.Engine.Delivery;

/// <summary>
/// How many bytes of message content all queues together may hold. What does not fit is read from the journal when its turn comes.
/// While nothing is held one content of any length fits: it is in memory already, and reading it back would hold it twice.
/// </summary>
internal sealed class MemoryBudget(long bytes)
{
    private long _held;

    /// <summary>How many bytes are held.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes room for some bytes.</summary>
    /// <returns>False when there is not enough; nothing is taken then.</returns>
    public bool TryTake(int count)
    {
        long held = Interlocked.Add(ref _held, count);
        if (held <= bytes || held == count)
            return true;
        Return(count);
        return false;
    }

    public void Return(int count) => Interlocked.Add(ref _held, -count);
}

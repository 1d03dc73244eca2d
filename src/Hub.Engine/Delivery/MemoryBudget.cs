namespace Hub.Engine.Delivery;

/// <summary>How many bytes of message content all queues together may hold. What does not fit is read from the journal when its turn comes.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes room for some bytes.</summary>
    /// <returns>False when there is not enough; nothing is taken then.</returns>
    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
            return true;
        Return(count);
        return false;
    }

    public void Return(int count) => Interlocked.Add(ref _left, count);
}

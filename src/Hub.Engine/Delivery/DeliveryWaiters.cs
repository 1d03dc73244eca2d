using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>Connections that answer only when a destination has (<c>acknowledge: delivered</c>), by message and destination. A split message has several deliveries to one destination; the answer waits for all of them.</summary>
internal sealed class DeliveryWaiters
{
    private readonly ConcurrentDictionary<DeliveryWaiter, bool> _waiters = [];

    /// <summary>Waits for a message's deliveries to a destination.</summary>
    public DeliveryWaiter Add(MessageId message, string destination, int? count) => Add(new HashSet<MessageId> { message }, destination, count);

    /// <summary>Waits for the deliveries of messages to a destination.</summary>
    /// <param name="messages">The messages: one, or those of a batch.</param>
    /// <param name="destination">The destination; null for any, when <see cref="DeliveryWaiter.Expect"/> tells which deliveries count.</param>
    /// <param name="count">How many they are; null when <see cref="DeliveryWaiter.Expect"/> tells later which.</param>
    public DeliveryWaiter Add(IReadOnlySet<MessageId> messages, string? destination, int? count)
    {
        DeliveryWaiter waiter = new(this, messages, destination, count);
        _waiters[waiter] = true;
        return waiter;
    }

    public void Remove(DeliveryWaiter waiter) => _waiters.TryRemove(waiter, out _);

    /// <summary>Tells whoever waits that a delivery came to its end. Called by lanes for every end; cheap while nobody waits.</summary>
    public void Complete(MessageId message, string destination, long delivery, DeliveryState state)
    {
        if (_waiters.IsEmpty)
            return;
        foreach (DeliveryWaiter waiter in _waiters.Keys)
        {
            if ((waiter.Destination is null || waiter.Destination == destination) && waiter.Messages.Contains(message))
                waiter.Complete(delivery, state);
        }
    }
}

/// <summary>One connection's wait for the end of the deliveries of a message, or of those of a batch, to a destination. Disposing it ends the wait.</summary>
internal sealed class DeliveryWaiter(DeliveryWaiters owner, IReadOnlySet<MessageId> messages, string? destination, int? count) : IDisposable
{
    private readonly TaskCompletionSource<IReadOnlySet<long>> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<long, DeliveryState> _seen = [];
    private HashSet<long>? _expected;

    public IReadOnlySet<MessageId> Messages => messages;

    public string? Destination => destination;

    /// <summary>Once all came to an end, those that were parked or skipped; none when all were sent.</summary>
    public Task<IReadOnlySet<long>> Ended => _ended.Task;

    /// <summary>Tells which deliveries are waited for, some of which may have ended since the wait began.</summary>
    public void Expect(IEnumerable<long> deliveries)
    {
        lock (_lock)
        {
            _expected = [.. deliveries];
            EndWhenAllDid();
        }
    }

    public void Complete(long delivery, DeliveryState state)
    {
        lock (_lock)
        {
            _seen.TryAdd(delivery, state);
            EndWhenAllDid();
        }
    }

    public void Dispose() => owner.Remove(this);

    private void EndWhenAllDid()
    {
        // Counted first: a batch may have thousands.
        if (_seen.Count >= (_expected?.Count ?? count) && _expected?.IsSubsetOf(_seen.Keys) != false)
            _ended.TrySetResult(_seen.Where(ended => ended.Value != DeliveryState.Sent && _expected?.Contains(ended.Key) != false).Select(ended => ended.Key).ToHashSet());
    }
}

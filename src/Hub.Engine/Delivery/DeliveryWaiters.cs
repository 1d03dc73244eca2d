using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>Connections that answer only when a destination has (<c>acknowledge: delivered</c>), by message and destination.</summary>
internal sealed class DeliveryWaiters
{
    private readonly ConcurrentDictionary<DeliveryWaiter, bool> _waiters = [];

    public DeliveryWaiter Add(MessageId message, string destination)
    {
        DeliveryWaiter waiter = new(this, message, destination);
        _waiters[waiter] = true;
        return waiter;
    }

    public void Remove(DeliveryWaiter waiter) => _waiters.TryRemove(waiter, out _);

    /// <summary>Tells whoever waits that a delivery came to its end. Called by lanes for every end; cheap while nobody waits.</summary>
    public void Complete(MessageId message, string destination, DeliveryState state)
    {
        if (_waiters.IsEmpty)
            return;
        foreach (DeliveryWaiter waiter in _waiters.Keys)
        {
            if (waiter.Message == message && waiter.Destination == destination)
                waiter.Complete(state);
        }
    }
}

/// <summary>One connection's wait for the end of one delivery. Disposing it ends the wait.</summary>
internal sealed class DeliveryWaiter(DeliveryWaiters owner, MessageId message, string destination) : IDisposable
{
    private readonly TaskCompletionSource<DeliveryState> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MessageId Message => message;

    public string Destination => destination;

    /// <summary>Sent or Parked, when the delivery came to that.</summary>
    public Task<DeliveryState> Ended => _ended.Task;

    public void Complete(DeliveryState state) => _ended.TrySetResult(state);

    public void Dispose() => owner.Remove(this);
}

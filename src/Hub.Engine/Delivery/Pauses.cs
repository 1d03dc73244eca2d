using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>Which destinations of the Hub are paused. The journal has it on disk; versions of a channel come and go beside it.</summary>
internal sealed class Pauses
{
    private readonly ConcurrentDictionary<(string Channel, string Destination), DestinationPause> _all = [];

    /// <summary>Raised when something changed.</summary>
    public event Action? Changed;

    /// <summary>All of them.</summary>
    public IEnumerable<DestinationPause> All => _all.Values;

    /// <summary>The pause of a destination; null when it is not paused.</summary>
    public DestinationPause? Find(string channel, string destination) => _all.IsEmpty ? null : _all.GetValueOrDefault((channel, destination));

    /// <summary>Knows a pause from now on. One that holds already stays.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(DestinationPause pause)
    {
        bool isNew = _all.TryAdd((pause.Channel, pause.Destination), pause);
        Changed?.Invoke();
        return isNew;
    }

    /// <summary>Forgets a pause.</summary>
    public void Remove(string channel, string destination)
    {
        _all.TryRemove((channel, destination), out _);
        Changed?.Invoke();
    }
}

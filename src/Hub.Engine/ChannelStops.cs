using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Engine;

/// <summary>Which channels people stopped. The journal has it on disk; files come and go beside it.</summary>
internal sealed class ChannelStops
{
    private readonly ConcurrentDictionary<string, ChannelStop> _all = [];

    /// <summary>The stop of a channel; null when nobody stopped it.</summary>
    public ChannelStop? Find(string? channel) => channel is null ? null : _all.GetValueOrDefault(channel);

    /// <summary>Knows a stop from now on. One that holds already stays.</summary>
    public void Add(ChannelStop stop) => _all.TryAdd(stop.Channel, stop);

    /// <summary>Forgets a stop.</summary>
    public void Remove(string channel) => _all.TryRemove(channel, out _);
}

using System.Collections.Concurrent;
using Hub.Channels;
using Hub.Channels.Config;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>The channels at work, by their ids. Different channels may be changed at the same time, one channel by one caller at a time.</summary>
internal sealed class RunningChannels(ChannelParts parts) : IDisposable
{
    private readonly CancellationTokenSource _cutting = new();
    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, Task> _leaving = [];
    private volatile Dictionary<string, RunningChannel> _channels = [];
    private HandOvers? _handOvers;

    private HandOvers HandOvers => LazyInitializer.EnsureInitialized(ref _handOvers, () => new(Find, parts.Journal, parts.Clock, parts.Loggers.CreateLogger<HandOvers>()));

    /// <summary>Those that run a version.</summary>
    public IEnumerable<RunningChannel> All => _channels.Values.Where(channel => channel.Model is not null);

    /// <summary>The files that run, with the hash of the version that does.</summary>
    public IReadOnlyDictionary<string, string> Versions => All.DistinctBy(channel => channel.File).ToDictionary(channel => channel.File, channel => channel.Hash);

    /// <summary>A channel; null when it does not run. Called for every message, without a lock.</summary>
    public RunningChannel? Find(string id) => _channels.GetValueOrDefault(id);

    /// <summary>Whether a channel that does not run any more still has deliveries in hand.</summary>
    public bool IsLeaving(string id) => _leaving.GetValueOrDefault(id) is { IsCompleted: false };

    /// <summary>Starts a channel with a version, or takes it over to it.</summary>
    /// <param name="loaded">The version, without problems.</param>
    /// <param name="stopping">Fires when the Hub stops.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="IOException">Its address cannot be bound; what ran before goes on.</exception>
    public async Task<RunningChannel> UseAsync(LoadedChannel loaded, CancellationToken stopping)
    {
        ChannelModel model = ChannelModel.Build(loaded.Config!, Path.GetDirectoryName(Path.GetFullPath(loaded.File))!, parts.Catalog);
        RunningChannel? before = Find(model.Id);
        RunningChannel channel = before ?? new(parts, HandOvers, _leaving.GetValueOrDefault(model.Id, Task.CompletedTask), _cutting.Token);
        if (before is null)
            Change(channels => channels.Add(model.Id, channel));
        try
        {
            await channel.UseAsync(model, loaded, stopping);
        }
        catch when (before is null)
        {
            await RemoveAsync(model.Id, stopping);
            throw;
        }

        return channel;
    }

    /// <summary>Stops a channel, if it runs. What it has in hand it finishes by itself; a channel that comes with its id sends after that.</summary>
    /// <param name="id">The channel.</param>
    /// <param name="stopping">Fires when the Hub stops.</param>
    public async Task RemoveAsync(string id, CancellationToken stopping)
    {
        if (Find(id) is not { } channel)
            return;
        await channel.LeaveAddressAsync(stopping);
        TaskCompletionSource<Task> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _leaving[id] = ended.Task.Unwrap();
        Change(channels => channels.Remove(id));
        try
        {
            await channel.StopProcessingAsync();
        }
        finally
        {
            ended.SetResult(channel.StopSendingAsync());
        }
    }

    /// <summary>Stops all: listeners first, then senders.</summary>
    /// <param name="deadline">Fires when connections are cut and messages in hand are given up; these stay queued.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        await using CancellationTokenRegistration cut = deadline.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cutting);
        RunningChannel[] channels = [.. _channels.Values];
        await Task.WhenAll(channels.Select(channel => channel.StopListeningAsync(deadline)));
        await Task.WhenAll(channels.Select(channel => channel.StopProcessingAsync()));
        await Task.WhenAll([.. channels.Select(channel => channel.StopSendingAsync()), .. _leaving.Values]);
    }

    public void Dispose() => _cutting.Dispose();

    // A copy: readers take no lock.
    private void Change(Action<Dictionary<string, RunningChannel>> change)
    {
        lock (_changing)
        {
            Dictionary<string, RunningChannel> next = new(_channels);
            change(next);
            _channels = next;
        }
    }
}

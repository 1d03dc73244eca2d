using Hub.Channels;
using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Channels.Transforms;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>How a channel stands.</summary>
/// <param name="Id">Its id; the file's name when the file gives none.</param>
/// <param name="State">Running, Stopped (<c>enabled: false</c>) or Refused.</param>
/// <param name="Address">Where it listens, when it runs.</param>
/// <param name="Problems">What is wrong with its file; when it runs all the same, an earlier version of the file runs.</param>
internal sealed record ChannelStatus(string Id, string State, string? Address, IReadOnlyList<string> Problems);

/// <summary>
/// Makes the channels that run follow the files in their folder: added, changed, removed, each by itself. A file with problems leaves
/// the version that ran; at first start it stops that channel only. So does a changed or new file whose tests fail. The versions found at
/// first start run whatever their tests say, which is only told: a restart must not turn a failing test into a stopped channel.
/// </summary>
internal sealed partial class ChannelHost(string folder, ChannelLoader loader, ReloadGate gate, ChannelParts parts, ILogger<ChannelHost> log) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, string> _refused = [];
    private IReadOnlyList<LoadedChannel>? _first;
    private volatile Dictionary<string, RunningChannel> _channels = [];

    /// <summary>Raised after the folder was read and followed: how each channel stands now.</summary>
    public event Action<IReadOnlyList<ChannelStatus>>? Followed;

    /// <summary>Whether a channel could not bind its address when the folder was last followed: worth another try without any change.</summary>
    public bool HasUnbound { get; private set; }

    /// <summary>Hands a committed delivery to its channel. Called on the journal's writer thread.</summary>
    public void Add(QueuedDelivery delivery) => _channels.GetValueOrDefault(delivery.Channel)?.Add(delivery);

    /// <summary>Gives a message that another channel handed over to its channel. One whose channel does not run waits in the journal. Called by the journal's writer.</summary>
    public void Take(HandedMessage message) => _channels.GetValueOrDefault(message.Channel)?.Take(message);

    /// <summary>The version of a channel that runs.</summary>
    public ChannelModel? Find(string channel) => _channels.GetValueOrDefault(channel)?.Model;

    /// <summary>Reads the folder and follows it.</summary>
    /// <param name="stopping">Fires when the Hub stops.</param>
    /// <returns>How each channel stands.</returns>
    public async Task<IReadOnlyList<ChannelStatus>> FollowAsync(CancellationToken stopping)
    {
        await _oneAtATime.WaitAsync(stopping);
        try
        {
            HasUnbound = false;
            LoadedChannels loaded = loader.LoadFolder(folder);
            List<ChannelStatus> statuses = [];
            await RemoveMissingAsync(loaded, stopping);
            foreach (LoadedChannel channel in loaded.Channels)
                statuses.Add(await FollowAsync(channel, stopping));
            _first ??= [.. loaded.Channels.Where(channel => channel.Config is { Enabled: true })];
            ReloadTables();
            foreach (ChannelProblem problem in loaded.Problems.Except(loaded.Channels.SelectMany(channel => channel.Problems)))
                Log.Problem(log, problem.ToString());
            Followed?.Invoke(statuses);
            return statuses;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Runs the tests of the versions found at first start, and tells what fails. They go on all the same.</summary>
    /// <param name="stopping">Fires when the Hub stops.</param>
    public async Task TestStartedAsync(CancellationToken stopping)
    {
        foreach (LoadedChannel channel in _first ?? [])
        {
            foreach (ChannelProblem problem in await gate.CheckAsync(channel, stopping))
                Log.StartedThough(log, problem.ToString());
        }
    }

    /// <summary>Stops all channels: listeners first, then senders.</summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        // Never released: nothing is followed any more.
        await _oneAtATime.WaitAsync(CancellationToken.None);
        RunningChannel[] channels = [.. _channels.Values];
        await Task.WhenAll(channels.Select(channel => channel.StopListeningAsync(deadline)));
        await Task.WhenAll(channels.Select(channel => channel.StopSendingAsync(deadline)));
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<ChannelStatus> FollowAsync(LoadedChannel loaded, CancellationToken stopping)
    {
        if (loaded.Config is null || loaded.Problems.Count > 0)
            return Refuse(loaded, _channels.Values.FirstOrDefault(channel => channel.File == loaded.File), [.. loaded.Problems.Select(problem => problem.ToString())]);
        string id = loaded.Config.Id;
        RunningChannel? running = _channels.GetValueOrDefault(id);
        if (!loaded.Config.Enabled)
        {
            await RemoveAsync(id, stopping);
            return new(id, "Stopped", null, []);
        }

        if (running is null || running.Hash != loaded.Hash || !running.IsListening)
        {
            if (await FailsTestsAsync(loaded, running, stopping) is { Count: > 0 } failures)
                return Refuse(loaded, running, failures);
            try
            {
                running = await UseAsync(id, running, loaded, stopping);
            }
            catch (IOException exception)
            {
                HasUnbound = true;
                return Refuse(loaded, running, [$"{loaded.File}: HUB2001 channel {id} $.source.listen: {exception.Message}"]);
            }
        }

        _refused.Remove(loaded.File);
        return new(id, "Running", running.Address?.ToString(), []);
    }

    private async Task<IReadOnlyList<string>> FailsTestsAsync(LoadedChannel loaded, RunningChannel? running, CancellationToken stopping)
    {
        bool isKnown = _first is null || running?.Hash == loaded.Hash || _first.Any(first => first.File == loaded.File && first.Hash == loaded.Hash);
        return isKnown ? [] : [.. (await gate.CheckAsync(loaded, stopping)).Select(problem => problem.ToString())];
    }

    private async Task<RunningChannel> UseAsync(string id, RunningChannel? running, LoadedChannel loaded, CancellationToken stopping)
    {
        ChannelModel model = ChannelModel.Build(loaded.Config!, Path.GetDirectoryName(Path.GetFullPath(loaded.File))!, parts.Catalog);
        bool isNew = running is null;
        running ??= new(parts);
        if (isNew)
            _channels = new(_channels) { [id] = running };
        try
        {
            await running.UseAsync(model, loaded, stopping);
        }
        catch when (isNew)
        {
            await RemoveAsync(id, stopping);
            throw;
        }

        if (!isNew)
            Log.Changed(log, id);
        foreach (DestinationConfig destination in loaded.Config!.Destinations.Where(destination => destination.FindCaution() is not null))
            Log.Caution(log, id, destination.Id, destination.FindCaution()!);
        return running;
    }

    private ChannelStatus Refuse(LoadedChannel loaded, RunningChannel? running, IReadOnlyList<string> problems)
    {
        // The same problems of the same file are reported once.
        string all = string.Join('\n', problems);
        if (_refused.GetValueOrDefault(loaded.File) != all)
        {
            _refused[loaded.File] = all;
            foreach (string problem in problems)
                Log.Problem(log, problem);
        }

        string id = running?.Model?.Id ?? loaded.Id ?? Path.GetFileNameWithoutExtension(loaded.File);
        return running is { IsListening: true } ? new(id, "Running", running.Address?.ToString(), problems) : new(id, "Refused", null, problems);
    }

    // A channel goes when no file has its id; one whose file cannot be read for the moment stays.
    private async Task RemoveMissingAsync(LoadedChannels loaded, CancellationToken stopping)
    {
        HashSet<string> ids = [.. loaded.Channels.Where(channel => channel.Config is not null).Select(channel => channel.Config!.Id)];
        HashSet<string> broken = [.. loaded.Channels.Where(channel => channel.Config is null).Select(channel => channel.File)];
        foreach ((string id, RunningChannel channel) in _channels.ToList())
        {
            if (ids.Contains(id) || broken.Contains(channel.File))
                continue;
            await RemoveAsync(id, stopping);
            Log.Removed(log, id);
        }
    }

    private async Task RemoveAsync(string id, CancellationToken stopping)
    {
        if (!_channels.TryGetValue(id, out RunningChannel? channel))
            return;
        await channel.StopListeningAsync(stopping);
        await channel.StopSendingAsync(stopping);
        Dictionary<string, RunningChannel> left = new(_channels);
        left.Remove(id);
        _channels = left;
    }

    private void ReloadTables()
    {
        foreach (LookupTable table in _channels.Values.SelectMany(channel => channel.Model?.Tables ?? []))
        {
            if (!table.Reload(out string? problem))
                Log.Problem(log, problem!);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1901, LogLevel.Information, "Channel {Channel} follows its changed file")]
        public static partial void Changed(ILogger log, string channel);

        [LoggerMessage(1902, LogLevel.Information, "Channel {Channel} is stopped: its file is gone. What it had queued stays in the journal")]
        public static partial void Removed(ILogger log, string channel);

        [LoggerMessage(4032, LogLevel.Warning, "Channel {Channel}, destination {Destination}: {Caution}")]
        public static partial void Caution(ILogger log, string channel, string destination, string caution);

        [LoggerMessage(1903, LogLevel.Error, "{Problem}")]
        public static partial void Problem(ILogger log, string problem);

        [LoggerMessage(1905, LogLevel.Warning, "{Problem} It runs all the same, because the Hub found it so when it started")]
        public static partial void StartedThough(ILogger log, string problem);
    }
}

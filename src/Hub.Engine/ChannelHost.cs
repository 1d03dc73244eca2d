using System.Collections.Concurrent;
using System.Net;
using Hub.Channels;
using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Alerting;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// Makes the channels that run follow the files in their folder: added, changed, removed, each by itself and all at the same time. A file
/// with problems leaves the version that ran; at first start it stops that channel only. So does a changed or new file whose tests fail. The
/// versions found at first start run whatever their tests say, which is only told: a restart must not turn a failing test into a stopped channel.
/// </summary>
internal sealed partial class ChannelHost(string folder, ChannelLoader loader, ReloadGate gate, ChannelParts parts, ChannelStops stops, ILogger<ChannelHost> log) : IDisposable
{
    private readonly RunningChannels _running = new(parts);
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly SemaphoreSlim _oneTested = new(1);
    private readonly Dictionary<string, string> _told = [];
    private readonly ConcurrentDictionary<string, bool> _startedThough = [];
    private IReadOnlyList<string> _beside = [];
    private IReadOnlyList<LoadedChannel>? _first;
    private string _lastRing = "";

    /// <summary>Raised after the folder was read and followed: how each channel stands now.</summary>
    public event Action<IReadOnlyList<ChannelStatus>>? Followed;

    /// <summary>How the tests of a channel went when its file was last taken up; null when they were not run yet.</summary>
    public ChannelTestRun? TestsOf(string channel) => gate.Last(channel);

    /// <summary>Whether a channel could not bind its address when the folder was last followed: worth another try without any change.</summary>
    public bool HasUnbound { get; private set; }

    /// <summary>The tables, scripts and profiles that the channel files named when the folder was last followed, with their full paths.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>Hands a committed delivery to its channel. Called on the journal's writer thread.</summary>
    public void Add(QueuedDelivery delivery) => _running.Find(delivery.Channel)?.Add(delivery);

    /// <summary>Gives a message that another channel handed over to its channel. One whose channel does not run waits in the journal. Called by the journal's writer.</summary>
    public void Take(HandedMessage message) => _running.Find(message.Channel)?.Take(message);

    /// <summary>The versions that run.</summary>
    public IEnumerable<ChannelModel> Models => _running.All.Select(channel => channel.Model!);

    /// <summary>The version of a channel that runs.</summary>
    public ChannelModel? Find(string channel) => _running.Find(channel)?.Model;

    /// <summary>The file of a channel that runs; null when it does not.</summary>
    public string? FileOf(string channel) => _running.Find(channel)?.File;

    /// <summary>Where a channel listens; null when it does not run or opens no port.</summary>
    public IPEndPoint? AddressOf(string channel) => _running.Find(channel)?.Address;

    /// <summary>The deliveries of a channel that runs; null when it does not.</summary>
    public ChannelDeliveries? FindDeliveries(string channel) => _running.Find(channel)?.Deliveries;

    /// <summary>Whether a channel that does not run any more still has deliveries in hand.</summary>
    public bool IsLeaving(string channel) => _running.IsLeaving(channel);

    /// <summary>Reads the folder and follows it. Waits for no receiver, and a few seconds at most for connections that have to end.</summary>
    /// <param name="stopping">Fires when the Hub stops.</param>
    /// <returns>How each channel stands.</returns>
    public async Task<IReadOnlyList<ChannelStatus>> FollowAsync(CancellationToken stopping)
    {
        await _oneAtATime.WaitAsync(stopping);
        try
        {
            LoadedChannels loaded = loader.LoadFolder(folder, _running.Versions);
            // A folder that cannot be read says nothing about channels: what runs goes on.
            bool isBlind = loaded.Problems.Any(problem => loaded.Channels.Count == 0 && problem.Code is ProblemCodes.Unreadable or ProblemCodes.FolderMissing);
            ChannelStatus[] statuses = isBlind ? StayAll(loaded) : await FollowAsync(loaded, stopping);
            HasUnbound = statuses.Any(status => status.IsUnbound);
            _first ??= [.. loaded.Channels.Where(channel => channel.Config is { Enabled: true })];
            TellProblems(loaded, statuses, isBlind);
            Keep(loaded, statuses, isBlind);
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
            {
                _startedThough[channel.Config!.Id] = true;
                Log.StartedThough(log, channel.Config.Id, problem.ToString());
            }
        }
    }

    /// <summary>Runs the tests again that failed of versions found at first start: a test that was put right changes nothing that runs, and is followed by nothing else.</summary>
    /// <param name="stopping">Fires when the Hub stops.</param>
    public async Task TestAgainAsync(CancellationToken stopping)
    {
        foreach (LoadedChannel channel in (_first ?? []).Where(channel => _startedThough.ContainsKey(channel.Config!.Id)))
        {
            if ((await gate.CheckAsync(channel, stopping)).Count == 0)
                TellPassed(channel.Config!.Id);
        }
    }

    /// <summary>Stops all channels: listeners first, then senders.</summary>
    /// <param name="deadline">Fires when connections are cut and messages in hand are given up; these stay queued.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        // Never released: nothing is followed any more.
        await _oneAtATime.WaitAsync(CancellationToken.None);
        await _running.StopAsync(deadline);
        await VersionsKeptAsync();
    }

    public void Dispose()
    {
        _oneAtATime.Dispose();
        _oneTested.Dispose();
        _running.Dispose();
    }

    private ChannelStatus[] StayAll(LoadedChannels loaded) =>
        [.. _running.All.Select(channel => new ChannelStatus(channel.Model!.Id, "Running", channel.Address?.ToString(), [.. loaded.Problems.Select(problem => problem.ToString())]))];

    private async Task<ChannelStatus[]> FollowAsync(LoadedChannels loaded, CancellationToken stopping)
    {
        Files = [.. loaded.Channels.SelectMany(channel => channel.Files).Distinct()];
        Task<ChannelStatus>[] following = [.. loaded.Channels.Select(channel => FollowAsync(channel, loaded, stopping))];
        await Task.WhenAll([RemoveMissingAsync(loaded, stopping), .. following]);
        ChannelStatus[] statuses = [.. following.Select(one => one.Result)];
        await BindLeftAsync(loaded.Channels, statuses, stopping);
        return statuses;
    }

    private async Task<ChannelStatus> FollowAsync(LoadedChannel loaded, LoadedChannels all, CancellationToken stopping)
    {
        // A second file of its id is a file with a problem, and another one's.
        if (stops.Find(loaded.Id) is { } stop && ReferenceEquals(FileOf(loaded.Id!, all), loaded))
            return await StopAsync(loaded, stop, stopping);
        if (loaded.Config is null || loaded.Problems.Count > 0)
            return RefuseFile(loaded, all);
        string id = loaded.Config.Id;
        RunningChannel? running = _running.Find(id);
        if (!loaded.Config.Enabled)
        {
            await _running.RemoveAsync(id, stopping);
            return new(id, "Stopped", null, []);
        }

        if (running is { IsListening: true } && running.Hash == loaded.Hash)
        {
            running.Use(loaded.File);
            return new(id, "Running", running.Address?.ToString(), []);
        }

        return await FailsTestsAsync(loaded, running, stopping) is { Count: > 0 } failures
            ? Refuse(loaded, running, failures)
            : await StartAsync(loaded, stopping);
    }

    // A port may be free once the channel that had it has followed too. Ports that running channels take from each other are all let go first.
    private async Task BindLeftAsync(IReadOnlyList<LoadedChannel> channels, ChannelStatus[] statuses, CancellationToken stopping)
    {
        int before = int.MaxValue;
        while (Unbound(statuses) is { Length: > 0 } unbound && unbound.Length < before)
        {
            before = unbound.Length;
            await StartAgainAsync(unbound, channels, statuses, stopping);
        }

        PortRing ring = new([.. Unbound(statuses).Select(i => (_running.Find(channels[i].Config!.Id), channels[i]))]);
        // Once for each version: when it fails, what runs goes on undisturbed.
        if (ring.IsEmpty || ring.Versions == _lastRing)
            return;
        _lastRing = ring.Versions;
        await Task.WhenAll(ring.Channels.Select(channel => channel.LeaveAddressAsync(stopping)));
        await StartAgainAsync(Unbound(statuses), channels, statuses, stopping);
    }

    private static int[] Unbound(ChannelStatus[] statuses) => [.. Enumerable.Range(0, statuses.Length).Where(i => statuses[i].IsUnbound)];

    private async Task StartAgainAsync(int[] unbound, IReadOnlyList<LoadedChannel> channels, ChannelStatus[] statuses, CancellationToken stopping)
    {
        ChannelStatus[] again = await Task.WhenAll(unbound.Select(i => StartAsync(channels[i], stopping)));
        foreach ((int i, ChannelStatus status) in unbound.Zip(again))
            statuses[i] = status;
    }

    private async Task<IReadOnlyList<string>> FailsTestsAsync(LoadedChannel loaded, RunningChannel? running, CancellationToken stopping)
    {
        if (running?.Hash == loaded.Hash || IsOfStart(loaded))
            return [];
        // One channel's after the other's: messages go first.
        await _oneTested.WaitAsync(stopping);
        try
        {
            return [.. (await gate.CheckAsync(loaded, stopping)).Select(problem => problem.ToString())];
        }
        finally
        {
            _oneTested.Release();
        }
    }

    // Such a version was not tested before it was used.
    private bool IsOfStart(LoadedChannel loaded) => _first is null || _first.Any(first => first.File == loaded.File && first.Hash == loaded.Hash);

    /// <summary>Starts a channel with a version, or takes it over to it.</summary>
    private async Task<ChannelStatus> StartAsync(LoadedChannel loaded, CancellationToken stopping)
    {
        string id = loaded.Config!.Id;
        RunningChannel? running = _running.Find(id);
        try
        {
            RunningChannel used = await _running.UseAsync(loaded, stopping);
            if (running is not null)
                Log.Changed(log, id);
            if (!IsOfStart(loaded))
                TellPassed(id);
            foreach (DestinationConfig destination in loaded.Config.Destinations.Where(destination => destination.FindCaution() is not null))
                Log.Caution(log, id, destination.Id, destination.FindCaution()!);
            return new(id, "Running", used.Address?.ToString(), []);
        }
        catch (IOException exception)
        {
            return Refuse(loaded, running, [$"{loaded.File}: HUB2001 channel {id} $.source.listen: {exception.Message}"]) with { IsUnbound = true };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The other channels go on, whatever is wrong with this one.
            Log.StartFailed(log, id, exception);
            return Refuse(loaded, running, [$"{loaded.File}: HUB1060 channel {id}: The channel could not be started: {exception.Message} The log has the details; it is tried again when a file changes."]);
        }
    }

    // The channel that runs is the one that was made from this file, or, when it was renamed and broken in one go, the one of its id.
    private ChannelStatus RefuseFile(LoadedChannel loaded, LoadedChannels all)
    {
        string[] problems = [.. loaded.Problems.Select(problem => problem.ToString())];
        bool isOther = all.Channels.Any(other => other != loaded && other.Id == loaded.Id);
        RunningChannel? running = _running.All.FirstOrDefault(channel => channel.File == loaded.File);
        if (running is null && !isOther && loaded.Id is not null)
            running = _running.Find(loaded.Id);
        // A second file of an id goes by its own name.
        return Refuse(running is null && isOther ? loaded with { Id = null } : loaded, running, problems);
    }

    private static ChannelStatus Refuse(LoadedChannel loaded, RunningChannel? running, IReadOnlyList<string> problems)
    {
        string id = running?.Model?.Id ?? loaded.Id ?? Path.GetFileNameWithoutExtension(loaded.File);
        return running is { IsListening: true } ? new(id, "Running", running.Address?.ToString(), problems) : new(id, "Refused", null, problems);
    }

    // A channel goes when no file has its id; one whose file is broken or cannot be read for the moment stays.
    private async Task RemoveMissingAsync(LoadedChannels loaded, CancellationToken stopping)
    {
        HashSet<string> ids = [.. loaded.Channels.Where(channel => channel.Config is not null).Select(channel => channel.Config!.Id)];
        HashSet<string?> broken = [.. loaded.Channels.Where(channel => channel.Config is null).SelectMany(channel => new[] { channel.File, channel.Id })];
        string[] missing = [.. _running.All.Where(channel => !ids.Contains(channel.Model!.Id) && !broken.Contains(channel.Model.Id) && !broken.Contains(channel.File)).Select(channel => channel.Model!.Id)];
        await Task.WhenAll(missing.Select(async id =>
        {
            await _running.RemoveAsync(id, stopping);
            Log.Removed(log, id);
            TellPassed(id);
        }));
    }

    private void TellProblems(LoadedChannels loaded, ChannelStatus[] statuses, bool isBlind)
    {
        foreach ((LoadedChannel channel, ChannelStatus status) in loaded.Channels.Zip(statuses))
            Tell(channel.File, status.Problems);
        TellBeside([.. loaded.Problems.Except(loaded.Channels.SelectMany(channel => channel.Problems)).Select(problem => problem.ToString()), .. ReloadTables()], isBlind);
    }

    // No channel stands for these, so they have a number of their own in the log, and so has their end. What a folder that cannot be read has is not known.
    private void TellBeside(IReadOnlyList<string> problems, bool isBlind)
    {
        foreach (string problem in problems.Except(_beside))
            Log.OtherProblem(log, problem);
        HashSet<string> broken = [.. problems.Select(LogEvents.FileIn)];
        string[] gone = isBlind ? [] : [.. _beside.Where(problem => !broken.Contains(LogEvents.FileIn(problem)))];
        foreach (string problem in gone.DistinctBy(LogEvents.FileIn))
            Log.OtherRight(log, problem);
        _beside = isBlind ? [.. problems.Union(_beside)] : problems;
    }

    private void TellPassed(string id)
    {
        if (_startedThough.TryRemove(id, out _))
            Log.PassesTests(log, id);
    }

    // The same problems of the same file are told once.
    private void Tell(string file, IReadOnlyList<string> problems)
    {
        string all = string.Join('\n', problems);
        if (_told.GetValueOrDefault(file, "") == all)
            return;
        _told[file] = all;
        foreach (string problem in problems)
            Log.Problem(log, problem);
    }

    private string[] ReloadTables() =>
        [.. _running.All.SelectMany(channel => channel.Model!.Tables).Select(table => table.Reload(out string? problem) ? null : problem).OfType<string>().Distinct()];

    private static partial class Log
    {
        [LoggerMessage(1901, LogLevel.Information, "Channel {Channel} follows its changed file")]
        public static partial void Changed(ILogger log, string channel);

        [LoggerMessage(1902, LogLevel.Information, "Channel {Channel} is stopped: its file is gone. What it had queued stays in the journal")]
        public static partial void Removed(ILogger log, string channel);

        [LoggerMessage(1060, LogLevel.Error, "Channel {Channel} could not be started or changed; what ran goes on")]
        public static partial void StartFailed(ILogger log, string channel, Exception exception);

        [LoggerMessage(4032, LogLevel.Warning, "Channel {Channel}, destination {Destination}: {Caution}")]
        public static partial void Caution(ILogger log, string channel, string destination, string caution);

        [LoggerMessage(1903, LogLevel.Error, "{Problem}")]
        public static partial void Problem(ILogger log, string problem);

        [LoggerMessage(1907, LogLevel.Error, "{Problem}")]
        public static partial void OtherProblem(ILogger log, string problem);

        [LoggerMessage(1908, LogLevel.Information, "It is right again: {Problem}")]
        public static partial void OtherRight(ILogger log, string problem);

        [LoggerMessage(1905, LogLevel.Warning, "{Problem} It runs all the same, because the Hub found channel {Channel} so when it started")]
        public static partial void StartedThough(ILogger log, string channel, string problem);

        [LoggerMessage(1909, LogLevel.Information, "The tests of channel {Channel} failed when the Hub started; now they pass, or it is gone")]
        public static partial void PassesTests(ILogger log, string channel);
    }
}

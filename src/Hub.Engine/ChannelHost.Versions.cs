using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>Keeps the versions of files, and holds the channels that people stopped.</summary>
internal sealed partial class ChannelHost
{
    private readonly FileVersions _versions = new(parts.Journal, parts.Clock, parts.Loggers.CreateLogger<FileVersions>());

    /// <summary>The files that were found when the folder was last followed, by the ids of <see cref="ChannelStatus"/>.</summary>
    public IReadOnlyDictionary<string, LoadedChannel> Loaded { get; private set; } = new Dictionary<string, LoadedChannel>();

    /// <summary>Ends when the versions that were found are kept in the journal, or cannot be.</summary>
    public Task VersionsKeptAsync() => _versions.KeptAsync();

    private void Keep(LoadedChannels loaded, ChannelStatus[] statuses, bool isBlind)
    {
        if (isBlind)
            return;
        Loaded = loaded.Channels.Zip(statuses).DistinctBy(one => one.Second.Id).ToDictionary(one => one.Second.Id, one => one.First);
        // A port that another program has is no mistake of the file.
        _versions.Look(loaded.Channels.Zip(statuses, (channel, status) => new FoundFile(status.Id, FoundFile.NameOf(folder, channel.File), channel.Text) { Channel = status.Id, IsAccepted = status.Problems.Count == 0 || status.IsUnbound }));
    }

    private static LoadedChannel FileOf(string id, LoadedChannels all) =>
        all.Channels.FirstOrDefault(channel => channel.Id == id && channel.Config is not null) ?? all.Channels.First(channel => channel.Id == id);

    // One that a person stopped does not run, whatever its file says; what is wrong with the file is told all the same.
    private async Task<ChannelStatus> StopAsync(LoadedChannel loaded, ChannelStop stop, CancellationToken stopping)
    {
        await _running.RemoveAsync(stop.Channel, stopping);
        return new(stop.Channel, "Stopped", null, [.. loaded.Problems.Select(problem => problem.ToString())]) { Stop = stop };
    }
}

using System.Collections.Concurrent;
using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// Keeps each version of each channel file that was found, accepted or not, in the journal. Nothing waits for it: a journal in trouble keeps no version, which
/// the log says, and the same version is kept when the folder is followed again.
/// </summary>
internal sealed partial class ChannelVersions(IJournal journal, TimeProvider clock, ILogger<ChannelVersions> log)
{
    /// <summary>What stands as the author of a file that was written to the folder.</summary>
    public const string File = "file";

    private readonly ConcurrentDictionary<string, (string Text, bool IsAccepted)> _last = [];
    private Task _keeping = Task.CompletedTask;

    /// <summary>Takes note of the files of the folder. Called by one thread at a time.</summary>
    public void Look(IReadOnlyList<LoadedChannel> channels, IReadOnlyList<ChannelStatus> statuses)
    {
        List<Task> keeping = [];
        foreach ((LoadedChannel channel, ChannelStatus status) in channels.Zip(statuses))
        {
            // A port that another program has is no mistake of the file.
            (string? text, bool isAccepted) = (channel.Text, status.Problems.Count == 0 || status.IsUnbound);
            if (text is null || (_last.TryGetValue(status.Id, out (string Text, bool IsAccepted) last) && last == (text, isAccepted)))
                continue;
            // Known from here on, so that a look that comes before the journal has it does not keep it twice.
            _last[status.Id] = (text, isAccepted);
            keeping.Add(KeepAsync(status.Id, text, isAccepted));
        }

        if (keeping.Count > 0)
            _keeping = Task.WhenAll([_keeping, .. keeping]);
    }

    /// <summary>Ends when what was taken note of is kept, or cannot be.</summary>
    public Task KeptAsync() => _keeping;

    private async Task KeepAsync(string channel, string text, bool isAccepted)
    {
        try
        {
            if (!IsNewest(channel, text, isAccepted))
                await journal.AppendAsync(new ChannelVersionFound(channel, clock.GetUtcNow(), File, isAccepted, text));
        }
        catch (Exception exception) when (exception is JournalException or ObjectDisposedException)
        {
            _last.TryRemove(KeyValuePair.Create(channel, (text, isAccepted)));
            Log.NotKept(log, channel, exception.Message);
        }
    }

    private bool IsNewest(string channel, string text, bool isAccepted) =>
        journal.ReadChannelVersions(channel) is [var newest, ..] && newest.IsAccepted == isAccepted && newest.Hash == ChannelVersionFound.HashOf(text);

    private static partial class Log
    {
        [LoggerMessage(7172, LogLevel.Warning, "Channel {Channel}: this version of its file could not be kept in the journal, and is when the folder changes again. {Reason}")]
        public static partial void NotKept(ILogger log, string channel, string reason);
    }
}

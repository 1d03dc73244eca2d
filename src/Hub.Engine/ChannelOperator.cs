using System.Diagnostics.CodeAnalysis;
using Hub.Contracts;
using Hub.Dashboard;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>Stops and starts channels for people; for the command line, the API and pages. What is stopped stays so over restarts and changes of its file.</summary>
/// <param name="journal">The journal, open for writing.</param>
/// <param name="stops">What is stopped.</param>
/// <param name="follow">Reads the files anew, makes what runs follow them, and says how each channel stands; without a running Hub it only reads.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that nobody waits for by a handle holds nothing.")]
internal sealed partial class ChannelOperator(IJournal journal, ChannelStops stops, Func<Task<IReadOnlyList<ChannelStatus>>> follow, TimeProvider clock, ILogger<ChannelOperator> log)
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Stops a channel, or starts one that was stopped.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="runs">True starts it.</param>
    /// <param name="by">Who asks: the name of a user.</param>
    /// <param name="reason">Why, in that person's words.</param>
    /// <returns>How it stands then.</returns>
    /// <exception cref="ChannelRefusedException">Its file has problems, so that it cannot be started.</exception>
    /// <exception cref="JournalException">There is no such channel, it is not stopped, or it could not be stored; the text says which.</exception>
    public async Task<ChannelStatus> ChangeAsync(string channel, bool runs, string by, string? reason)
    {
        if (string.IsNullOrWhiteSpace(by))
            throw new JournalException("Nobody is named who asks for it. Give the name of a user.");
        string? why = string.IsNullOrWhiteSpace(reason) ? null : reason;
        await _oneAtATime.WaitAsync();
        try
        {
            return runs ? await StartAsync(channel, by, why) : await StopAsync(channel, by, why);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<ChannelStatus> StopAsync(string channel, string by, string? reason)
    {
        Require(await follow(), channel);
        if (stops.Find(channel) is null)
        {
            ChannelStop stop = new(channel, clock.GetUtcNow(), by, reason);
            await journal.AppendAsync(new ChannelStopped(channel, stop.At, by, reason));
            stops.Add(stop);
            Log.Stopped(log, channel, by);
        }

        return Require(await follow(), channel);
    }

    private async Task<ChannelStatus> StartAsync(string channel, string by, string? reason)
    {
        ChannelStatus status = Require(await follow(), channel);
        if (status.Problems.Count > 0 && !status.IsUnbound)
            throw new ChannelRefusedException($"The file of channel {channel} has problems, so it is not started. Put them right first: {string.Join(' ', status.Problems)}") { Problems = status.Problems };
        if (stops.Find(channel) is null)
        {
            throw new JournalException(status.State == "Stopped"
                ? $"The file of channel {channel} says \"enabled\": false, so it is not started. Take that out of the file."
                : $"Channel {channel} is not stopped: nobody stopped it. See how channels stand with: hub channels");
        }

        await journal.AppendAsync(new ChannelStarted(channel, clock.GetUtcNow(), by, reason));
        stops.Remove(channel);
        Log.Started(log, channel, by);
        return Require(await follow(), channel);
    }

    private static ChannelStatus Require(IReadOnlyList<ChannelStatus> statuses, string channel) => statuses.FirstOrDefault(status => status.Id == channel)
        ?? throw new JournalException($"There is no channel {channel}. See which there are with: hub channels");

    private static partial class Log
    {
        [LoggerMessage(7170, LogLevel.Warning, "Channel {Channel}: stopped by {By}, until somebody starts it")]
        public static partial void Stopped(ILogger log, string channel, string by);

        [LoggerMessage(7171, LogLevel.Information, "Channel {Channel}: started by {By}")]
        public static partial void Started(ILogger log, string channel, string by);
    }
}

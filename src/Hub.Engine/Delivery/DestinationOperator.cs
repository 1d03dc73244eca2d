using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>What somebody asks of a destination.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="IsPaused">True pauses it, false lets it send again.</param>
/// <param name="By">Who asks: the name of a user.</param>
/// <param name="Reason">Why, in that person's words.</param>
internal sealed record PauseRequest(string Channel, string Destination, bool IsPaused, string By, string? Reason);

/// <summary>How a destination stands.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="State">Sending, HandsOver (to another channel, at once), Paused, Maintenance, Unreachable, or Stopped: the channel or the destination does not run.</param>
/// <param name="Since">Since when, where that is known.</param>
/// <param name="Until">Until when: the end of the maintenance, or the next try at an unreachable receiver.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why it is paused.</param>
/// <param name="Queued">Deliveries that wait.</param>
/// <param name="Parked">Deliveries that were set aside.</param>
/// <param name="MaybeDelivered">Deliveries that the receiver may have without having said so.</param>
internal sealed record DestinationStatus(
    string Channel,
    string Destination,
    string State,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string? By,
    string? Reason,
    long Queued,
    long Parked,
    long MaybeDelivered);

/// <summary>Pauses and resumes destinations, and tells how they stand; for the command line, the admin interface and pages.</summary>
/// <param name="journal">The journal, open for writing.</param>
/// <param name="pauses">What is paused.</param>
/// <param name="models">The channels that run; without a running Hub those that have a file.</param>
/// <param name="running">The deliveries of a channel that runs; null for one that does not.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
internal sealed partial class DestinationOperator(
    IJournal journal,
    Pauses pauses,
    Func<IEnumerable<ChannelModel>> models,
    Func<string, ChannelDeliveries?> running,
    TimeProvider clock,
    ILogger<DestinationOperator> log)
{
    /// <summary>Pauses a destination or lets it send again.</summary>
    /// <returns>How it stands then.</returns>
    /// <exception cref="JournalException">There is no such destination, it is not paused, or it could not be stored; the text says which.</exception>
    public async Task<DestinationStatus> RunAsync(PauseRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.By))
            throw new JournalException("Nobody is named who asks for it. Give the name of a user as \"by\".");
        if (string.IsNullOrEmpty(request.Channel) || string.IsNullOrEmpty(request.Destination))
            throw new JournalException("Name the channel and its destination as \"channel\" and \"destination\".");
        string? reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason;
        DateTimeOffset now = clock.GetUtcNow();
        if (request.IsPaused)
        {
            Check(request);
            await journal.AppendAsync(new DestinationPaused(request.Channel, request.Destination, now, request.By, reason));
            pauses.Add(new(request.Channel, request.Destination, now, request.By, reason));
            Log.Paused(log, request.Channel, request.Destination, request.By);
        }
        else
        {
            await journal.AppendAsync(new DestinationResumed(request.Channel, request.Destination, now, request.By, reason));
            pauses.Remove(request.Channel, request.Destination);
            Log.Resumed(log, request.Channel, request.Destination, request.By);
        }

        return Look().FirstOrDefault(status => status.Channel == request.Channel && status.Destination == request.Destination)
            ?? Status(request.Channel, request.Destination, new(request.Channel, request.Destination, 0, 0, 0));
    }

    /// <summary>How all destinations stand: those that run, and those that something waits for.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public IReadOnlyList<DestinationStatus> Look()
    {
        Dictionary<(string, string), DestinationCounts> counts = journal.CountDeliveries().ToDictionary(count => (count.Channel, count.Destination));
        (string Channel, string Destination, bool HandsOver)[] all = [.. models().SelectMany(model => model.Destinations.Select(destination => (model.Id, destination.Id, destination.HandsTo is not null)))];
        HashSet<(string, string)> hands = [.. all.Where(one => one.HandsOver).Select(one => (one.Channel, one.Destination))];
        return
        [
            .. all.Select(one => (one.Channel, one.Destination)).Union(counts.Keys).Union(pauses.All.Select(pause => (pause.Channel, pause.Destination)))
                .OrderBy(one => one.Item1, StringComparer.Ordinal).ThenBy(one => one.Item2, StringComparer.Ordinal)
                .Select(one => Status(one.Item1, one.Item2, counts.GetValueOrDefault(one) ?? new(one.Item1, one.Item2, 0, 0, 0), hands.Contains(one))),
        ];
    }

    private DestinationStatus Status(string channel, string destination, DestinationCounts counts, bool handsOver = false)
    {
        DestinationPause? pause = pauses.Find(channel, destination);
        (GateState State, DateTimeOffset? Since, DateTimeOffset? Until)? gate = running(channel)?.Gate(destination)?.Look();
        string state = gate?.State switch
        {
            // What waits from when it sent, or a pause of that time, is to be seen.
            _ when handsOver && pause is null && counts.Queued == 0 => "HandsOver",
            null => pause is null ? "Stopped" : nameof(GateState.Paused),
            GateState.Open => "Sending",
            var other => other.Value.ToString(),
        };
        return new(channel, destination, state, gate?.Since ?? pause?.At, gate?.Until, pause?.By, pause?.Reason, counts.Queued, counts.Parked, counts.MaybeDelivered);
    }

    private void Check(PauseRequest request)
    {
        ChannelModel model = models().FirstOrDefault(candidate => candidate.Id == request.Channel)
            ?? throw new JournalException($"There is no channel {request.Channel} that runs. See what there is with: hub destinations");
        if (!model.Destinations.Any(destination => destination.Id == request.Destination && destination.HandsTo is null))
            throw new JournalException($"Channel {request.Channel} has no destination {request.Destination} that sends. It has {string.Join(", ", model.Destinations.Where(destination => destination.HandsTo is null).Select(destination => destination.Id))}.");
    }

    private static partial class Log
    {
        [LoggerMessage(4046, LogLevel.Warning, "Channel {Channel}, destination {Destination}: paused by {By}")]
        public static partial void Paused(ILogger log, string channel, string destination, string by);

        [LoggerMessage(4042, LogLevel.Information, "Channel {Channel}, destination {Destination}: resumed by {By}")]
        public static partial void Resumed(ILogger log, string channel, string destination, string by);
    }
}

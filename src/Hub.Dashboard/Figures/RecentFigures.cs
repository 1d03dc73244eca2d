using System.Security.Claims;
using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>
/// Keeps what pages show of the last 24 hours in memory, so that a page costs no more when the journal is large or many people look: each look reads the
/// minutes since the one before. Minutes are written some seconds after they are over and not all at once, so the last few are read anew each time and those
/// before are added up to steps of five minutes.
/// </summary>
public sealed class RecentFigures(IHub hub)
{
    private static readonly TimeSpan s_unsettled = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Channel, string Destination, DateTimeOffset Begin), MinuteStatistics> _steps = [];
    private readonly Dictionary<string, DateTimeOffset> _last = [];
    private DateTimeOffset _settled;
    private (long Changes, Recent Recent)? _made;
    private (LivedTime? Kept, IReadOnlyList<ChannelAvailability> Channels)? _availability;

    /// <summary>How things stand, as somebody sees it.</summary>
    /// <param name="person">Who looks.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public Recent Look(ClaimsPrincipal person) => Look().For(person);

    /// <summary>How things stand, of all channels: at most a second old, and never older than the last change that is known.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public Recent Look()
    {
        lock (_lock)
        {
            long changes = hub.Changes;
            DateTimeOffset now = hub.Clock.GetUtcNow();
            if (_made is not { } made || made.Changes != changes || now - made.Recent.At >= s_fresh || now < made.Recent.At)
                _made = made = (changes, Make(now));
            return made.Recent;
        }
    }

    private Recent Make(DateTimeOffset now)
    {
        IReadOnlyList<MinuteStatistics> fresh = [.. Settle(now), .. hub.CountUnwritten()];
        Dictionary<(string, string, DateTimeOffset), MinuteStatistics> steps = new(_steps);
        Dictionary<string, DateTimeOffset> last = new(_last);
        Add(fresh, steps, last);
        IReadOnlyList<QueueStatus> queues = hub.Journal.ReadQueues();
        IReadOnlyList<Incident> incidents = [.. hub.Journal.FindIncidents(new() { IsOpen = true, Limit = IncidentQuery.AllOpen }).OrderBy(incident => incident.OpenedAt)];
        ILookup<string, DestinationView> destinations = hub.Destinations.ToLookup(destination => destination.Channel);
        IReadOnlyList<LivedTime> lived = hub.Journal.ReadLived(now - LongFigures.Reach, now);
        return new()
        {
            At = now,
            Channels = [.. hub.Channels.Select(channel => Figures(channel, [.. destinations[channel.Id]], queues, incidents, last))],
            Destinations = destinations,
            Queues = queues,
            Incidents = incidents,
            Steps = steps.Values.ToLookup(row => row.Channel),
            Minutes = fresh,
            Lived = lived,
            Availability = Availability(lived is [.., var newest] ? newest : null, now),
        };
    }

    // It changes when the journal keeps the next minute.
    private IReadOnlyList<ChannelAvailability> Availability(LivedTime? kept, DateTimeOffset now)
    {
        if (_availability is not { } known || known.Kept != kept)
            _availability = known = (kept, hub.Journal.ReadAvailability(now.AddDays(-30), now));
        return known.Channels;
    }

    // Returns what is not settled yet.
    private IReadOnlyList<MinuteStatistics> Settle(DateTimeOffset now)
    {
        DateTimeOffset settled = Floor(now - s_unsettled, TimeSpan.FromMinutes(1));
        DateTimeOffset oldest = Floor(now - Recent.Reach, Recent.Step);
        if (settled < _settled)
        {
            // The clock was put back: begin anew.
            _steps.Clear();
            _last.Clear();
            _settled = default;
        }

        DateTimeOffset from = _settled < oldest ? oldest : _settled;
        IReadOnlyList<MinuteStatistics> rows = hub.Journal.ReadStatistics(new() { From = from, To = now.AddDays(1) });
        Add(rows.Where(row => row.Minute < settled), _steps, _last);
        _settled = settled;
        foreach ((string, string, DateTimeOffset Begin) key in _steps.Keys.Where(key => key.Begin < oldest).ToList())
            _steps.Remove(key);
        foreach (string channel in _last.Where(pair => pair.Value < oldest).Select(pair => pair.Key).ToList())
            _last.Remove(channel);
        return [.. rows.Where(row => row.Minute >= settled)];
    }

    private static void Add(IEnumerable<MinuteStatistics> rows, Dictionary<(string, string, DateTimeOffset), MinuteStatistics> steps, Dictionary<string, DateTimeOffset> last)
    {
        foreach (MinuteStatistics row in rows)
        {
            DateTimeOffset begin = Floor(row.Minute, Recent.Step);
            (string, string, DateTimeOffset) key = (row.Channel, row.Destination, begin);
            steps[key] = steps.TryGetValue(key, out MinuteStatistics? sum) ? sum.With(row) : row with { Minute = begin, Type = "" };
            if (row.Received > 0)
                last[row.Channel] = row.Minute > last.GetValueOrDefault(row.Channel) ? row.Minute : last[row.Channel];
        }
    }

    private ChannelFigures Figures(ChannelView view, IReadOnlyList<DestinationView> destinations, IReadOnlyList<QueueStatus> queues, IReadOnlyList<Incident> incidents, Dictionary<string, DateTimeOffset> last)
    {
        long queued = destinations.Sum(destination => destination.Counts.Queued);
        long parked = destinations.Sum(destination => destination.Counts.Parked);
        DateTimeOffset now = hub.Clock.GetUtcNow();
        bool isTroubled = view.Problems.Count > 0 || destinations.Any(destination => Trouble.IsIn(destination, queues, now));
        string state = view.State != "Running" ? view.State
            : isTroubled ? "Trouble"
            : incidents.Any(incident => incident.Kind == EventKind.Silence && incident.Channel == view.Id) ? "Quiet"
            : "Running";
        // The minute that something came in; its end, so that nothing is said to be older than it is.
        DateTimeOffset? lastAt = last.TryGetValue(view.Id, out DateTimeOffset minute) ? (minute.AddMinutes(1) < now ? minute.AddMinutes(1) : now) : null;
        return new(view, state, queued, parked, lastAt);
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step) => time < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : new(time.UtcTicks - (time.UtcTicks % step.Ticks), TimeSpan.Zero);
}

using Hub.Alerts;
using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Engine.Alerting;

/// <summary>Looks each minute for what is no error by itself: silence, long or old queues, many errors, slow messages, unusual volumes. Tells when it begins and when it is over.</summary>
/// <param name="journal">Has statistics and queues.</param>
/// <param name="settings">What to look for.</param>
/// <param name="channels">The channels that run.</param>
internal sealed class Watches(IJournalReader journal, Func<AlertSettings> settings, Func<IReadOnlyCollection<string>> channels)
{
    private const int LeastUsual = 10;
    private const int Weeks = 3;
    private const int ADay = 1_440;
    private const int AWhile = 30;

    private const int MostKnown = 100_000;
    private const int MostCertificates = 1_000;
    private static readonly TimeSpan s_learned = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_unmet = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_restart = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(EventKind Kind, string Channel, string Destination), HubEvent> _known = [];

    // Until when nothing had come into a channel whose silence is known, so that a silence of weeks is not read anew each minute.
    private readonly Dictionary<string, DateTimeOffset> _silentTo = [];
    private DateTimeOffset? _begunAt;

    /// <summary>Whether a channel has a file; one that has none cannot be started. Default: all have.</summary>
    public Func<string, bool> HasFile { get; init; } = _ => true;

    /// <summary>Whether what was told of certificates is so still, by its cause; null when nobody knows. Default: nobody does.</summary>
    public Func<string, bool?> IsSo { get; init; } = _ => null;

    /// <summary>Since when a destination's receiver is not down by plan; null while it is. Default: always.</summary>
    public Func<string, string, DateTimeOffset?> UpByPlanSince { get; init; } = (_, _) => DateTimeOffset.MinValue;

    /// <summary>Told what a watch goes by that cannot be read, while the journal can be used: it stands, and the others go on. Default: nobody.</summary>
    public Action<WatchKind, JournalException> NotRead { get; init; } = (_, _) => { };

    /// <summary>Looks.</summary>
    /// <param name="now">The time.</param>
    /// <returns>What begins and what is over.</returns>
    public IReadOnlyList<HubEvent> Look(DateTimeOffset now)
    {
        if (_begunAt is null)
            Remember();
        _begunAt ??= now;
        AlertSettings all = settings();
        Dictionary<(EventKind, string, string), HubEvent> found = [];
        foreach (WatchConfig watch in all.Watches)
        {
            foreach (HubEvent happened in LookOrWait(watch, all, now))
                found.TryAdd((happened.Kind, happened.Channel, happened.Destination), happened);
        }

        return
        [
            .. found.Where(pair => !_known.ContainsKey(pair.Key)).Select(pair => pair.Value),
            .. _known.Where(pair => !found.ContainsKey(pair.Key)).Select(pair => pair.Value with { IsEnd = true, Lasts = false, Text = "", At = now }),
            .. LookAtCertificates(now),
        ];
    }

    // Out of its hours nothing begins, and what was found in them waits for the next; so it does while too little is known since the start.
    private IReadOnlyList<HubEvent> LookOrWait(WatchConfig watch, AlertSettings all, DateTimeOffset now)
    {
        try
        {
            return [.. all.IsIn(watch.During, now) && SeesSince(watch, all, now) is { } since ? Look(watch, all, since, now) : Waiting(watch)];
        }
        catch (JournalException exception) when (!exception.IsTrouble)
        {
            // A page of the statistics that is damaged must not end the others.
            NotRead(watch.On, exception);
            return [.. Waiting(watch)];
        }
    }

    /// <summary>Says that an event of <see cref="Look(DateTimeOffset)"/> was stored. One that was not comes again with the next look.</summary>
    public void Stored(HubEvent happened)
    {
        if (happened.Kind == EventKind.CertificateExpires)
            return;
        if (happened.IsEnd)
            _known.Remove((happened.Kind, happened.Channel, happened.Destination));
        else
            _known[(happened.Kind, happened.Channel, happened.Destination)] = happened;
    }

    private IEnumerable<HubEvent> Look(WatchConfig watch, AlertSettings all, DateTimeOffset since, DateTimeOffset now) => watch.On switch
    {
        WatchKind.Queue => LookAtQueues(watch, now),
        WatchKind.Silence => watch.Minutes is { } minutes ? LookForSilence(watch, minutes, since, now) : LookForUnusualSilence(watch, all.Local, now),
        WatchKind.ErrorRate => LookForErrors(watch, now),
        WatchKind.Latency => LookAtLatency(watch, now),
        WatchKind.Stopped => LookForStopped(watch, now),
        _ => LookAtVolume(watch, all.Local, now),
    };

    // Nobody knows what would have come while the Hub was down: null while too little is known. What waits, and what went wrong, the journal knows.
    private DateTimeOffset? SeesSince(WatchConfig watch, AlertSettings all, DateTimeOffset now) => watch.On switch
    {
        WatchKind.Silence => HearsSince(watch, all, now),
        WatchKind.Throughput => now - SpanOf(watch) >= _begunAt ? now - SpanOf(watch) : null,
        _ => now,
    };

    // A Hub that is restarted again and again hears as one does that runs on: the short times between do not count, and are not a new beginning.
    private DateTimeOffset? HearsSince(WatchConfig watch, AlertSettings all, DateTimeOffset now)
    {
        (string? during, TimeSpan span) = watch.Minutes is { } minutes ? (watch.During, TimeSpan.FromMinutes(minutes)) : (null, s_learned);
        DateTimeOffset begun = _begunAt!.Value;
        DateTimeOffset since = all.Back(during, now, span);
        if (since >= begun)
            return since;
        foreach (LivedTime lived in journal.ReadLived(since - s_unmet, begun).Reverse())
        {
            TimeSpan gap = begun > lived.To ? begun - lived.To : TimeSpan.Zero;
            if (gap > s_restart)
                return null;
            span += gap;
            since = all.Back(during, now, span);
            begun = lived.From < begun ? lived.From : begun;
            if (since >= begun)
                return since;
        }

        return null;
    }

    private static TimeSpan SpanOf(WatchConfig watch) => TimeSpan.FromMinutes(watch.Minutes ?? 15);

    // What lasted when the Hub was stopped lasts until its watch says otherwise.
    private void Remember()
    {
        foreach (Incident open in journal.FindIncidents(new() { IsOpen = true, Limit = MostKnown }).Where(open => open.Lasts && WatchConfig.IsOfWatch(open.Kind)))
            Stored(new() { Kind = open.Kind, Channel = open.Channel, Destination = open.Destination, At = open.LastAt, Text = open.Text, Lasts = true });
    }

    private IEnumerable<HubEvent> Waiting(WatchConfig watch) =>
        _known.Values.Where(known => known.Kind == WatchConfig.EventOf(watch.On) && watch.Looks(known.Channel) && (known.Destination.Length == 0 || watch.Looks(known.Channel, known.Destination)));

    // What was told of a certificate lasts in the journal; whether it is so still is known from the files, and of partners when they were met.
    private IEnumerable<HubEvent> LookAtCertificates(DateTimeOffset now)
    {
        HubEvent any = new() { Kind = EventKind.CertificateExpires, At = now };
        foreach (Incident told in journal.FindIncidents(new() { Cause = any, Limit = MostCertificates }))
        {
            // A partner that was not met for a day has another certificate or is none any more; it is told anew when it comes.
            if (!(IsSo(told.Fingerprint) ?? now - _begunAt < s_unmet))
                yield return any with { Fingerprint = told.Fingerprint, IsEnd = true };
        }
    }

    private IEnumerable<HubEvent> LookAtQueues(WatchConfig watch, DateTimeOffset now)
    {
        foreach (QueueStatus queue in journal.ReadQueues().Where(queue => watch.Looks(queue.Channel, queue.Destination)))
        {
            // What waited for too long before its receiver was down by plan is not over by that.
            bool isKnown = _known.TryGetValue((EventKind.Queue, queue.Channel, queue.Destination), out HubEvent? known);
            if (UpByPlanSince(queue.Channel, queue.Destination) is not { } since)
            {
                if (isKnown)
                    yield return known!;
                continue;
            }

            TimeSpan age = now - queue.OldestAt;
            TimeSpan counted = isKnown || queue.OldestAt > since ? age : now - since;
            bool isLong = queue.Depth > watch.Depth && (isKnown || now - since > TimeSpan.FromMinutes(watch.Minutes ?? AWhile));
            if (isLong || counted > TimeSpan.FromMinutes(watch.Minutes ?? int.MaxValue))
                yield return Make(EventKind.Queue, now, queue.Channel, queue.Destination, $"{queue.Depth} deliveries wait, the oldest for {(int)age.TotalMinutes} minutes. See what is in the way with: hub destinations");
        }
    }

    private IEnumerable<HubEvent> LookForStopped(WatchConfig watch, DateTimeOffset now)
    {
        TimeSpan most = TimeSpan.FromMinutes(watch.Minutes ?? ADay);
        foreach (ChannelStop stop in journal.ReadChannelStops().Where(stop => watch.Looks(stop.Channel) && now - stop.At > most && HasFile(stop.Channel)))
            yield return Make(EventKind.Stopped, now, stop.Channel, "", $"{stop.By} stopped the channel on {stop.At.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, and it is stopped still: nothing comes in, and what it had queued waits. Start it with: hub channels start {stop.Channel}");
    }

    private IEnumerable<HubEvent> LookForSilence(WatchConfig watch, int minutes, DateTimeOffset since, DateTimeOffset now)
    {
        HashSet<string> speaking = [.. Sums(since, now).Where(sum => sum.Received > 0).Select(sum => sum.Channel)];
        foreach (string channel in channels().Where(channel => watch.Looks(channel) && !speaking.Contains(channel)))
            yield return Make(EventKind.Silence, now, channel, "", $"Nothing has come in for {minutes} minutes. Ask the sender, and look whether it is connected.");
    }

    private IEnumerable<HubEvent> LookForUnusualSilence(WatchConfig watch, TimeZoneInfo zone, DateTimeOffset now)
    {
        Dictionary<string, long> last = Received(now - s_learned, now);
        Dictionary<string, long>[] weeks = OfWeeks(s_learned, zone, now);
        foreach (string channel in channels().Where(watch.Looks))
        {
            DateTimeOffset? silentTo = _silentTo.Remove(channel, out DateTimeOffset seen) ? seen : null;
            if (last.GetValueOrDefault(channel) > 0)
                continue;
            // Later hours may be quiet ones: only a message tells that the feed speaks again, be it one that came while the watch had its hours off.
            if (_known.TryGetValue((EventKind.Silence, channel, ""), out HubEvent? known) && Received(silentTo ?? known.At, now).GetValueOrDefault(channel) == 0)
            {
                _silentTo[channel] = now;
                yield return known;
            }
            else if (weeks.All(week => week.GetValueOrDefault(channel) >= LeastUsual))
                yield return Make(EventKind.Silence, now, channel, "", $"Nothing has come in for an hour in which there were {string.Join(", ", weeks.Select(week => week[channel]))} messages in the weeks before. Ask the sender.");
        }
    }

    private IEnumerable<HubEvent> LookForErrors(WatchConfig watch, DateTimeOffset now)
    {
        foreach (MinuteStatistics sum in Sums(now.AddMinutes(-(watch.Minutes ?? 15)), now).Where(sum => watch.Looks(sum.Channel, sum.Destination)))
        {
            (long all, long bad) = sum.Destination.Length == 0 ? (sum.Received, sum.Rejected) : (sum.Delivered + sum.Parked, sum.Parked);
            if (all >= watch.LeastMessages && bad * 100 > all * watch.Percent!.Value)
                yield return Make(EventKind.ErrorRate, now, sum.Channel, sum.Destination, $"{bad} of {all} {(sum.Destination.Length == 0 ? "messages were rejected" : "deliveries were parked")}. See why with: hub messages");
        }
    }

    private IEnumerable<HubEvent> LookAtLatency(WatchConfig watch, DateTimeOffset now)
    {
        foreach (MinuteStatistics sum in Sums(now.AddMinutes(-(watch.Minutes ?? 15)), now).Where(sum => sum.Destination.Length > 0 && watch.Looks(sum.Channel, sum.Destination)))
        {
            TimeSpan slow = sum.Latency.Percentile(0.95);
            if (sum.Latency.Count >= watch.LeastMessages && slow.TotalMilliseconds > watch.Milliseconds)
                yield return Make(EventKind.Latency, now, sum.Channel, sum.Destination, $"5 of 100 messages take longer than {slow.TotalMilliseconds:0} ms to their receiver. Look at the receiver, and at the queue with: hub destinations");
        }
    }

    private IEnumerable<HubEvent> LookAtVolume(WatchConfig watch, TimeZoneInfo zone, DateTimeOffset now)
    {
        TimeSpan span = SpanOf(watch);
        Dictionary<string, long> last = Received(now - span, now);
        Dictionary<string, long>[] weeks = OfWeeks(span, zone, now);
        foreach (string channel in channels().Where(watch.Looks))
        {
            long usual = weeks.Select(week => week.GetValueOrDefault(channel)).Order().ElementAt(Weeks / 2);
            long count = last.GetValueOrDefault(channel);
            if (usual >= watch.LeastMessages && (count * 100 > usual * watch.Percent || count * watch.Percent < usual * 100))
                yield return Make(EventKind.Throughput, now, channel, "", $"{count} messages came in within {span.TotalMinutes:0} minutes; usual at this time of the week are {usual}.");
        }
    }

    // The same time by the clocks of the place, which go forward and back: people do. Without the minute that is not over: of this week it is not counted yet.
    private Dictionary<string, long>[] OfWeeks(TimeSpan span, TimeZoneInfo zone, DateTimeOffset now)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMinute)), zone);
        return [.. Enumerable.Range(1, Weeks).Select(week => Calendar.In(zone, local.DateTime.AddDays(-7 * week))).Select(to => Received(to - span, to))];
    }

    private Dictionary<string, long> Received(DateTimeOffset from, DateTimeOffset to) =>
        Sums(from, to).Where(sum => sum.Destination.Length == 0).ToDictionary(sum => sum.Channel, sum => sum.Received);

    // Minutes are what is counted: the one in which the time begins is in it, so that nothing is told too early.
    private IReadOnlyList<MinuteStatistics> Sums(DateTimeOffset begins, DateTimeOffset to)
    {
        DateTimeOffset from = begins.AddTicks(-(begins.UtcTicks % TimeSpan.TicksPerMinute));
        return Statistics.StatisticsReport.Make(journal.ReadStatistics(new() { From = from, To = to }), StatisticsStep.Whole, types: false, from, TimeZoneInfo.Utc);
    }

    private static HubEvent Make(EventKind kind, DateTimeOffset now, string channel, string destination, string text) =>
        new() { Kind = kind, Channel = channel, Destination = destination, At = now, Text = text, Lasts = true };
}

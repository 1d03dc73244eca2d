using System.Collections.Concurrent;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Engine.Statistics;

namespace Hub.Engine.Admin;

/// <summary>What the API does beside what pages do.</summary>
internal sealed partial class HubView
{
    /// <summary>Most rows of statistics at once: some 50 MB while they are put together.</summary>
    private const int MostRows = 100_000;

    /// <summary>Of how many replays the channels are kept in memory; what a replay is about does not change.</summary>
    private const int MostReplays = 1_000;

    private readonly ConcurrentDictionary<long, IReadOnlyList<string>> _channelsOfReplays = [];

    /// <summary>How much time of minutes is in memory at once.</summary>
    private static readonly TimeSpan s_slice = TimeSpan.FromHours(6);

    public async Task<ChannelView> ChangeChannelAsync(string channel, bool runs, string by, string? reason) => View(await parts.ChannelOperations.ChangeAsync(channel, runs, by, reason));

    public string? ChannelFile(string channel) => Shown(parts.Channels.Loaded.GetValueOrDefault(channel)?.Text);

    public IReadOnlyList<ChannelVersion> Versions(string channel) => journal.ReadChannelVersions(channel);

    public string? VersionText(string channel, int number) => Shown(journal.ReadChannelVersion(channel, number));

    private static string? Shown(string? file) => file is null ? null : FileVersions.WithoutSecrets(file);

    public ReplayPreview Preview(ReplayOrder order) => Told(() => parts.Replays.Preview(ReplayPlan.Of(order)));

    public async Task<ReplayView> BeginAsync(ReplayOrder order, CancellationToken stopping)
    {
        ReplayPlan plan = Told(() => ReplayPlan.Checked(ReplayPlan.Of(order)));
        return await parts.Replays.BeginAsync(new(plan) { IsConfirmed = order.IsConfirmed, Waits = order.Waits }, stopping);
    }

    public IReadOnlyList<string> ChannelsOf(ReplayBatch replay)
    {
        if (_channelsOfReplays.TryGetValue(replay.Id, out IReadOnlyList<string>? known))
            return known;
        if (_channelsOfReplays.Count >= MostReplays)
            _channelsOfReplays.Clear();
        return _channelsOfReplays[replay.Id] = ReplayPlan.ChannelsOf(replay, journal);
    }

    public Task<ReplayView> ChangeAsync(long replay, ReplayChange change) => change switch
    {
        ReplayChange.Pause => parts.Replays.PauseAsync(replay),
        ReplayChange.Resume => parts.Replays.ResumeAsync(replay),
        _ => parts.Replays.CancelAsync(replay),
    };

    public IReadOnlyList<MinuteStatistics> Statistics(StatisticsQuery query, StatisticsStep step, bool types)
    {
        IReadOnlyList<MinuteStatistics> rows = [];
        for (DateTimeOffset from = query.From; from < query.To; from += s_slice)
        {
            DateTimeOffset to = from + s_slice < query.To ? from + s_slice : query.To;
            IReadOnlyList<MinuteStatistics> some = journal.ReadStatistics(query with { From = from, To = to });
            if (some.Count > 0)
                rows = StatisticsReport.Make(rows.Concat(some), step, types, query.From, TimeZoneInfo.Local);
            if (rows.Count > MostRows)
                throw new RequestException($"These are more than {MostRows} rows. Ask for less time, for one channel, or for a row an hour or a day.");
        }

        return rows;
    }

    public IReadOnlyList<RetentionPreview> PreviewRetention() => parts.Retention.Preview();

    public Task<RetentionReport> PruneAsync(bool isClockRight, CancellationToken stopping)
    {
        if (!isClockRight)
            parts.Retention.RequireClock();
        return parts.Retention.SweepAsync(stopping);
    }

    public Task<string> RotateKeyAsync() => (journal as IKeyedJournal ?? throw new JournalException("The journal of this Hub has no keys.")).RotateKeyAsync();

    // A plan that can never be carried out is the asker's mistake, not the Hub's state.
    private static T Told<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ReplayPlanException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }
}

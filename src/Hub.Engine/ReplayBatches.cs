using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// The replays: begins them, pauses, resumes and cancels them, and goes on after a restart with those that a stop came in between.
/// They and how far they are stand in the journal; here are only those at work.
/// </summary>
internal sealed partial class ReplayBatches(IJournal journal, Replayer replayer, Func<string, ChannelModel?> find, Func<string?> refuses, TimeProvider clock, ILogger<ReplayBatches> log) : IAsyncDisposable
{
    /// <summary>Most replays at work at once: each reads the journal, and live messages go first.</summary>
    private const int MostAtWork = 8;

    /// <summary>So many messages are taken up without a question.</summary>
    private const long MostUnconfirmed = 1_000;

    /// <summary>Most that paused themselves and are told of at a start.</summary>
    private const int MostTold = 100;

    private const string PausedByPerson = "A person paused it.";

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<long, (Task<ReplayState> Work, CancellationTokenSource Stop)> _atWork = [];
    private bool _closed;

    /// <summary>Goes on with what a stop came in between.</summary>
    public async Task StartAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            foreach (ReplayBatch batch in journal.ReadReplays(MostAtWork, ReplayState.Running).Reverse())
            {
                Log.GoesOn(log, batch.Id, batch.Done + batch.Failed, batch.Total);
                _ = Begin(batch, null, null);
            }

            // Nobody asked for these pauses, and whoever was told of them is to know that they last.
            foreach (ReplayBatch batch in journal.ReadReplays(MostTold, ReplayState.Paused).Where(batch => batch.Reason != PausedByPerson))
                Log.StaysPaused(log, batch.Id, batch.Reason);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Says what a replay would take up.</summary>
    /// <exception cref="JournalException">It is not possible; the text says why.</exception>
    public ReplayPreview Preview(ReplayPlan plan)
    {
        ReplayPlan whole = Complete(plan);
        ReplayedChannel[] channels = Count(whole);
        long messages = channels.Sum(channel => channel.Messages);
        return new(whole.Words(), messages, channels, whole.Rate is { } rate ? (double)messages / rate : null);
    }

    /// <summary>Begins a replay.</summary>
    /// <returns>How it stands; with what became of each message when these were named and waited for.</returns>
    /// <exception cref="JournalException">It is not possible; the text says why.</exception>
    public async Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping)
    {
        ReplayPlan plan = Complete(request.Plan);
        long total = plan.Messages is { } named ? named.Distinct().Count() : Count(plan).Sum(channel => channel.Messages);
        if (total == 0)
            throw new ReplayRefusedException("No message fits, so nothing is taken up. Look with the same filter: hub messages");
        if (total > MostUnconfirmed && !request.IsConfirmed)
            throw new ReplayRefusedException($"This takes {total} messages up again ({plan.Words()}). See which with --dry-run; when they are meant, add --yes.");
        List<ReplayResult> results = [];
        (ReplayBatch batch, Task<ReplayState> work) = await BeginAsync(plan, total, plan.Messages is null ? null : results.Add);
        if (request.Waits)
            await work.WaitAsync(stopping);
        return ReplayView.Of(journal.ReadReplay(batch.Id)!) with { Results = request.Waits && plan.Messages is not null ? results : null };
    }

    /// <summary>Stops a replay where it is, until it is resumed.</summary>
    public Task<ReplayView> PauseAsync(long id) => ChangeAsync(id, ReplayState.Paused, PausedByPerson);

    /// <summary>Ends a replay. What was taken up stays so.</summary>
    public Task<ReplayView> CancelAsync(long id) => ChangeAsync(id, ReplayState.Cancelled, "A person cancelled it.");

    /// <summary>Goes on with a replay.</summary>
    /// <param name="id">The replay.</param>
    /// <param name="waits">Whether to wait for its end.</param>
    /// <exception cref="JournalException">It is at its end, or there is none.</exception>
    public async Task<ReplayView> ResumeAsync(long id, bool waits = false)
    {
        Task<ReplayState> work;
        await _oneAtATime.WaitAsync();
        try
        {
            ReplayBatch batch = Require(id);
            if (!IsAtWork(id))
            {
                RequireRoom();
                await journal.AppendAsync(new ReplayChanged(id, ReplayState.Running, null, clock.GetUtcNow()));
                Log.TakenCareOf(log, id);
                _ = Begin(batch, null, null);
            }

            work = _atWork[id].Work;
        }
        finally
        {
            _oneAtATime.Release();
        }

        if (waits)
            await work;
        return ReplayView.Of(Require(id));
    }

    /// <summary>Stops all where they are; they go on at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _oneAtATime.WaitAsync();
        _closed = true;
        foreach ((_, CancellationTokenSource stop) in _atWork.Values)
            await stop.CancelAsync();
        await Task.WhenAll(_atWork.Values.Select(Task (one) => one.Work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach ((_, CancellationTokenSource stop) in _atWork.Values)
            stop.Dispose();
        _atWork.Clear();
        _oneAtATime.Release();
    }

    private async Task<(ReplayBatch Batch, Task<ReplayState> Work)> BeginAsync(ReplayPlan plan, long total, Action<ReplayResult>? told)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            RequireRoom();
            long id = (journal.ReadReplays(1) is [{ } last] ? last.Id : 0) + 1;
            DateTimeOffset now = clock.GetUtcNow();
            ReplayBatch batch = new() { Id = id, BegunAt = now, ChangedAt = now, State = ReplayState.Running, What = plan.Words(), Plan = plan.ToString(), Total = total };
            await journal.AppendAsync(new ReplayBegun(batch));
            Log.Begins(log, id, total, plan.Words(forLog: true));
            return (batch, Begin(batch, plan, told));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<ReplayView> ChangeAsync(long id, ReplayState state, string reason)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            Require(id);
            if (_atWork.Remove(id, out (Task<ReplayState> Work, CancellationTokenSource Stop) one))
            {
                await one.Stop.CancelAsync();
                await ((Task)one.Work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                one.Stop.Dispose();
            }

            await journal.AppendAsync(new ReplayChanged(id, state, reason, clock.GetUtcNow()));
            Log.TakenCareOf(log, id);
            return ReplayView.Of(Require(id));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    // Without a plan it is the one that the journal has.
    private Task<ReplayState> Begin(ReplayBatch batch, ReplayPlan? plan, Action<ReplayResult>? told)
    {
        CancellationTokenSource stop = new();
        ReplayRun run = new(batch, plan, new(journal, replayer, refuses, clock, log));
        Task<ReplayState> work = Task.Run(() => run.RunAsync(told, stop.Token));
        _atWork[batch.Id] = (work, stop);
        return work;
    }

    private bool IsAtWork(long id) => _atWork.TryGetValue(id, out (Task<ReplayState> Work, CancellationTokenSource Stop) one) && !one.Work.IsCompleted;

    private void RequireRoom()
    {
        if (_closed)
            throw new ReplayRefusedException("The Hub stops. Ask again when it runs.");
        foreach (long id in _atWork.Keys.Where(id => !IsAtWork(id)).ToArray())
        {
            _atWork[id].Stop.Dispose();
            _atWork.Remove(id);
        }

        if (_atWork.Count >= MostAtWork)
            throw new ReplayRefusedException($"{_atWork.Count} replays are at work, and no more than {MostAtWork} at once. Wait for one (hub replays), or pause one with: hub replays pause ID");
    }

    private ReplayBatch Require(long id) =>
        journal.ReadReplay(id) ?? throw new ReplayRefusedException($"There is no replay {id}. See which there are with: hub replays");

    // What comes in from now on, the replayed messages among it, is none of it.
    private ReplayPlan Complete(ReplayPlan? given)
    {
        ReplayPlan plan = ReplayPlan.Checked(given);
        if (plan.Channel is { } channel && (find(channel) ?? throw new ReplayRefusedException($"There is no channel {channel} that can be used. See which there are, and what is wrong with them, with: hub check")) is { } model)
        {
            if (plan.Destination is { } only && model.Destinations.All(destination => destination.Id != only))
                throw new ReplayRefusedException($"Channel {channel} has no destination {only}. It has: {string.Join(", ", model.Destinations.Select(destination => destination.Id))}");
        }

        if (plan.Query is not { } query)
            return plan;
        MessageId newest = journal.Find(new() { Limit = 1 }) is [{ } last] ? last.Id : default;
        return plan with
        {
            Query = query with
            {
                AreOriginals = query.Replay is null && query.Trace is null,
                Destination = query.Destination ?? plan.Destination,
                Before = new(newest.Value + 1),
            },
        };
    }

    private static partial class Log
    {
        [LoggerMessage(5072, LogLevel.Information, "Replay {Replay} begins with {Total} messages: {What}")]
        public static partial void Begins(ILogger log, long replay, long total, string what);

        [LoggerMessage(5073, LogLevel.Information, "Replay {Replay} goes on at {At} of {Total} messages")]
        public static partial void GoesOn(ILogger log, long replay, long at, long total);

        [LoggerMessage(5076, LogLevel.Information, "Replay {Replay}: a person resumed, paused or cancelled it")]
        public static partial void TakenCareOf(ILogger log, long replay);

        [LoggerMessage(5077, LogLevel.Warning, "Replay {Replay} paused itself and is paused still. {Reason}")]
        public static partial void StaysPaused(ILogger log, long replay, string? reason);
    }
}

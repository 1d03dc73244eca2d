using Hub.Alerts;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Statistics;

/// <summary>Has the statistics of minutes written when they are over, and what is looked for each minute looked for.</summary>
/// <param name="journal">The journal.</param>
/// <param name="watches">Looks for it.</param>
/// <param name="liveness">Finds out how the channels are.</param>
/// <param name="alerter">Makes the mails of the day.</param>
/// <param name="clock">The time.</param>
/// <param name="log">For people.</param>
internal sealed partial class StatisticsLoop(IJournal journal, Alerting.Watches watches, Liveness liveness, Alerter alerter, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private Task? _loop;

    /// <summary>What else is done each minute.</summary>
    public Action? Beside { get; init; }

    /// <summary>Begins.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        // What never began has nothing to write, and the journal may not be open.
        if (_loop is null || _stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryAsync(new StatisticsDue(clock.GetUtcNow(), IsEnd: true), Log.NotWritten);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            // A second after the minute, so that what was under way when it ended is in it.
            DateTimeOffset now = clock.GetUtcNow();
            TimeSpan left = s_minute - TimeSpan.FromTicks(now.UtcTicks % s_minute.Ticks) + TimeSpan.FromSeconds(1);
            await Task.Delay(left, clock, _stopping.Token);
            try
            {
                await DoAsync();
            }
            catch (Exception exception)
            {
                // Whatever it was, the next minute is to be counted and looked at.
                Log.Failed(log, exception);
            }
        }
    }

    /// <summary>Does what is done once a minute.</summary>
    public async Task DoAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            Beside?.Invoke();
            DateTimeOffset now = clock.GetUtcNow();
            if (!await TryAsync(new StatisticsDue(now) { Queues = Queues() }, Log.NotWritten))
                return;
            // Whatever becomes of it, what is to be told is looked for.
            try
            {
                await TryAsync(await liveness.LookAsync(now), Log.NotCounted);
            }
            finally
            {
                await LookAsync(now);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<bool> TryAsync(JournalEntry entry, Action<ILogger, string> tell)
    {
        try
        {
            await journal.AppendAsync(entry);
            return true;
        }
        catch (JournalException exception)
        {
            tell(log, exception.Message);
            return false;
        }
    }

    // What cannot be read now is missing in one minute; the write after it says what is wrong.
    private IReadOnlyList<QueueStatus> Queues()
    {
        try
        {
            return journal.ReadQueues();
        }
        catch (JournalException)
        {
            return [];
        }
    }

    private async Task LookAsync(DateTimeOffset now)
    {
        try
        {
            await WatchAsync(now);
        }
        catch (JournalException exception)
        {
            Log.NotWritten(log, exception.Message);
        }

        // Whatever the watches come to, the mails of the day and of subscriptions are due.
        try
        {
            await alerter.LookAtTimeAsync((from, to) => StatisticsReport.Rows(journal.ReadStatistics(new() { From = from, To = to }), journal.ReadAvailability(to.AddDays(-30), to)));
        }
        catch (JournalException exception)
        {
            Log.NotWritten(log, exception.Message);
        }
    }

    private async Task WatchAsync(DateTimeOffset now)
    {
        foreach (HubEvent happened in watches.Look(now))
        {
            await journal.AppendAsync(new EventRaised(happened));
            watches.Stored(happened);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6020, LogLevel.Warning, "The statistics of the last minutes wait in memory, because the journal cannot be used now. {Reason}")]
        public static partial void NotWritten(ILogger log, string reason);

        [LoggerMessage(6022, LogLevel.Warning, "How the channels were in this minute could not be kept, so it counts as down in their availability. {Reason}")]
        public static partial void NotCounted(ILogger log, string reason);

        [LoggerMessage(6021, LogLevel.Error, "What is done each minute for statistics and alerts failed, and is done again in a minute")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}

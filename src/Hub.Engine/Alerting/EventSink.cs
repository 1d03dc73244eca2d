using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Alerting;

/// <summary>
/// Brings events that no entry of the journal records into the journal. Those of one cause that come within a second are one, so that a peer that fails a
/// thousand times a second costs one row. While the journal cannot be written they wait, and what is told of that goes another way.
/// </summary>
internal sealed partial class EventSink : IAsyncDisposable
{
    /// <summary>Most causes that wait. More at once are one trouble with many faces.</summary>
    private const int MostCauses = 1_000;

    private static readonly TimeSpan s_together = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_dropped = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<HubEvent> _waiting = [];
    private readonly Dictionary<(EventKind, string, string, string, bool), DateTimeOffset> _writtenAt = [];
    private readonly SemaphoreSlim _told = new(0);
    private long _dropped;
    private DateTimeOffset? _droppedTold;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Takes an event; never waits.</summary>
    public void Add(HubEvent happened)
    {
        lock (_lock)
        {
            int known = _waiting.FindLastIndex(other => other.IsSameCause(happened));
            // Only when nothing of the cause came between: an end between two beginnings is an end.
            if (known >= 0 && !_waiting.Skip(known + 1).Any(other => other.Kind == happened.Kind && other.Channel == happened.Channel && other.Destination == happened.Destination))
                _waiting[known] = happened with { Count = _waiting[known].Count + happened.Count, Lasts = _waiting[known].Lasts || happened.Lasts };
            else if (_waiting.Count < MostCauses)
                _waiting.Add(happened);
            else
                _dropped += happened.Count;
            if (_waiting.Count > 0 && _told.CurrentCount == 0)
                _told.Release();
        }
    }

    /// <summary>Begins to write to a journal that is open.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="otherwise">Told what is wrong with the journal and its disk while it cannot be written.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">For people.</param>
    public void Start(IJournal journal, Func<HubEvent, CancellationToken, Task> otherwise, TimeProvider clock, ILogger log) => _loop = Task.Run(() => RunAsync(journal, otherwise, clock, log));

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(IJournal journal, Func<HubEvent, CancellationToken, Task> otherwise, TimeProvider clock, ILogger log)
    {
        while (!_stopping.IsCancellationRequested)
        {
            TimeSpan wait = await WriteAsync(journal, otherwise, clock, log);
            TellDropped(clock.GetUtcNow(), log);
            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            Task told = _told.WaitAsync(waiting.Token);
            // While the journal fails, what comes besides changes nothing.
            await (wait == s_again ? Task.Delay(wait, clock, _stopping.Token) : Task.WhenAny(told, Task.Delay(wait, clock, waiting.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await waiting.CancelAsync();
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // What a stop itself had to say.
        await WriteAsync(journal, otherwise, clock, log);
    }

    /// <summary>Writes what may be written now.</summary>
    /// <returns>How long to wait for the rest; infinite when there is none.</returns>
    private async Task<TimeSpan> WriteAsync(IJournal journal, Func<HubEvent, CancellationToken, Task> otherwise, TimeProvider clock, ILogger log)
    {
        while (Take(clock.GetUtcNow()) is { } happened)
        {
            try
            {
                await journal.AppendAsync(new EventRaised(happened));
            }
            catch (Exception exception)
            {
                // A mistake here must not end all events.
                if (exception is not JournalException)
                    Log.Failed(log, exception);
                await PutBackAsync(happened, otherwise, log);
                return s_again;
            }
        }

        return NextIn(clock.GetUtcNow());
    }

    private void TellDropped(DateTimeOffset now, ILogger log)
    {
        if (now - _droppedTold < s_dropped || Interlocked.Exchange(ref _dropped, 0) is not (> 0 and var dropped))
            return;
        _droppedTold = now;
        Log.Dropped(log, dropped, MostCauses);
    }

    private async Task PutBackAsync(HubEvent happened, Func<HubEvent, CancellationToken, Task> otherwise, ILogger log)
    {
        HubEvent[] urgent;
        lock (_lock)
        {
            _waiting.Insert(0, happened);
            urgent = [.. _waiting.Where(waiting => waiting.Kind is EventKind.JournalFault or EventKind.Disk)];
        }

        foreach (HubEvent one in urgent)
        {
            try
            {
                await otherwise(one, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(log, exception);
            }
        }
    }

    // The first of a cause goes at once; the next of it a second later, with all that came between. Nothing passes what it may be the end of.
    private HubEvent? Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_writtenAt.Count > MostCauses)
                _writtenAt.Clear();
            int first = _waiting.FindIndex(happened => MayGo(happened, now));
            if (first < 0)
                return null;
            HubEvent taken = _waiting[first];
            _waiting.RemoveAt(first);
            _writtenAt[Cause(taken)] = now;
            return taken;
        }
    }

    private TimeSpan NextIn(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return Timeout.InfiniteTimeSpan;
            TimeSpan next = _waiting.Min(happened => _writtenAt.GetValueOrDefault(Cause(happened), now - s_together) + s_together - now);
            return next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(1);
        }
    }

    private bool MayGo(HubEvent happened, DateTimeOffset now) =>
        (!_writtenAt.TryGetValue(Cause(happened), out DateTimeOffset at) || now - at >= s_together || _stopping.IsCancellationRequested)
        && !_waiting.TakeWhile(other => other != happened).Any(other => other.Kind == happened.Kind && other.Channel == happened.Channel && other.Destination == happened.Destination);

    private static (EventKind, string, string, string, bool) Cause(HubEvent happened) => (happened.Kind, happened.Channel, happened.Destination, happened.Fingerprint, happened.IsEnd);

    private static partial class Log
    {
        // Of the numbers that are no events themselves (LogEvents): this line must not feed what it tells of.
        [LoggerMessage(6012, LogLevel.Error, "Events could not be written or told and are tried again. This is a mistake in the Hub; report it")]
        public static partial void Failed(ILogger log, Exception exception);

        [LoggerMessage(6023, LogLevel.Error, "{Count} events are not kept, and nobody is told of them, because {Most} causes wait to be written. See what they were in the log, and why the journal is not written")]
        public static partial void Dropped(ILogger log, long count, int most);
    }
}

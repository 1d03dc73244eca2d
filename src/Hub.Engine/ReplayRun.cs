using Hub.Contracts;
using Hub.Engine.Commands;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// One message at a time: the next is taken up when the disk has the one before, so order is kept whatever fails, live messages never
// stand behind more than one, and where it stands is exact after a kill. Only numbers are read, a page at a time.

/// <summary>One replay at work.</summary>
/// <param name="batch">The replay.</param>
/// <param name="plan">Which messages, and how.</param>
/// <param name="parts">What it works with.</param>
internal sealed partial class ReplayRun(ReplayBatch batch, ReplayPlan plan, ReplayParts parts)
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Takes up what is left, and stores how it ended.</summary>
    /// <param name="told">Told of each message; null for nobody.</param>
    /// <param name="stopping">Fires when it is to stop where it is.</param>
    /// <returns>Where it stands now; Running when it was stopped.</returns>
    public async Task<ReplayState> RunAsync(Action<ReplayResult>? told, CancellationToken stopping)
    {
        try
        {
            ReplayPace pace = new(plan.Rate, parts.Clock);
            foreach ((long item, string name, Func<ReplayItem, Task<ReplayResult>> takeUp) in Items())
            {
                await pace.WaitAsync(stopping);
                await WaitForRoomAsync(stopping);
                ReplayResult result = await TakeUpAsync(new(batch.Id, item), name, takeUp, stopping);
                told?.Invoke(result);
            }

            return await EndAsync(ReplayState.Done, null, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ReplayState.Running;
        }
        catch (Exception exception) when (exception is ReplayRefusedException or IOException or UnauthorizedAccessException)
        {
            Log.Paused(parts.Log, batch.Id, exception.Message);
            return await EndAsync(ReplayState.Paused, exception.Message, stopping);
        }
    }

    private async Task<ReplayState> EndAsync(ReplayState state, string? reason, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await parts.Journal.AppendAsync(new ReplayChanged(batch.Id, state, reason, parts.Clock.GetUtcNow()));
                return state;
            }
            catch (JournalException exception)
            {
                Log.Waits(parts.Log, batch.Id, exception.Message);
                await Task.Delay(s_pauseAfterFailure, parts.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stopping.IsCancellationRequested)
                    return ReplayState.Running;
            }
        }
    }

    private async Task<ReplayResult> TakeUpAsync(ReplayItem item, string name, Func<ReplayItem, Task<ReplayResult>> takeUp, CancellationToken stopping)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await takeUp(item);
            }
            catch (ReplayRefusedException exception) when (!exception.IsOfChannel || plan.Messages is not null)
            {
                return await FailAsync(item, name, exception.Message, stopping);
            }
            catch (JournalException exception) when (exception is not ReplayRefusedException)
            {
                if (IsTaken(item))
                    return new(name, null, 0, "taken up; see it with hub messages --replay"); // D04: the commit that seemed to fail is on disk
                // The journal refuses this entry and no other, or it is in trouble as a whole: the second try tells.
                if (attempt > 1 && await TryFailAsync(item, exception.Message))
                    return new(name, null, 0, exception.Message);
                Log.Waits(parts.Log, batch.Id, exception.Message);
                await Task.Delay(s_pauseAfterFailure, parts.Clock, stopping);
            }
        }
    }

    private async Task<ReplayResult> FailAsync(ReplayItem item, string name, string reason, CancellationToken stopping)
    {
        while (!await TryFailAsync(item, reason))
            await Task.Delay(s_pauseAfterFailure, parts.Clock, stopping);
        return new(name, null, 0, reason);
    }

    private async Task<bool> TryFailAsync(ReplayItem item, string reason)
    {
        try
        {
            await parts.Journal.AppendAsync(new ReplayItemFailed(item, reason, parts.Clock.GetUtcNow()));
            return true;
        }
        catch (JournalException)
        {
            return IsTaken(item);
        }
    }

    private bool IsTaken(ReplayItem item)
    {
        try
        {
            return parts.Journal.ReadReplayItems(item.Replay, item.Item - 1, 1) is [{ } next] && next.Item == item.Item;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    // What is acknowledged goes first when the disk gets full.
    private async Task WaitForRoomAsync(CancellationToken stopping)
    {
        for (bool isTold = false; parts.Refuses() is { } reason; isTold = true)
        {
            if (!isTold)
                Log.Waits(parts.Log, batch.Id, reason);
            await Task.Delay(s_pauseAfterFailure, parts.Clock, stopping);
        }
    }

    private IEnumerable<(long Item, string Name, Func<ReplayItem, Task<ReplayResult>> TakeUp)> Items()
    {
        TakenItems taken = new(parts.Journal, batch.Id);
        return (plan.Files is { } files ? OfFiles(files) : OfJournal()).Where(item => !taken.Has(item.Item));
    }

    private IEnumerable<(long Item, string Name, Func<ReplayItem, Task<ReplayResult>> TakeUp)> OfJournal() => Numbers().Select(number =>
        (number, new MessageId(number).ToString(), (Func<ReplayItem, Task<ReplayResult>>)(item => parts.Replayer.ReplayAsync(new(number), plan.Destination, item))));

    private IEnumerable<long> Numbers()
    {
        if (plan.Messages is { } named)
            return named.Distinct().Order();
        return Pages();
    }

    private IEnumerable<long> Pages()
    {
        IReadOnlyList<MessageId> page = parts.Journal.FindIds(plan.Query!, default, PageSize);
        while (page.Count > 0)
        {
            foreach (MessageId id in page)
                yield return id.Value;
            page = parts.Journal.FindIds(plan.Query!, page[^1], PageSize);
        }
    }

    private IEnumerable<(long Item, string Name, Func<ReplayItem, Task<ReplayResult>> TakeUp)> OfFiles(IReadOnlyList<ReplayFile> files)
    {
        long place = 0;
        foreach (ReplayFile file in files)
        {
            RequireSame(file);
            foreach (FileMessage message in MessageFiles.Read([file.Path]))
                yield return (++place, message.Name, item => parts.Replayer.TakeInAsync(plan.Channel!, message.Name, message.Content, plan.Destination, item));
        }
    }

    // Messages are known by their places, so another content would be taken up in part.
    private static void RequireSame(ReplayFile file)
    {
        FileInfo now = new(file.Path);
        if (!now.Exists)
            throw new IOException($"{file.Path} is gone. Put it back and resume, or cancel.");
        if (now.Length != file.Bytes || now.LastWriteTimeUtc != file.ChangedAt.UtcDateTime)
            throw new IOException($"{file.Path} has changed since the replay was asked for, so its messages are not known by their places any more. Put it back as it was and resume, or cancel and begin a new one.");
    }

    private static partial class Log
    {
        [LoggerMessage(5070, LogLevel.Warning, "Replay {Replay} is paused. {Reason} Then go on with: hub replays resume {Replay}")]
        public static partial void Paused(ILogger log, long replay, string reason);

        [LoggerMessage(5071, LogLevel.Warning, "Replay {Replay} waits and goes on by itself. {Reason}")]
        public static partial void Waits(ILogger log, long replay, string reason);
    }
}

/// <summary>What replays work with.</summary>
/// <param name="Journal">Where messages are, and where what becomes of them is stored.</param>
/// <param name="Replayer">Takes one up.</param>
/// <param name="Refuses">Why nothing new is stored now; null when it is.</param>
/// <param name="Clock">The time.</param>
/// <param name="Log">For trouble.</param>
internal sealed record ReplayParts(IJournal Journal, Replayer Replayer, Func<string?> Refuses, TimeProvider Clock, ILogger Log);

/// <summary>Which messages of a replay were taken up before a stop. Asked in their order; holds a page at a time.</summary>
internal sealed class TakenItems(IJournalReader journal, long replay)
{
    private const int PageSize = 1_000;
    private IReadOnlyList<StoredReplayItem> _page = [];
    private int _next;
    private long _read;
    private bool _isEmpty;

    public bool Has(long item)
    {
        while (!_isEmpty)
        {
            for (; _next < _page.Count && _page[_next].Item <= item; _next++)
            {
                if (_page[_next].Item == item)
                    return true;
            }

            if (_next < _page.Count)
                return false;
            // What is taken up from now on stands behind what is asked for.
            _page = journal.ReadReplayItems(replay, Math.Max(_read, item - 1), PageSize);
            _next = 0;
            _isEmpty = _page.Count == 0;
            _read = _isEmpty ? _read : _page[^1].Item;
        }

        return false;
    }
}

/// <summary>Keeps to so many messages a second.</summary>
internal sealed class ReplayPace(int? perSecond, TimeProvider clock)
{
    private long _start = clock.GetTimestamp();
    private long _count;

    /// <summary>Waits until the next message may go. Time that was lost is not made up for by a rush.</summary>
    public async Task WaitAsync(CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (perSecond is not { } rate)
            return;
        TimeSpan wait = TimeSpan.FromSeconds((double)_count / rate) - clock.GetElapsedTime(_start);
        if (wait < -TimeSpan.FromSeconds(1))
            (_start, _count) = (clock.GetTimestamp(), 0);
        _count++;
        // Timers know whole milliseconds.
        if (wait >= TimeSpan.FromMilliseconds(1))
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, stopping);
    }
}

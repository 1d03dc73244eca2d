using Hub.Contracts;
using Hub.Engine.Commands;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// One message at a time: the next is taken up when the disk has the one before, so order is kept whatever fails, live messages never
// stand behind more than one, and where it stands is exact after a kill. Only numbers are read, a page at a time.

/// <summary>One replay at work.</summary>
/// <param name="batch">The replay.</param>
/// <param name="given">Which messages, and how; null for what the journal has of it.</param>
/// <param name="parts">What it works with.</param>
internal sealed partial class ReplayRun(ReplayBatch batch, ReplayPlan? given, ReplayParts parts)
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(5);
    private ReplayPlan? _plan = given;

    private ReplayPlan Plan => _plan ??= ReplayPlan.Read(batch.Plan);

    /// <summary>Takes up what is left, and stores how it ended.</summary>
    /// <param name="told">Told of each message; null for nobody.</param>
    /// <param name="stopping">Fires when it is to stop where it is.</param>
    /// <returns>Where it stands now; Running when it was stopped.</returns>
    public async Task<ReplayState> RunAsync(Action<ReplayResult>? told, CancellationToken stopping)
    {
        try
        {
            ReplayPace pace = new(Plan.Rate, parts.Clock);
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
        catch (ReplayPlanException exception)
        {
            string reason = $"{exception.Message} Cancel it (hub replays cancel {batch.Id}) and begin a new one.";
            Log.CannotGoOn(parts.Log, batch.Id, reason);
            return await EndAsync(ReplayState.Paused, reason, stopping);
        }
        catch (Exception exception)
        {
            // Running would begin it again at every start, to the same end. The other replays and the channels go on.
            Log.Failed(parts.Log, batch.Id, exception);
            string reason = exception is JournalException ? exception.Message : $"The Hub failed on it ({exception.GetType().Name}); its log says where. Report that.";
            return await EndAsync(ReplayState.Paused, reason, stopping);
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
        for (int refusals = 0; ;)
        {
            try
            {
                return await takeUp(item);
            }
            catch (ReplayRefusedException exception) when (!exception.IsOfChannel || Plan.Messages is not null)
            {
                return await FailAsync(item, name, exception.Message, stopping);
            }
            catch (JournalException exception) when (exception is not ReplayRefusedException)
            {
                if (IsTaken(item))
                    return new(name, null, 0, "taken up; see it with hub messages --replay"); // D04: the commit that seemed to fail is on disk
                // A small entry may fit on a disk that is too full for the message, so trouble is waited for. What is refused may be another
                // entry of the same commit: the second try tells.
                refusals += exception.IsTrouble ? 0 : 1;
                if (!exception.IsTrouble && refusals > 1 && await TryFailAsync(item, exception.Message))
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
        return (Plan.Files is { } files ? OfFiles(files) : OfJournal()).Where(item => !taken.Has(item.Item));
    }

    private IEnumerable<(long Item, string Name, Func<ReplayItem, Task<ReplayResult>> TakeUp)> OfJournal() => Numbers().Select(number =>
        (number, new MessageId(number).ToString(), (Func<ReplayItem, Task<ReplayResult>>)(item => parts.Replayer.ReplayAsync(new(number), Plan.Destination, item, Plan.By))));

    private IEnumerable<long> Numbers()
    {
        if (Plan.Messages is { } named)
            return named.Distinct().Order();
        return Pages();
    }

    private IEnumerable<long> Pages()
    {
        IReadOnlyList<MessageId> page = parts.Journal.FindIds(Plan.Query!, default, PageSize);
        while (page.Count > 0)
        {
            foreach (MessageId id in page)
                yield return id.Value;
            page = parts.Journal.FindIds(Plan.Query!, page[^1], PageSize);
        }
    }

    private IEnumerable<(long Item, string Name, Func<ReplayItem, Task<ReplayResult>> TakeUp)> OfFiles(IReadOnlyList<ReplayFile> files)
    {
        long place = 0;
        foreach (ReplayFile file in files)
        {
            RequireSame(file);
            foreach (FileMessage message in MessageFiles.Read([file.Path]))
                yield return (++place, message.Name, item => parts.Replayer.TakeInAsync(Plan.Channel!, message.Name, message.Content, Plan.Destination, item));
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

        [LoggerMessage(5075, LogLevel.Warning, "Replay {Replay} cannot go on. {Reason}")]
        public static partial void CannotGoOn(ILogger log, long replay, string reason);

        [LoggerMessage(5074, LogLevel.Error, "Replay {Replay} failed and is paused; go on with: hub replays resume {Replay}")]
        public static partial void Failed(ILogger log, long replay, Exception exception);

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

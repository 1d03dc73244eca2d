using System.Globalization;
using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// Removes what is past its time from the journal, in small pieces with pauses between them, and gives the room back to the disk. Content goes
/// first, the record later. When the journal is larger than it may be, the oldest content goes before its time.
/// </summary>
internal sealed partial class Retention(IJournal journal, Func<IEnumerable<ChannelConfig>> channels, HubOptions options, TimeProvider clock, ILogger<Retention> log) : IAsyncDisposable
{
    // What the time of day may gain on the clock that only counts, before it is taken for a mistake.
    private static readonly TimeSpan s_mostGained = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_distrust = TimeSpan.FromDays(1);

    // What the time of day may be after the newest message. A hospital that sends nothing from Friday to Monday is within it.
    private static readonly TimeSpan s_mostSilent = TimeSpan.FromDays(4);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private Task _loop = Task.CompletedTask;
    private bool _isOver;
    private (DateTimeOffset Now, long Ticks) _seen;
    private long? _jumpedAt;
    private volatile bool _distrusts;

    /// <summary>Begins to look after the journal, first when an interval has passed: a start has more urgent things to do.</summary>
    public void Start()
    {
        _seen = (clock.GetUtcNow(), clock.GetTimestamp());
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Looks at a start, before the first message comes in, whether the clock may be far ahead: then nothing is removed for a day.</summary>
    public void LookAtClock()
    {
        if (SilentFor() is not { } silent || silent <= s_mostSilent)
            return;
        _jumpedAt = clock.GetTimestamp();
        _distrusts = true;
        Log.FarAhead(log, silent);
    }

    /// <summary>Refuses to remove what a clock that may be wrong makes old.</summary>
    /// <exception cref="JournalException">The clock is far after the newest message, or was just set ahead.</exception>
    public void RequireClock()
    {
        TimeSpan? silent = SilentFor();
        if (_distrusts || silent > s_mostSilent)
        {
            throw new JournalException(string.Create(CultureInfo.InvariantCulture,
                $"HUB5047 The clock says {clock.GetUtcNow():yyyy-MM-dd HH:mm'Z'}, {silent?.TotalDays ?? 0:0} days after the newest message of the journal, or was set ahead a moment ago. Nothing was removed: what is removed does not come back when a clock is put right. If it is right: hub journal prune --clock-is-right"));
        }
    }

    private TimeSpan? SilentFor() => journal.Find(new() { Limit = 1 }) is [StoredMessage newest, ..] ? clock.GetUtcNow() - newest.ReceivedAt : null;

    /// <summary>What would be removed now.</summary>
    public IReadOnlyList<RetentionPreview> Preview() => journal.ReadRetention(Rules(), clock.GetUtcNow());

    /// <summary>Removes all that is past its time now.</summary>
    /// <param name="stopping">Fires when it is to stop; the rest is done another time.</param>
    /// <returns>What it did.</returns>
    /// <exception cref="JournalException">The journal cannot be written; the rest is done another time.</exception>
    public async Task<RetentionReport> SweepAsync(CancellationToken stopping)
    {
        await _oneAtATime.WaitAsync(stopping);
        try
        {
            long before = journal.ReadSize().Bytes;
            long contents = await WorkAsync(RetentionWork.Content, stopping);
            long records = await WorkAsync(RetentionWork.Record, stopping);
            contents += await HoldToSizeAsync(stopping);
            await WorkAsync(RetentionWork.Space, stopping);
            RetentionReport report = new(contents, records, Math.Max(0, before - journal.ReadSize().Bytes));
            if (contents + records > 0)
                Log.Removed(log, contents, records);
            return report;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>The rules that channel files say.</summary>
    public static IReadOnlyList<RetentionRule> RulesOf(IEnumerable<ChannelConfig> channels) => [.. channels.Select(channel => new RetentionRule(
        channel.Id, channel.Retention.Content.Length, channel.Retention.Record.Length, TimeSpan.FromHours(channel.Source.DuplicateWindowHours)))];

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _loop;
        // A command that asked for it may still be at work.
        await _oneAtATime.WaitAsync();
        _oneAtATime.Release();
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        if (!journal.ReadSize().GivesBack)
            Log.KeepsRoom(log, options.Data);
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(options.RetentionInterval, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
                return;
            if (HasJumped())
                continue;
            try
            {
                await SweepAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Messages go on; what is past its time waits for the next turn.
                Log.Failed(log, exception.Message);
            }
        }
    }

    // A clock that is suddenly years ahead would make everything old, and what is removed does not come back when it is put right.
    private bool HasJumped()
    {
        (DateTimeOffset now, long ticks) = (clock.GetUtcNow(), clock.GetTimestamp());
        TimeSpan gained = now - _seen.Now - clock.GetElapsedTime(_seen.Ticks, ticks);
        _seen = (now, ticks);
        if (gained > s_mostGained)
        {
            _jumpedAt = ticks;
            Log.Jumped(log, gained);
        }

        if (_jumpedAt is { } at && clock.GetElapsedTime(at, ticks) < s_distrust)
            return _distrusts = true;
        _jumpedAt = null;
        return _distrusts = false;
    }

    private IReadOnlyList<RetentionRule> Rules() => RulesOf(channels());

    private async Task<long> WorkAsync(RetentionWork work, CancellationToken stopping)
    {
        long removed = 0;
        while (true)
        {
            RetentionOutcome outcome = await SliceAsync(work, isForced: false);
            removed += outcome.Removed;
            if (!outcome.HasMore)
                return removed;
            await PauseAsync(stopping);
        }
    }

    private async Task<long> HoldToSizeAsync(CancellationToken stopping)
    {
        if (options.JournalMaxBytes is not { } most)
            return 0;
        long removed = 0;
        while (journal.ReadSize() is var size && size.Bytes - size.Free > most)
        {
            RetentionOutcome outcome = await SliceAsync(RetentionWork.Content, isForced: true);
            removed += outcome.Removed;
            if (!outcome.HasMore && outcome.Removed == 0)
            {
                if (!_isOver)
                    Log.TooLarge(log, (size.Bytes - size.Free) / (1024 * 1024), most / (1024 * 1024));
                _isOver = true;
                return removed;
            }

            await PauseAsync(stopping);
        }

        if (_isOver)
            Log.Fits(log, most / (1024 * 1024));
        _isOver = false;
        return removed;
    }

    private async Task<RetentionOutcome> SliceAsync(RetentionWork work, bool isForced)
    {
        AppendResult result = await journal.AppendAsync(new RetentionSlice { Work = work, Now = clock.GetUtcNow(), Rules = Rules(), IsForced = isForced });
        return result.Retention!;
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (options.RetentionPause > TimeSpan.Zero)
            await Task.Delay(options.RetentionPause, clock, stopping);
    }

    private static partial class Log
    {
        [LoggerMessage(5090, LogLevel.Information, "Retention removed the content of {Contents} messages and the records of {Records}")]
        public static partial void Removed(ILogger log, long contents, long records);

        [LoggerMessage(5091, LogLevel.Error, "Retention could not go on and tries again later. {Reason}")]
        public static partial void Failed(ILogger log, string reason);

        [LoggerMessage(5092, LogLevel.Warning, "The journal holds {Size} MiB, more than the {Most} MiB it may, and nothing more can go: the rest waits to be sent, is parked, or is so new that duplicates of it are looked for. See what waits with: hub messages --delivery Queued, --delivery Parked")]
        public static partial void TooLarge(ILogger log, long size, long most);

        [LoggerMessage(5096, LogLevel.Information, "The journal holds no more than the {Most} MiB it may again")]
        public static partial void Fits(ILogger log, long most);

        [LoggerMessage(5094, LogLevel.Warning, "The clock was set ahead by {Gained}. Retention removes nothing for a day, so that a wrong clock can be put right; hub journal prune --clock-is-right does it at once when it is right")]
        public static partial void Jumped(ILogger log, TimeSpan gained);

        [LoggerMessage(5095, LogLevel.Warning, "The clock is {Silent} after the newest message of the journal, so it may be wrong. Retention removes nothing for a day, so that a wrong clock can be put right; hub journal prune --clock-is-right does it at once when it is right")]
        public static partial void FarAhead(ILogger log, TimeSpan silent);

        [LoggerMessage(5093, LogLevel.Warning, "The journal in {Folder} was not made to give room back to the disk: what retention removes makes room for new messages, and the file does not shrink. To have it shrink, stop the Hub and run on journal.db: PRAGMA auto_vacuum=INCREMENTAL; VACUUM;")]
        public static partial void KeepsRoom(ILogger log, string folder);
    }
}

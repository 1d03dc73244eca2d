using System.Diagnostics;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes: takes all that waits, commits it once, tells the lanes, then the ones who appended. One thread at a time does it:
/// under load the writer's own, so that the others bring the next batch meanwhile; while messages come one by one the thread that
/// brings the message, because to wake another and to be woken by it takes longer than the writing and half as long as the sync.
/// It never waits to fill a batch, so a lone entry costs one sync of the disk and many share one; it only lets threads that are about to bring more go first.
/// When a commit fails, its whole batch fails and the next one is tried: with the disk full the connection is still good and the journal
/// goes on by itself when there is room; after any other error what is on disk is not known, so the file is opened anew first,
/// and what turns out to be there is told to the lanes (protocol D04).
/// </summary>
internal sealed partial class JournalWriter : IDisposable
{
    /// <summary>Most bytes of entries that wait: some seconds of a slow disk, and a third of the memory the Hub may have.</summary>
    private const long MaxWaitingBytes = 64 * 1024 * 1024;

    private readonly AppendQueue _queue = new(MaxWaitingBytes);
    private readonly DataFolder _folder;
    private readonly Vault _vault;
    private readonly Action<QueuedDelivery> _committed;
    private readonly Action<HandedMessage> _handed;
    private readonly Func<MessageId> _nextId;
    private readonly ILogger _logger;
    private readonly LogKeeper _log;
    private readonly Thread _thread;
    private readonly object _writing = new();
    private readonly TaskCompletionSource<JournalException> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PendingEntry> _batch = [];
    private volatile bool _oneByOne = true;
    private WriterSession? _session;
    private StatisticsWriter _statistics;
    private long _lastTold;
    private long _lastHanded;
    private volatile string? _trouble;
    private bool _isMoved;
    private long _commits;

    /// <summary>Opens the file and starts to write.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="vault">Encrypts.</param>
    /// <param name="committed">Told of deliveries to send.</param>
    /// <param name="handed">Told of messages that one channel handed to another.</param>
    /// <param name="nextId">Gives the numbers of those.</param>
    /// <param name="logger">For trouble.</param>
    public JournalWriter(DataFolder folder, Vault vault, Action<QueuedDelivery> committed, Action<HandedMessage> handed, Func<MessageId> nextId, ILogger logger)
    {
        _folder = folder;
        _vault = vault;
        _committed = committed;
        _handed = handed;
        _nextId = nextId;
        _logger = logger;
        _session = new(folder, vault, nextId, logger);
        _statistics = _session.Database.Statistics;
        LastMessage = _session.LastMessage;
        _lastTold = _session.LastDelivery;
        _lastHanded = LastMessage;
        _log = new(folder, logger);
        _thread = new(Run) { Name = "journal writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The highest message number in the file when it was opened.</summary>
    public long LastMessage { get; }

    /// <summary>Takes an entry's place in the order, and writes it itself when the caller waits and nobody else is at it.</summary>
    public Task<AppendResult> AppendAsync(JournalEntry entry, bool waits)
    {
        PendingEntry pending = new(entry, _vault.Sealer);
        bool writes = waits && _oneByOne && Monitor.TryEnter(_writing);
        try
        {
            _queue.Add(pending, wakes: !writes);
            if (writes)
                WriteBatch();
        }
        catch (JournalException e)
        {
            pending.SetException(e);
        }
        finally
        {
            if (writes)
                Monitor.Exit(_writing);
        }

        return pending.Task;
    }

    /// <summary>Why nothing can be stored now; null while nothing is known to be wrong. After a failure it tries again.</summary>
    public async Task<string?> FindTroubleAsync()
    {
        if (_trouble is null)
            return null;
        try
        {
            await AppendAsync(new JournalProbe(), waits: false);
            return null;
        }
        catch (JournalException e)
        {
            return e.Message;
        }
    }

    /// <summary>What was counted since the journal was opened, also while its file cannot be used.</summary>
    public IReadOnlyList<MinuteStatistics> Totals() => _statistics.Totals();

    /// <summary>What was counted and is not written yet.</summary>
    public IReadOnlyList<MinuteStatistics> Unwritten() => _statistics.Unwritten();

    /// <summary>How many batches were committed.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>See <see cref="IJournal.Lost"/>.</summary>
    public Task<JournalException> Lost => _lost.Task;

    /// <summary>Called after a commit with events in it.</summary>
    public Action? EventsCommitted { get; set; }

    /// <summary>For tests: runs on the writer's connection before the next batch.</summary>
    internal Action<SqliteDatabase>? BeforeNextBatch { get; set; }

    /// <summary>Commits what waits and closes the file.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
        // One who appended last may still write.
        lock (_writing)
            _session?.Dispose();
        _log.Dispose();
    }

    private void Run()
    {
        while (_queue.WaitUntilDue())
        {
            _queue.Gather();
            // Taken inside the lock: what is taken first is written first.
            lock (_writing)
                WriteBatch();
        }
    }

    private void WriteBatch()
    {
        _oneByOne = _queue.Take(_batch) <= 1;
        if (_batch.Count == 0)
            return;
        try
        {
            Commit(_batch);
        }
        finally
        {
            // Whatever happened: these have their outcome and must not stand before the next ones.
            _batch.Clear();
        }

        if (_session is not null)
            _log.Written(_session.Database);
    }

    private void Commit(List<PendingEntry> batch)
    {
        long begun = Stopwatch.GetTimestamp();
        try
        {
            WriterSession session = Session();
            Tell(session.Commit(Prepared(batch)));
            Tell(session.Handed);
            if (_trouble is not null)
                Log.Resumed(_logger, _folder.Path);
            _trouble = null;
            Interlocked.Increment(ref _commits);
            foreach (PendingEntry entry in batch)
                entry.Complete();
            if (session.HasEvents)
                EventsCommitted?.Invoke();
        }
        catch (Exception e)
        {
            Fail(batch, e);
            // The file was held for as long as these have waited too. Tried one batch after the other, the last of many would hear of it minutes later.
            if (e is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY })
                _queue.TakeSince(begun).ForEach(entry => entry.TrySetException(Explain(e, isOpen: true)));
        }
    }

    private List<PendingEntry> Prepared(List<PendingEntry> batch)
    {
        Action<SqliteDatabase>? before = BeforeNextBatch;
        BeforeNextBatch = null;
        before?.Invoke(_session!.Database);
        return batch;
    }

    // One whose file was moved is kept as long as that is so: it alone can tell whether the file under the name is its own again.
    private WriterSession Session()
    {
        if (_isMoved && _session!.Database.HasMoved)
            throw new JournalMovedException(_folder.JournalFile);
        if (_isMoved)
            Abandon();
        _isMoved = false;
        return _session ??= Reopen();
    }

    private WriterSession Reopen()
    {
        WriterSession session = new(_folder, _vault, _nextId, _logger);
        session.Database.Statistics.GoOn(_statistics);
        _statistics = session.Database.Statistics;
        Tell(session.ReadUntold(_lastTold));
        Tell(session.ReadUntoldHanded(_lastHanded));
        return session;
    }

    private void Tell(IReadOnlyList<QueuedDelivery> queued)
    {
        foreach (QueuedDelivery delivery in queued)
        {
            _lastTold = delivery.Delivery;
            _committed(delivery);
        }
    }

    private void Tell(IReadOnlyList<HandedMessage> handed)
    {
        foreach (HandedMessage message in handed)
        {
            _lastHanded = message.Id.Value;
            _handed(message);
        }
    }

    private void Fail(List<PendingEntry> batch, Exception cause)
    {
        bool isOpen = _session is not null;
        _isMoved = _session is not null && cause is JournalMovedException;
        if (_isMoved || cause is SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_BUSY })
            _session?.RollBack();
        else
            Abandon();
        JournalException failure = Explain(cause, isOpen);
        if (cause is JournalMovedException { IsLost: true })
            _lost.TrySetResult(failure);
        if (_trouble is null)
            Log.CannotWrite(_logger, _folder.Path, failure.Message);
        // Before the ones who appended: who hears of it finds it so.
        _trouble = failure.Message;
        foreach (PendingEntry entry in batch)
            entry.TrySetException(failure);
    }

    private void Abandon()
    {
        WriterSession? session = _session;
        _session = null;
        session?.RollBack();
        session?.Dispose();
    }

    private JournalException Explain(Exception cause, bool isOpen) => cause switch
    {
        JournalException known when isOpen || known.IsTrouble => known,
        JournalException known => new(known.Message, known) { IsTrouble = true }, // The file was gone or another: none of an entry's doing.
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } =>
            new($"The disk of {_folder.Path} is full. Make room; the journal then goes on by itself.", cause) { IsTrouble = true },
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY } =>
            new($"Another program holds the journal in {_folder.Path}. End it; the journal then goes on by itself.", cause) { IsTrouble = true },
        _ => new($"The journal in {_folder.Path} cannot be written: {cause.Message} Check the disk; the journal tries again with the next message.", cause) { IsTrouble = !isOpen || !IsOfEntry(cause) },
    };

    // What SQLite says of the values themselves, and mistakes of the Hub: the same entry fares no better later.
    private static bool IsOfEntry(Exception cause) => cause is SqliteException sqlite
        ? sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE or raw.SQLITE_MISUSE or raw.SQLITE_ERROR
        : cause is not (IOException or UnauthorizedAccessException);

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Error, "The journal in {Folder} stores nothing now. {Problem}")]
        public static partial void CannotWrite(ILogger logger, string folder, string problem);

        [LoggerMessage(5002, LogLevel.Warning, "The journal in {Folder} stores messages again.")]
        public static partial void Resumed(ILogger logger, string folder);
    }
}

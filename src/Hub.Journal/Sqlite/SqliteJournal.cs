using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The journal in one SQLite file. One connection writes, a few read beside it.
/// The road of an entry: <see cref="AppendAsync"/> hashes and encrypts its content on the caller's thread and puts it into the <see cref="AppendQueue"/>;
/// the <see cref="JournalWriter"/> takes all that waits, the <see cref="WriterSession"/> writes and commits it
/// (WAL with <c>synchronous=FULL</c>: when COMMIT returns, the disk has it); lanes are told, then tasks complete;
/// the <see cref="LogKeeper"/> carries pages from the log into the file.
/// What must stay true: nothing is told before the commit, deliveries are numbered in the order of commits,
/// and only the writer writes.
/// </summary>
internal sealed partial class SqliteJournal : IJournal, IKeyedJournal
{
    private readonly DataFolder _folder;
    private readonly Vault _vault;
    private readonly string? _telling;
    private readonly ILogger _logger;
    private readonly SqliteJournalReader _reader;
    private readonly SparedCounts<QueueStatus> _queues;
    private readonly SparedCounts<DestinationCounts> _deliveries;
    private readonly SemaphoreSlim _rotating = new(1);
    private FileStream? _claim;
    private JournalWriter? _writer;
    private long _lastMessage;

    /// <summary>Makes a journal, not yet open.</summary>
    /// <param name="options">Where it is, and how it is kept; the folder is made when it is missing.</param>
    /// <param name="loggers">Makes loggers.</param>
    public SqliteJournal(JournalOptions options, ILoggerFactory loggers)
    {
        _folder = new(options.Data);
        _vault = new(options);
        _telling = options.TellingKeys;
        _logger = loggers.CreateLogger<SqliteJournal>();
        _reader = new(_folder, _vault);
        _queues = new(_reader.ReadQueues, queue => queue.Depth);
        _deliveries = new(_reader.CountDeliveries, counts => counts.Queued + counts.Parked + counts.MaybeDelivered);
    }

    /// <summary>Makes a journal with the default settings.</summary>
    public SqliteJournal(string dataFolder, ILoggerFactory loggers)
        : this(new JournalOptions(dataFolder), loggers)
    {
    }

    /// <summary>Opens a journal to read it, beside a running Hub or without one.</summary>
    /// <param name="options">Where it and its keys are.</param>
    /// <exception cref="JournalException">There is no journal, none that this Hub can read, or a key is not there.</exception>
    public static IJournalReader OpenReader(JournalOptions options)
    {
        SqliteJournalReader reader = new(new(options.Data), new(options));
        reader.Open();
        return reader;
    }

    /// <summary>Opens a journal with the default settings to read it.</summary>
    public static IJournalReader OpenReader(string dataFolder) => OpenReader(new JournalOptions(dataFolder));

    /// <inheritdoc/>
    public Task OpenAsync(Action<QueuedDelivery> committed, CancellationToken stopping, Action<HandedMessage>? handed = null)
    {
        stopping.ThrowIfCancellationRequested();
        return Task.Run(() => Open(committed, handed ?? (_ => { })), stopping);
    }

    /// <inheritdoc/>
    public MessageId NextMessageId() => new(Interlocked.Increment(ref _lastMessage));

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(JournalEntry entry, bool waits = false) => Writer.AppendAsync(entry, waits);

    /// <inheritdoc/>
    public Task<JournalException> Lost => Writer.Lost;

    /// <inheritdoc/>
    public Task<string?> FindTroubleAsync() => Writer.FindTroubleAsync();

    /// <inheritdoc/>
    public async Task<string> RotateKeyAsync()
    {
        if (!_vault.IsEncrypting)
            throw new JournalException($"HUB5028 The journal in {_folder.Path} is not encrypted, so there is no key to change. Start the Hub with --encryption on.");
        await _rotating.WaitAsync();
        try
        {
            KeyChange change = _vault.MakeKey();
            await AppendAsync(change, waits: true);
            _vault.Use(change);
            string file = KeyFolder.FileName(change.Row.Key);
            Log.Rotated(_logger, _folder.JournalFile, file, _vault.Folder);
            return Path.Combine(_vault.Folder, file);
        }
        finally
        {
            _rotating.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit) =>
        _reader.ReadQueued(channel, destination, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit) => _reader.ReadUnprocessed(channel, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<OpenFragment> ReadFragments(string channel, int limit) => _reader.ReadFragments(channel, limit);

    /// <inheritdoc/>
    public MessagePage FindPage(MessageQuery query, int rows) => _reader.FindPage(query, rows);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> Find(MessageQuery query) => _reader.Find(query);

    /// <inheritdoc/>
    public StoredMessage? Read(MessageId id) => _reader.Read(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContent(MessageId id) => _reader.ReadContent(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery) => _reader.ReadDeliveryContent(delivery);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContentBefore(long delivery, int operation) => _reader.ReadContentBefore(delivery, operation);

    /// <inheritdoc/>
    public IReadOnlyList<FoundDelivery> FindDeliveries(DeliveryQuery query) => _reader.FindDeliveries(query);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationCounts> CountDeliveries() => _deliveries.Read();

    /// <inheritdoc/>
    public string? ReadLane(string channel, string destination) => _reader.ReadLane(channel, destination);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationPause> ReadPauses() => _reader.ReadPauses();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        // Last of the connections: SQLite then carries the whole log into the file.
        _writer?.Dispose();
        _claim?.Dispose();
        _rotating.Dispose();
    }

    /// <summary>The writer; for tests that disturb it.</summary>
    internal JournalWriter Writer => _writer ?? throw new InvalidOperationException("The journal is not open.");

    private void Open(Action<QueuedDelivery> committed, Action<HandedMessage> handed)
    {
        _claim = _folder.Claim();
        try
        {
            // Before anything is changed: a journal whose key is missing stays as it is.
            _folder.PrepareFile(_telling);
            _vault.Look(_folder);
            _writer = new(_folder, _vault, committed, handed, NextMessageId, _logger) { EventsCommitted = EventsCommitted };
            _folder.Made();
            _lastMessage = _writer.LastMessage;
            Log.Opened(_logger, _folder.JournalFile, SqliteLibrary.Start());
            if (_vault.IsEncrypting)
                Log.Encrypts(_logger, _folder.JournalFile, _vault.KeyFiles[^1], _vault.Folder);
            else
                Log.DoesNotEncrypt(_logger, _folder.JournalFile);
        }
        catch (SqliteException e) when (IsDiskFull(e))
        {
            _claim.Dispose();
            throw new JournalException($"The disk of {_folder.Path} is full, so {_folder.JournalFile} cannot be opened. Make room (a new version of the Hub may need as much as the file has), then start the Hub again; nothing is lost.", e);
        }
        catch (SqliteException e)
        {
            _claim.Dispose();
            throw new JournalException($"{_folder.JournalFile} cannot be opened: {e.Message} Check the disk, and restore the journal from a backup if the file is damaged.", e);
        }
        catch
        {
            _claim.Dispose();
            throw;
        }
    }

    // Without room for the index of its log SQLite speaks of an I/O error only.
    private bool IsDiskFull(SqliteException failure)
    {
        const int Least = 64 * 1024;
        if (failure.SqliteErrorCode is not (raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN))
            return failure.SqliteErrorCode == raw.SQLITE_FULL;
        try
        {
            return new DriveInfo(Path.GetFullPath(_folder.Path)).AvailableFreeSpace < Least;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5000, LogLevel.Information, "Journal {File} is open, with SQLite {Version}.")]
        public static partial void Opened(ILogger logger, string file, string version);

        [LoggerMessage(5026, LogLevel.Information, "Journal {File} encrypts what it stores with the key {Key} of {Folder}. Keep a copy of that folder, apart from copies of the journal: nobody can read the one without the other.")]
        public static partial void Encrypts(ILogger logger, string file, string key, string folder);

        [LoggerMessage(5048, LogLevel.Information, "Journal {File} encrypts with the new key {Key} of {Folder} from here on. Keep a copy of it; the keys of before are still needed.")]
        public static partial void Rotated(ILogger logger, string file, string key, string folder);

        [LoggerMessage(5027, LogLevel.Warning, "Journal {File} is not encrypted from here on (--encryption off): who gets at the file can read what patients' messages say.")]
        public static partial void DoesNotEncrypt(ILogger logger, string file);
    }
}

using Hub.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The journal in one SQLite file. One connection writes, a few read beside it.
/// The road of an entry: <see cref="AppendAsync"/> hashes its content on the caller's thread and puts it into the <see cref="AppendQueue"/>;
/// the <see cref="JournalWriter"/> takes all that waits, the <see cref="WriterSession"/> writes and commits it
/// (WAL with <c>synchronous=FULL</c>: when COMMIT returns, the disk has it); lanes are told, then tasks complete;
/// the <see cref="LogKeeper"/> carries pages from the log into the file.
/// What must stay true: nothing is told before the commit, deliveries are numbered in the order of commits,
/// and only the writer writes.
/// </summary>
/// <param name="dataFolder">The folder; made when it is missing.</param>
/// <param name="loggers">Makes loggers.</param>
internal sealed partial class SqliteJournal(string dataFolder, ILoggerFactory loggers) : IJournal
{
    private readonly DataFolder _folder = new(dataFolder);
    private readonly ILogger _logger = loggers.CreateLogger<SqliteJournal>();
    private readonly SqliteJournalReader _reader = new(new(dataFolder));
    private FileStream? _claim;
    private JournalWriter? _writer;
    private long _lastMessage;

    /// <summary>Opens a journal to read it, beside a running Hub or without one.</summary>
    /// <param name="dataFolder">The folder.</param>
    /// <exception cref="JournalException">There is no journal, or none that this Hub can read.</exception>
    public static IJournalReader OpenReader(string dataFolder)
    {
        SqliteJournalReader reader = new(new(dataFolder));
        reader.Open();
        return reader;
    }

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
    public Task<string?> FindTroubleAsync() => Writer.FindTroubleAsync();

    /// <inheritdoc/>
    public IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit) =>
        _reader.ReadQueued(channel, destination, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit) => _reader.ReadUnprocessed(channel, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<OpenFragment> ReadFragments(string channel, int limit) => _reader.ReadFragments(channel, limit);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> Find(MessageQuery query) => _reader.Find(query);

    /// <inheritdoc/>
    public StoredMessage? Read(MessageId id) => _reader.Read(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContent(MessageId id) => _reader.ReadContent(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery) => _reader.ReadDeliveryContent(delivery);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        // Last of the connections: SQLite then carries the whole log into the file.
        _writer?.Dispose();
        _claim?.Dispose();
    }

    /// <summary>The writer; for tests that disturb it.</summary>
    internal JournalWriter Writer => _writer ?? throw new InvalidOperationException("The journal is not open.");

    private void Open(Action<QueuedDelivery> committed, Action<HandedMessage> handed)
    {
        _claim = _folder.Claim();
        try
        {
            _writer = new(_folder, committed, handed, NextMessageId, _logger);
            _lastMessage = _writer.LastMessage;
            Log.Opened(_logger, _folder.JournalFile, SqliteLibrary.Start());
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

    private static partial class Log
    {
        [LoggerMessage(5000, LogLevel.Information, "Journal {File} is open, with SQLite {Version}.")]
        public static partial void Opened(ILogger logger, string file, string version);
    }
}

using System.Collections.Concurrent;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>Reads a journal file, beside its writer or alone. Keeps a few connections open between calls; each call sees one state of the file.</summary>
/// <param name="folder">Where it is.</param>
/// <param name="vault">Opens what is encrypted in it.</param>
internal sealed partial class SqliteJournalReader(DataFolder folder, Vault vault) : IJournalReader
{
    /// <summary>Connections kept for the next call; each holds up to 1 MiB of the file in memory.</summary>
    private const int Kept = 4;

    private const string SelectQueued =
        """
        SELECT id, message, lane, attempts, first_tried_at, due_at, part, parts, forgiven FROM delivery
        WHERE state = 0 AND channel = ? AND destination = ? AND id > ? ORDER BY id LIMIT ?
        """;

    private const string SelectUnprocessed = MessageRows.Select + " WHERE m.state = 0 AND m.channel = ? AND m.id > ? ORDER BY m.id LIMIT ?";

    private const string SelectFragments =
        """
        SELECT m.id, m.type, m.control_id, m.sender, m.version, m.sha256, m.header, f.continues, f.pointer, m.received_at, m.peer, m.length, f.first, f.number
        FROM fragment f JOIN message m ON m.id = f.message
        WHERE f.channel = ? AND f.whole IS NULL ORDER BY m.id LIMIT ?
        """;

    private readonly ConcurrentQueue<SqliteDatabase> _idle = [];
    private volatile bool _closed;

    /// <inheritdoc/>
    public IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit) => Read(database =>
    {
        List<QueuedDelivery> deliveries = [];
        Statement row = database.Prepare(SelectQueued).Bind(channel).Bind(destination).Bind(after).Bind(limit);
        while (row.Step())
            deliveries.Add(new(row.Long(0), new(row.Long(1)), channel, destination, row.Long(2), row.Int(3), row.TimeOrNull(4), HeldLanes.Due(row, 5), null, new(row.Int(6), row.Int(7))) { Forgiven = row.Int(8), HoldsLane = HeldLanes.Holds(row, 5) });
        return deliveries;
    });

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit) => Read(database =>
        MessageRows.ReadAll(database, database.PrepareFit(SelectUnprocessed).Bind(channel).Bind(after.Value).Bind(limit)));

    /// <inheritdoc/>
    public IReadOnlyList<OpenFragment> ReadFragments(string channel, int limit) => Read(database =>
    {
        List<OpenFragment> fragments = [];
        Statement row = database.PrepareFit(SelectFragments).Bind(channel).Bind(limit);
        while (row.Step())
            fragments.Add(Fragment(database, channel, row));
        return fragments;
    });

    private static OpenFragment Fragment(SqliteDatabase database, string channel, Statement row)
    {
        long id = row.Long(0);
        HeaderRow header = HeaderRow.Read(database, row, (id, channel), new(1, 2, 3, 4, 5, 6));
        FragmentPlace place = new(
            database.TextOrNull(row, 7, SealedPlace.Fragment(id, 0)) ?? "",
            database.TextOrNull(row, 8, SealedPlace.Fragment(id, 1)) ?? "");
        return new(new(id), header.Header.Sender, place, row.Time(9), row.Text(10), row.Int(11)) { First = row.LongOrNull(12) is { } first ? new(first) : null, Number = row.Int(13) };
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> Find(MessageQuery query) => Read(database => Sqlite.Find.Run(database, query));

    /// <inheritdoc/>
    public MessagePage FindPage(MessageQuery query, int rows) => Read(database => Sqlite.Find.Page(database, query, rows));

    /// <inheritdoc/>
    public StoredMessage? Read(MessageId id) => Read(database => MessageRows.Read(database, id, withHistory: true));

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContent(MessageId id) => Read(database => RetentionRows.ContentOf(database, id));

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery) => Read(database => RetentionRows.ContentOf(database, delivery));

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContentBefore(long delivery, int operation) => Read(database => database.Version >= Schema.Operations ? ContentReader.BeforeEdit(database, delivery, operation) : (ReadOnlyMemory<byte>?)null);

    /// <inheritdoc/>
    public IReadOnlyList<FoundDelivery> FindDeliveries(DeliveryQuery query) => Read(database => DeliveryRows.Find(database, query));

    /// <inheritdoc/>
    public IReadOnlyList<DestinationCounts> CountDeliveries() => Read(DeliveryRows.Count);

    /// <inheritdoc/>
    public string? ReadLane(string channel, string destination) => Read(database => LaneNumbers.MadeOf(database, channel, destination));

    /// <inheritdoc/>
    public IReadOnlyList<DestinationPause> ReadPauses() => Read(DeliveryRows.Pauses);

    /// <summary>Opens one connection now, so that what is wrong with the file is said at once.</summary>
    /// <exception cref="JournalException">There is no journal, or none that this Hub can read.</exception>
    public void Open() => Read(database => database.Number("PRAGMA user_version"));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closed = true;
        DropIdle();
        return ValueTask.CompletedTask;
    }

    private T Read<T>(Func<SqliteDatabase, T> work)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        SqliteDatabase? database = null;
        try
        {
            if (!_idle.TryDequeue(out database))
                database = OpenOne();
            database.Prepare("BEGIN").Run();
            T result = work(database);
            database.Prepare("COMMIT").Run();
            _idle.Enqueue(database);
            database = null;
            return result;
        }
        catch (SqliteException e)
        {
            throw new JournalException($"The journal in {folder.Path} cannot be read: {e.Message} Check the disk and the rights of the folder.", e) { IsTrouble = e.SqliteErrorCode != raw.SQLITE_CORRUPT };
        }
        finally
        {
            database?.Dispose();
            if (_closed || _idle.Count > Kept)
                DropIdle();
        }
    }

    private SqliteDatabase OpenOne()
    {
        folder.RequireFile();
        SqliteDatabase database = SqliteDatabase.OpenReader(folder.JournalFile, vault);
        try
        {
            Schema.Check(database, folder);
            vault.Load(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void DropIdle()
    {
        while (_idle.Count > (_closed ? 0 : Kept) && _idle.TryDequeue(out SqliteDatabase? database))
            database.Dispose();
    }
}

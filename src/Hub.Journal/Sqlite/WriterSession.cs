using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hub.Journal.Sqlite;

/// <summary>The writer's connection and what it knows of the file. Thrown away and opened anew when the disk failed, because then nothing it knows is certain.</summary>
internal sealed partial class WriterSession : IDisposable
{
    /// <summary>How much of the file the writer keeps in memory: the inner pages of every index, and the rows of the last seconds.</summary>
    private const int CacheKib = 8 * 1024;

    private const string SelectUntold =
        """
        SELECT id, message, channel, destination, lane, attempts, first_tried_at, due_at, part, parts, forgiven FROM delivery
        WHERE state = 0 AND id > ? ORDER BY id
        """;

    private const string SelectUntoldHanded =
        "SELECT id, channel FROM message WHERE state = 0 AND handed_by IS NOT NULL AND id > ? ORDER BY id";

    private readonly SqliteDatabase _database;
    private readonly ControlIds _controlIds;
    private readonly HandOverWriter _handOvers;
    private readonly DeliveryWriter _deliveries;
    private readonly MessageWriter _messages;
    private readonly FragmentWriter _fragments;
    private readonly AttemptWriter _attempts;
    private readonly ReplayWriter _replays;
    private readonly RetentionWriter _retention;
    private readonly OperationWriter _operations;
    private readonly PauseWriter _pauses;
    private readonly LaneNumbers _lanes;
    private readonly ChannelWriter _channels;
    private readonly IncidentWriter _incidents;
    private readonly AuditWriter _audit;
    private readonly SideTables _sides;

    /// <summary>Opens the file, and prepares or migrates it.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="vault">Encrypts.</param>
    /// <param name="nextId">Gives the number of a message that one channel hands to another.</param>
    /// <param name="logger">For what people should know.</param>
    /// <exception cref="JournalException">It is not a journal that this Hub knows.</exception>
    public WriterSession(DataFolder folder, Vault vault, Func<MessageId> nextId, ILogger logger)
    {
        folder.PrepareFile();
        _database = SqliteDatabase.OpenWriter(folder.JournalFile, CacheKib, vault);
        try
        {
            long migrates = CountToMigrate();
            if (migrates > 0)
                Log.Migrates(logger, folder.JournalFile, migrates, "is made ready for this version of the Hub. It may take minutes; do not stop it.");
            Schema.Migrate(_database, folder);
            vault.Begin(_database);
            _sides = new(_database, folder, logger);
            _sides.Restore();
            ContentWriter contents = new(_database);
            _controlIds = new(_database);
            _handOvers = new(_database, _controlIds, nextId);
            _deliveries = new(_database, contents, _handOvers);
            _fragments = new(_database);
            _messages = new(_database, _controlIds, _deliveries, contents, new(_database, _controlIds), _fragments);
            _attempts = new(_database);
            _replays = new(_database);
            _retention = new(_database);
            _operations = new(_database, _deliveries, contents);
            _pauses = new(_database);
            _lanes = new(_database);
            _channels = new(_database);
            FragmentAdoption.Run(_database, _fragments);
            _incidents = new(_database);
            _audit = new(_database, folder, logger);
            if (migrates > 0)
                Log.Migrates(logger, folder.JournalFile, migrates, "is ready for this version of the Hub.");
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The connection.</summary>
    public SqliteDatabase Database => _database;

    /// <summary>The highest number a message ever had in this file.</summary>
    public long LastMessage => _database.Number("SELECT coalesce(max(id), 0) FROM message");

    /// <summary>The highest number a delivery ever had in this file.</summary>
    public long LastDelivery => _database.Number("SELECT coalesce(max(id), 0) FROM delivery");

    /// <summary>Writes entries in their order and commits them together. An entry that cannot be kept is refused alone, whatever the reason; only trouble with the file concerns all.</summary>
    /// <param name="batch">The entries; each gets its outcome.</param>
    /// <returns>The deliveries that now wait to be sent, in their order; valid until the next call.</returns>
    /// <exception cref="SqliteException">Nothing is known of the whole batch, unless <see cref="RollBack"/> works.</exception>
    public IReadOnlyList<QueuedDelivery> Commit(List<PendingEntry> batch)
    {
        while (!TryWrite(batch))
            _database.RollBack();
        _controlIds.WriteDue();
        _sides.Flush();
        _database.Prepare("COMMIT").Run();
        if (_database.HasMoved)
            throw new JournalMovedException(_database.File);
        _controlIds.Committed();
        _audit.Committed();
        _database.Statistics.Committed();
        return _deliveries.Queued;
    }

    /// <summary>The messages that the last commit handed to other channels; valid until the next.</summary>
    public IReadOnlyList<HandedMessage> Handed => _handOvers.Handed;

    /// <summary>Whether the last commit has events in it.</summary>
    public bool HasEvents => _database.Events.HasAny;

    /// <summary>Undoes what was written since the last commit.</summary>
    public void RollBack() => _database.RollBack();

    /// <summary>Finds deliveries that are on disk although their commit seemed to fail (protocol D04).</summary>
    /// <param name="after">The last delivery that the lanes were told of.</param>
    public IReadOnlyList<QueuedDelivery> ReadUntold(long after)
    {
        List<QueuedDelivery> found = [];
        Statement row = _database.Prepare(SelectUntold).Bind(after);
        while (row.Step())
            found.Add(new(row.Long(0), new(row.Long(1)), row.Text(2), row.Text(3), row.Long(4), row.Int(5), row.TimeOrNull(6), HeldLanes.Due(row, 7), null, new(row.Int(8), row.Int(9))) { Forgiven = row.Int(10), HoldsLane = HeldLanes.Holds(row, 7) });
        return found;
    }

    /// <summary>Finds messages that were handed to other channels although their commit seemed to fail.</summary>
    /// <param name="after">The last one that was told.</param>
    public IReadOnlyList<HandedMessage> ReadUntoldHanded(long after)
    {
        List<HandedMessage> found = [];
        Statement row = _database.Prepare(SelectUntoldHanded).Bind(after);
        while (row.Step())
            found.Add(new(new(row.Long(0)), row.Text(1), null));
        return found;
    }

    public void Dispose() => _database.Dispose();

    // False when an entry failed after a part of it was written: then all are written again without that one. Nobody pays for it
    // while there is none, as everybody would for a savepoint around each.
    private bool TryWrite(List<PendingEntry> batch)
    {
        _deliveries.Queued.Clear();
        _handOvers.Handed.Clear();
        _controlIds.Begin();
        _audit.Begin();
        _database.Events.Clear();
        _database.Statistics.Clear();
        _database.Prepare("BEGIN IMMEDIATE").Run();
        return batch.TrueForAll(entry => entry.Refused is not null || TryWrite(entry));
    }

    private bool TryWrite(PendingEntry pending)
    {
        long changes = _database.Changes;
        try
        {
            pending.Written = Write(pending);
            return true;
        }
        catch (SqliteException e) when (pending.Entry is IncidentsChanged or MailAttempted or IncidentOperated or MinuteLived or ChannelStopped or ChannelStarted or ChannelVersionFound && SideTables.IsOfTable(e))
        {
            pending.Refused = new($"The journal cannot keep what is known of alerts, channels and minutes ({e.Message}) and keeps all else. Look at the file with: hub journal check", e);
            return false;
        }
        catch (SqliteException e) when (pending.Entry is AuditRecord or AccessChanged && SideTables.IsOfTable(e))
        {
            pending.Refused = new($"The journal cannot keep who did what ({e.Message}), so it is not done; it keeps all else. Look at the file with: hub journal check", e);
            return false;
        }
        catch (Exception e) when (e is not SqliteException)
        {
            pending.Refused = e as JournalException
                ?? new($"The journal failed on this entry ({e.GetType().Name}: {e.Message}) and keeps all others. This is a mistake in the Hub; report it.", e);
            return _database.Changes == changes;
        }
    }

    // About how many messages wait for a newer shape of the file; 0 when there is nothing to do. Not counted: that may take minutes too.
    private long CountToMigrate() => _database.Number("PRAGMA user_version") < Schema.Scripts.Count && _database.Has("message")
        ? _database.Number("SELECT coalesce(max(id) - min(id) + 1, 0) FROM message")
        : 0;

    private AppendResult Write(KeyChange change)
    {
        Vault.Write(_database, change.Row);
        return AppendResult.Stored;
    }

    private AppendResult Repeat(DeliveriesRepeated repeated)
    {
        _retention.RequireContent(repeated.Message);
        return repeated.Replay is { } item ? _replays.Took(item, repeated.Message, () => _deliveries.Write(repeated)) : _deliveries.Write(repeated);
    }

    private AppendResult Write(PendingEntry pending) => pending.Entry switch
    {
        MessageArrived { Replay: { } item } entry => _replays.Took(item, entry.Id, () => _messages.Write(entry, pending)),
        MessageArrived entry => _messages.Write(entry, pending),
        MessageProcessed entry => _messages.Write(entry, pending),
        DeliveryAttempted entry => _attempts.Write(entry, pending),
        FragmentsParked entry => Write(entry, pending),
        JournalProbe => Probe(),
        KeyChange entry => Write(entry),
        DeliveriesRepeated entry => Repeat(entry),
        ReplayBegun entry => _replays.Write(entry),
        ReplayChanged entry => _replays.Write(entry),
        ReplayItemFailed entry => _replays.Write(entry),
        RetentionSlice entry => _retention.Write(entry),
        DeliveryOperated entry => _operations.Write(entry),
        DestinationPaused entry => _pauses.Write(entry),
        DestinationResumed entry => _pauses.Write(entry),
        LanesChanged entry => _lanes.Write(entry),
        ChannelStopped entry => _channels.Write(entry),
        ChannelStarted entry => _channels.Write(entry),
        ChannelVersionFound entry => _channels.Write(entry),
        EventRaised entry => Write(entry),
        StatisticsDue entry => Write(entry),
        MinuteLived entry => AvailabilityRows.Write(_database, entry),
        IncidentsChanged entry => _incidents.Write(entry),
        MailAttempted entry => _incidents.Write(entry),
        IncidentOperated entry => _incidents.Write(entry),
        AuditRecord entry => _audit.Write(entry),
        AccessChanged entry => _audit.Write(entry),
        _ => throw new JournalException($"The journal does not know how to keep {pending.Entry.GetType().Name}. This is a mistake in the Hub; report it."),
    };

    private AppendResult Write(EventRaised raised)
    {
        _database.Events.Add(raised.Event);
        return AppendResult.Stored;
    }

    private AppendResult Write(StatisticsDue due)
    {
        _database.Statistics.Due(due);
        QueueMinutes.Write(_database, due, due.Now - StatisticsWriter.Keep);
        return AppendResult.Stored;
    }

    // The version again: it changes nothing and is written all the same.
    private AppendResult Probe()
    {
        _database.Execute(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA user_version = {_database.Number("PRAGMA user_version")}"));
        return AppendResult.Stored;
    }

    // The answer tells that they are set aside; those that were completed meanwhile are not.
    private AppendResult Write(FragmentsParked parked, PendingEntry pending)
    {
        AppendResult result = parked.IsAnswerOnly ? AppendResult.Stored : _fragments.Write(parked);
        if (result.Fragments is { SetAside: [var first, ..] })
            _database.Events.Add(EntryEvents.Rejected(_messages.ChannelOf(first, out DateTimeOffset at), first, [parked.Problem], at, isOfOrder: true));
        if (parked.ApplicationAnswer is { } answer && (parked.IsAnswerOnly || result.Fragments is { SetAside.Count: > 0 }))
            _deliveries.WriteAnswer(parked.Fragments[0], answer, pending.Contents);
        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(5065, LogLevel.Information, "Journal {File}, with up to {Messages} messages, {What}")]
        public static partial void Migrates(ILogger logger, string file, long messages, string what);
    }
}

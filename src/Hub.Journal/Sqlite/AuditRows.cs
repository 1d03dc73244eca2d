using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Reads the audit and what is kept for access. A file of before them has none.</summary>
internal static class AuditRows
{
    /// <summary>The table of the audit.</summary>
    public const string Table = "audit";

    private const string Columns = "SELECT id, at, who, act, origin, channel, message, text, reason, key, mac FROM audit";

    private const string SelectFound =
        Columns + """
         WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR act = ?2) AND (?3 IS NULL OR channel = ?3) AND (?4 IS NULL OR at >= ?4) AND (?5 IS NULL OR at < ?5)
            AND (?6 IS NULL OR id < ?6) AND (?7 IS NULL OR message = ?7) AND (?8 IS NULL OR channel IN (SELECT value FROM json_each(?8))) ORDER BY id DESC LIMIT ?9
        """;

    // By the index of messages.
    private const string SelectOfMessage =
        Columns + """
         WHERE message = ?7 AND (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR act = ?2) AND (?3 IS NULL OR channel = ?3) AND (?4 IS NULL OR at >= ?4)
            AND (?5 IS NULL OR at < ?5) AND (?6 IS NULL OR id < ?6) AND (?8 IS NULL OR channel IN (SELECT value FROM json_each(?8))) ORDER BY id DESC LIMIT ?9
        """;

    private const string SelectAfter = Columns + " WHERE id > ? ORDER BY id LIMIT ?";

    private const string SelectMac = "SELECT mac FROM audit WHERE id = ?";

    private const string SelectHead = "SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1";

    private const string SelectAccess = "SELECT id, version, value FROM access WHERE kind = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id";

    /// <summary>Records, newest first.</summary>
    public static IReadOnlyList<StoredAudit> Find(SqliteDatabase database, AuditQuery query) => database.Has(Table)
        ? Read(database, database.Prepare(query.Message is null ? SelectFound : SelectOfMessage)
            .Bind(query.Who).Bind((long?)query.Act).Bind(query.Channel).Bind(query.Since).Bind(query.Until).Bind(query.Before).Bind(query.Message?.Value)
            .Bind(JournalJson.Write(query.Channels)).Bind(query.Limit))
        : [];

    /// <summary>Records after one.</summary>
    public static IReadOnlyList<StoredAudit> After(SqliteDatabase database, long after, int limit) =>
        database.Has(Table) ? Read(database, database.Prepare(SelectAfter).Bind(after).Bind(limit)) : [];

    /// <summary>Where the chain ends.</summary>
    public static AuditHead? Head(SqliteDatabase database)
    {
        if (!database.Has(Table))
            return null;
        Statement row = database.Prepare(SelectHead);
        AuditHead? head = row.Step() ? AuditChain.Head(row.Long(0), row.Bytes(1)) : null;
        row.Reset();
        return head;
    }

    /// <summary>The MAC of a record; null when it is not there.</summary>
    public static byte[]? MacOf(SqliteDatabase database, long id)
    {
        Statement row = database.Prepare(SelectMac).Bind(id);
        byte[]? mac = row.Step() ? row.Bytes(0).ToArray() : null;
        row.Reset();
        return mac;
    }

    /// <summary>What is kept for access.</summary>
    public static IReadOnlyList<AccessRow> Access(SqliteDatabase database, AccessKind kind, string? id)
    {
        List<AccessRow> rows = [];
        if (!database.Has("access"))
            return rows;
        Statement row = database.Prepare(SelectAccess).Bind((long)kind).Bind(id);
        while (row.Step())
        {
            string name = row.Text(0);
            string? value = database.TextOrNull(row, 2, SealedPlace.Access(kind, name));
            rows.Add(new(kind, name, row.Long(1), value is null or SqliteDatabase.Damaged ? "" : value));
        }

        return rows;
    }

    /// <summary>The record of a row.</summary>
    public static AuditRecord Record(SqliteDatabase database, Statement row) => new()
    {
        At = row.Time(1),
        Who = row.Text(2),
        Act = (AuditAct)row.Int(3),
        From = row.Text(4),
        Channel = row.Text(5),
        Message = row.LongOrNull(6) is { } message ? new MessageId(message) : null,
        Text = database.TextOrNull(row, 7, SealedPlace.Audit(row.Long(0), 0)) ?? "",
        Reason = database.TextOrNull(row, 8, SealedPlace.Audit(row.Long(0), 1)) ?? "",
    };

    /// <summary>All rows from the first.</summary>
    public static Statement All(SqliteDatabase database) => database.Prepare(SelectAfter).Bind(long.MinValue).Bind(long.MaxValue);

    private static List<StoredAudit> Read(SqliteDatabase database, Statement row)
    {
        List<StoredAudit> found = [];
        while (row.Step())
            found.Add(new(row.Long(0), Record(database, row)));
        return found;
    }
}

/// <summary>What the journal reads of the audit and of access.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<StoredAudit> FindAudit(AuditQuery query) => Read(database => AuditRows.Find(database, query));

    /// <inheritdoc/>
    public IReadOnlyList<StoredAudit> ReadAudit(long after, int limit) => Read(database => AuditRows.After(database, after, limit));

    /// <inheritdoc/>
    public AuditHead? ReadAuditHead() => Read(AuditRows.Head);

    /// <inheritdoc/>
    public AuditReport VerifyAudit(IReadOnlyList<AuditHead> heads, CancellationToken stopping)
    {
        // Before the rows: a head that is written meanwhile is of a row that is not looked at.
        IReadOnlyList<AuditHead> kept = Read(_ => AuditHeadFile.ReadAll(vault, folder.Path));
        return Read(database => new AuditCheck(database, [.. kept, .. heads], stopping).Run());
    }

    /// <inheritdoc/>
    public IReadOnlyList<AccessRow> ReadAccess(AccessKind kind, string? id = null) => Read(database => AuditRows.Access(database, kind, id));
}

/// <summary>What the journal reads of the audit and of access.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<StoredAudit> FindAudit(AuditQuery query) => _reader.FindAudit(query);

    /// <inheritdoc/>
    public IReadOnlyList<StoredAudit> ReadAudit(long after, int limit) => _reader.ReadAudit(after, limit);

    /// <inheritdoc/>
    public AuditHead? ReadAuditHead() => _reader.ReadAuditHead();

    /// <inheritdoc/>
    public AuditReport VerifyAudit(IReadOnlyList<AuditHead> heads, CancellationToken stopping) => _reader.VerifyAudit(heads, stopping);

    /// <inheritdoc/>
    public IReadOnlyList<AccessRow> ReadAccess(AccessKind kind, string? id = null) => _reader.ReadAccess(kind, id);
}

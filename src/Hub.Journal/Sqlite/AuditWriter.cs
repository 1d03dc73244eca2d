using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Extensions.Logging;

namespace Hub.Journal.Sqlite;

/// <summary>Adds records to the chain of the audit, and what is kept for access.</summary>
/// <param name="database">The writer's connection.</param>
/// <param name="folder">Where the file is.</param>
/// <param name="logger">For people.</param>
internal sealed partial class AuditWriter(SqliteDatabase database, DataFolder folder, ILogger logger)
{
    private const int LongestId = 200;

    private const string SelectLast = "SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1";

    private const string Insert = "INSERT INTO audit (id, at, who, act, origin, channel, message, text, reason, key, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string SelectVersion = "SELECT version FROM access WHERE kind = ? AND id = ?";

    private const string Upsert = "INSERT INTO access (kind, id, version, value) VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, value = excluded.value";

    private const string Delete = "DELETE FROM access WHERE kind = ? AND id = ?";

    // Heads that are not in the chain any more, by their file; they stay there for those who ask why.
    private readonly Dictionary<string, IReadOnlyList<AuditHead>> _lost = [];
    private AuditHead? _known;
    private AuditHead? _written;
    private string _file = "";
    private bool _cannotWrite;

    /// <summary>Begins a batch: what the one before wrote and did not commit is not there.</summary>
    public void Begin() => _written = null;

    /// <summary>Adds a record.</summary>
    public AppendResult Write(AuditRecord record)
    {
        (long last, byte[] before) = Last();
        JournalKey? key = database.Vault.NewestKey;
        _file = AuditHeadFile.NameOf(key, folder.Path);
        if (_written is null)
            LookForLost(last, before);
        long id = last + 1;
        byte[] mac = AuditChain.Mac(key, before, id, record);
        RowCipher? cipher = database.Vault.Sealer.Cipher;
        database.Prepare(Insert).Bind(id).Bind(record.At).Bind(record.Who).Bind((long)record.Act).Bind(record.From).Bind(record.Channel).Bind(record.Message?.Value)
            .Bind(record.Text, cipher?.Seal(record.Text, SealedPlace.Audit(id, 0))).Bind(record.Reason, cipher?.Seal(record.Reason, SealedPlace.Audit(id, 1)))
            .Bind(key?.Name ?? "").Bind((ReadOnlySpan<byte>)mac).Run();
        _written = AuditChain.Head(id, mac);
        return AppendResult.Stored;
    }

    /// <summary>Stores or removes a value for access.</summary>
    public AppendResult Write(AccessChanged changed)
    {
        if (changed.Id.Length is 0 or > LongestId)
            throw new JournalException($"A name of {changed.Id.Length} characters cannot be kept. Give one of 1 to {LongestId}.");
        Statement row = database.Prepare(SelectVersion).Bind((long)changed.Kind).Bind(changed.Id);
        long version = row.Step() ? row.Long(0) : 0;
        row.Reset();
        if (changed.Version is { } expected && expected != version)
            throw new AccessConflictException("Somebody else changed the same at this moment. Look at it, and do it again.");
        if (changed.Value is { } value)
            database.Prepare(Upsert).Bind((long)changed.Kind).Bind(changed.Id).Bind(version + 1).Bind(value, database.Vault.Sealer.Cipher?.Seal(value, SealedPlace.Access(changed.Kind, changed.Id))).Run();
        else
            database.Prepare(Delete).Bind((long)changed.Kind).Bind(changed.Id).Run();
        return AppendResult.Stored;
    }

    /// <summary>Writes the head beside the keys. Called after a commit.</summary>
    public void Committed()
    {
        if (_written is not { } head)
            return;
        _known = head;
        _written = null;
        try
        {
            AuditHeadFile.Write(_file, [.. _lost.GetValueOrDefault(_file, []), head]);
            _cannotWrite = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_cannotWrite)
                Log.HeadNotWritten(logger, _file, e.Message);
            _cannotWrite = true;
        }
    }

    // The chain goes on from what is there: what was cut off before is told, not mended.
    private void LookForLost(long last, byte[] mac)
    {
        IReadOnlyList<AuditHead> heads = _known is { } known ? [known] : AuditHeadFile.Read(_file);
        AuditHead[] lost = [.. heads.Where(head => head.Number == last ? head != AuditChain.Head(last, mac) : !Has(head))];
        // What a restore left behind is told by its record, and is no loss.
        if (lost.Length > 0)
            lost = [.. lost.Except(AuditRestore.Explained(database))];
        if (lost.Length == 0)
            return;
        _lost[_file] = [.. _lost.GetValueOrDefault(_file, []).Concat(lost).Distinct()];
        Log.Lost(logger, folder.JournalFile, string.Join(", ", lost.Select(head => head.Number)));
    }

    private bool Has(AuditHead head) => AuditRows.MacOf(database, head.Number) is { } mac && AuditChain.Head(head.Number, mac) == head;

    private (long Id, byte[] Mac) Last()
    {
        Statement row = database.Prepare(SelectLast);
        (long, byte[]) last = row.Step() ? (row.Long(0), row.Bytes(1).ToArray()) : (0, AuditChain.Start);
        row.Reset();
        return last;
    }

    private static partial class Log
    {
        [LoggerMessage(7002, LogLevel.Warning, "The head of the audit cannot be written to {File}: {Problem} Until it can, a tail of the audit that is cut off is found by the heads in the log alone. Give this user the right to write there.")]
        public static partial void HeadNotWritten(ILogger logger, string file, string problem);

        [LoggerMessage(7003, LogLevel.Error, "Records of the audit in {File} were removed or changed from outside, or the journal was brought back from an older copy: what was number {Numbers} is not there any more. The audit goes on; look at it with: hub audit verify")]
        public static partial void Lost(ILogger logger, string file, string numbers);
    }
}

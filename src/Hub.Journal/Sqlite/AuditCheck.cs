using System.Security.Cryptography;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Looks over the chain of the audit from its first record, and stops at the first that is not as it was written.</summary>
/// <param name="database">The journal, opened for reading.</param>
/// <param name="heads">Heads that must be in the chain.</param>
/// <param name="stopping">Gives it up.</param>
internal sealed class AuditCheck(SqliteDatabase database, IReadOnlyList<AuditHead> heads, CancellationToken stopping)
{
    private readonly ILookup<long, AuditHead> _heads = heads.Distinct().ToLookup(head => head.Number);
    private readonly List<StoredAudit> _restores = [];
    private readonly HashSet<AuditHead> _left = [];
    private AuditHead? _last;
    private long _unkeyed;
    private bool _isKeyed;

    /// <summary>Looks.</summary>
    public AuditReport Run()
    {
        if (database.Has(AuditRows.Table))
        {
            byte[] before = AuditChain.Start;
            Statement row = AuditRows.All(database);
            while (row.Step())
            {
                stopping.ThrowIfCancellationRequested();
                if (Problem(row, before) is not { } problem)
                {
                    before = row.Bytes(10).ToArray();
                    continue;
                }

                row.Reset();
                return Report((_last?.Number ?? 0) + 1, problem);
            }
        }

        long end = _last?.Number ?? 0;
        AuditHead[] missing = [.. _heads.Where(group => group.Key > end).SelectMany(group => group).Where(head => !_left.Contains(head))];
        return missing.Length > 0
            ? Report(end + 1, $"It is missing, and the records after it up to {missing.Max(head => head.Number)}: the tail was cut off, or the journal was brought back from a copy that is older{Restores(end + 1)}.")
            : Report(0, "");
    }

    private string? Problem(Statement row, byte[] before)
    {
        long id = row.Long(0);
        if (id != (_last?.Number ?? 0) + 1)
            return $"It is missing: the next one that is there is {id}.";
        string name = row.Text(9);
        JournalKey? key = name.Length == 0 ? null : database.Vault.FindKey(name);
        if (name.Length > 0 && key is null)
            return $"It names the key {name}, which is none of this journal.";
        if (key is null && _isKeyed)
            return "It has no key, and the one before it has: it was not written by the Hub.";
        AuditRecord record = AuditRows.Record(database, row);
        byte[] mac = AuditChain.Mac(key, before, id, record);
        if (!CryptographicOperations.FixedTimeEquals(mac, row.Bytes(10)))
            return "It is not as it was written, or another one stood before it.";
        AuditHead here = AuditChain.Head(id, mac);
        if (record.Act == AuditAct.Restored)
        {
            _restores.Add(new(id, record));
            _left.UnionWith(AuditRestore.HeadsOf(_restores[^1]));
        }

        if (_heads[id].Any(head => head != here && !_left.Contains(head)))
            return $"It is not the one that the Hub had at this number: records up to it were made anew, or the journal was brought back from an older copy and went on{Restores(id)}.";
        _isKeyed |= key is not null;
        _unkeyed += key is null ? 1 : 0;
        _last = here;
        return null;
    }

    private string Restores(long before) =>
        _restores.FindLast(one => one.Id <= before) is { } one ? $" (record {one.Id} says that it was {one.Record.Text.Split(';')[0]}; the head of before that is not one that it names)" : "";

    private AuditReport Report(long bad, string problem) => new(_last?.Number ?? 0, _last, _unkeyed, bad, problem) { Restores = _restores };
}

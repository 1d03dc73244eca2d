using System.Globalization;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The record that a restore from a backup puts at the end of the chain: from when the backup is, and where the chain ended before. So what is missing
/// then is explained, under the key, and a cut that nobody explained still shows.
/// </summary>
internal static class AuditRestore
{
    /// <summary>More than anybody restores one journal.</summary>
    private const int MostRestores = 1_000;

    /// <summary>
    /// Adds the record. A journal of before the audit gets none. The head beside the keys stays as it is: the keys may still be those of a Hub that
    /// runs, and the record explains that head to whoever goes on with the restored journal.
    /// </summary>
    /// <param name="database">The restored journal, opened for writing.</param>
    /// <param name="vault">Its keys, loaded.</param>
    /// <param name="folder">Where it will be.</param>
    /// <param name="takenAt">When its newest message arrived.</param>
    public static void Write(SqliteDatabase database, Vault vault, DataFolder folder, DateTimeOffset? takenAt)
    {
        if (!database.Has(AuditRows.Table))
            return;
        DateTimeOffset? last = AuditRows.Find(database, new() { Limit = 1 }) is [var newest] ? newest.Record.At : null;
        DateTimeOffset? at = last > takenAt || takenAt is null ? last : takenAt;
        string time = at is { } known ? known.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "an unknown time";
        AuditHead[] lost = [.. AuditHeadFile.ReadAll(vault, folder.Path).Distinct().Where(head => !Has(database, head))];
        AuditRecord record = new()
        {
            At = TimeProvider.System.GetUtcNow(),
            Who = "local",
            Act = AuditAct.Restored,
            Text = $"restored from a backup of {time}, by {Environment.UserName}; sessions and tokens ended{(lost.Length == 0 ? "" : $"; the audit had ended at {string.Join(", ", lost.AsEnumerable())}")}",
        };
        new AuditWriter(database, folder, NullLogger.Instance).Write(record);
    }

    /// <summary>Where the chain ended before a restore, as its record says. None from before the record: what was cut off later is found by the heads of later.</summary>
    public static IEnumerable<AuditHead> HeadsOf(StoredAudit restored) =>
        restored.Record.Text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Select(AuditHead.Parse).OfType<AuditHead>().Where(head => head.Number >= restored.Id);

    /// <summary>The heads that the restores of a journal explain.</summary>
    public static IEnumerable<AuditHead> Explained(SqliteDatabase database) =>
        AuditRows.Find(database, new() { Act = AuditAct.Restored, Limit = MostRestores }).SelectMany(HeadsOf);

    private static bool Has(SqliteDatabase database, AuditHead head) =>
        AuditRows.MacOf(database, head.Number) is { } mac && AuditChain.Head(head.Number, mac) == head;
}

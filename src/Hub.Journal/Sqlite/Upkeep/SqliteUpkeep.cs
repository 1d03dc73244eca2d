using System.Globalization;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>Looks after a journal in an SQLite file.</summary>
/// <param name="options">Where it and its keys are.</param>
internal sealed class SqliteUpkeep(JournalOptions options) : IJournalUpkeep
{
    private const string Part = ".part";
    private readonly DataFolder _folder = new(options.Data);

    /// <inheritdoc/>
    public JournalReport Check(CancellationToken stopping) => Explained(_folder.JournalFile, () =>
    {
        _folder.RequireFile();
        return CheckFile(_folder, isInUse: true, stopping);
    });

    /// <inheritdoc/>
    public JournalBackup Backup(string target, CancellationToken stopping) => Explained(target, () =>
    {
        _folder.RequireFile();
        string file = NameOf(target);
        if (File.Exists(file))
            throw new JournalException($"HUB5041 {file} is there already, and a backup never takes the place of another file. Give a new name, or a folder, in which it is named after the time.");
        using SqliteDatabase source = SqliteDatabase.OpenReader(_folder.JournalFile);
        Schema.Check(source, _folder);
        FolderSync.Create(Path.GetDirectoryName(file)!);
        WriteWhole(file, part => FileCopy.Run(source, part, stopping));
        using SqliteDatabase copy = SqliteDatabase.OpenReader(file);
        (long last, DateTimeOffset? at) = Newest(copy);
        // Whoever takes backups needs no key.
        (IReadOnlyList<string> keys, string folder) = Vault.KeysOf(copy);
        return new JournalBackup(file, new FileInfo(file).Length, last, at, keys, folder);
    });

    /// <inheritdoc/>
    public RestoredJournal Restore(string backup, UnsentMode unsent, bool allowsDamage, CancellationToken stopping) => Explained(backup, () =>
    {
        if (!File.Exists(backup))
            throw new JournalException($"HUB5042 There is no backup {backup}. Name the file that hub journal backup wrote.");
        if (!Schema.IsJournal(backup))
            throw new JournalException($"HUB5046 {backup} is no backup of a Hub's journal. Name the file that hub journal backup wrote.");
        using FileStream claim = _folder.Claim();
        if (File.Exists(_folder.JournalFile) || File.Exists(_folder.LogFile))
            throw new JournalException($"HUB5043 {_folder.Path} has a journal already, and nothing in it was changed. Restore into a new folder (--data), or move what is there away first, whole: it may hold messages that the backup does not.");
        RestoredJournal? restored = null;
        string part = _folder.JournalFile + Part;
        try
        {
            using (FileStream target = FolderSync.CreateFile(part))
            using (FileStream source = File.OpenRead(backup))
                source.CopyTo(target);
            restored = RestoreFrom(part, unsent, allowsDamage, stopping);
            if (restored.IsRestored)
            {
                FolderSync.FlushFile(part);
                FolderSync.Rename(part, _folder.JournalFile, replaces: false);
            }
        }
        finally
        {
            DropPart(part);
        }

        return restored;
    });

    private RestoredJournal RestoreFrom(string part, UnsentMode unsent, bool allowsDamage, CancellationToken stopping)
    {
        DataFolder folder = new(_folder.Path, Path.GetFileName(part));
        JournalReport report = CheckFile(folder, isInUse: false, stopping);
        if (!report.IsWhole && !allowsDamage)
            return new(_folder.JournalFile, report, false, 0, null, 0, 0);
        Vault vault = new(options);
        using SqliteDatabase database = SqliteDatabase.OpenWriter(part, cacheKib: 1024, vault);
        vault.Load(database);
        (long last, DateTimeOffset? at) = Newest(database);
        UnsentMarks marks = new(database, at);
        marks.Write(unsent);
        AuditRestore.Write(database, vault, _folder, at);
        return new(_folder.JournalFile, report, true, last, at, marks.Deliveries, marks.Messages);
    }

    // A copy is older than what stands beside the keys.
    private JournalReport CheckFile(DataFolder folder, bool isInUse, CancellationToken stopping)
    {
        Vault vault = new(options);
        try
        {
            using SqliteDatabase database = SqliteDatabase.OpenReader(folder.JournalFile, vault);
            Schema.Check(database, folder);
            vault.Load(database);
            return new JournalCheck(database, isInUse ? AuditHeadFile.ReadAll(vault, folder.Path) : [], stopping).Run();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            return new(0, 0, 0, 0, 1, [new("file", 0, $"It cannot be opened: {e.Message}")]);
        }
    }

    private static (long Last, DateTimeOffset? At) Newest(SqliteDatabase database)
    {
        using Statement row = new(database.Handle, "SELECT id, received_at FROM message ORDER BY id DESC LIMIT 1");
        return row.Step() ? (row.Long(0), row.Time(1)) : (0, null);
    }

    // Written beside and renamed: a file of that name is a whole backup.
    private static void WriteWhole(string file, Action<string> write)
    {
        string part = file + Part;
        try
        {
            FolderSync.CreateFile(part).Dispose();
            write(part);
            FolderSync.FlushFile(part);
            FolderSync.Rename(part, file, replaces: false);
        }
        finally
        {
            DropPart(part);
        }
    }

    private static void DropPart(string part)
    {
        foreach (string suffix in (string[])["", "-journal", "-wal", "-shm"])
            File.Delete(part + suffix);
    }

    private static string NameOf(string target)
    {
        string path = Path.GetFullPath(target);
        string stamp = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        return Directory.Exists(path) || Path.EndsInDirectorySeparator(target) ? Path.Combine(path, $"journal-{stamp}.db") : path;
    }

    private static T Explained<T>(string file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw new JournalException($"HUB5044 {file} cannot be read or written: {e.Message} Check the disk; if the journal itself is damaged, restore it from a backup.", e);
        }
    }
}

using Hub.Contracts;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>Copies a journal page by page in one state of its file, so that the writer beside it is never in the way and never waits.</summary>
internal static class FileCopy
{
    /// <summary>How many pages are copied between two looks whether to go on: 16 MiB.</summary>
    private const int StepPages = 4_096;

    /// <summary>Copies into a file that is to be a database alone, without a log beside it.</summary>
    /// <param name="source">The journal, for reading.</param>
    /// <param name="file">The file, there and empty.</param>
    /// <param name="stopping">Gives it up.</param>
    public static void Run(SqliteDatabase source, string file, CancellationToken stopping)
    {
        using SqliteDatabase target = SqliteDatabase.OpenWriter(file, cacheKib: 1024);
        // The read transaction keeps the state: else each commit beside it would begin the copy anew.
        source.Execute("BEGIN; SELECT count(*) FROM sqlite_master");
        try
        {
            Copy(source, target, stopping);
        }
        finally
        {
            source.RollBack();
        }

        target.Execute("PRAGMA journal_mode = DELETE");
    }

    private static void Copy(SqliteDatabase source, SqliteDatabase target, CancellationToken stopping)
    {
        using sqlite3_backup backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.Handle), target.Handle);
        int result;
        do
        {
            stopping.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, StepPages);
        }
        while (result == raw.SQLITE_OK);
        if (result != raw.SQLITE_DONE)
            throw new JournalException($"The journal could not be copied ({raw.sqlite3_errstr(result).utf8_to_string()}). Look whether its disk and that of the copy are well and have room.");
    }
}

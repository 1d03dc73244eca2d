using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes events and statistics beside the messages of a commit. Messages come first: when only these tables are damaged, what cannot be written is left out,
/// told once, and the messages are committed. A commit with nothing to write here runs no statement.
/// </summary>
/// <param name="database">The writer's connection, in a transaction.</param>
/// <param name="folder">Where the file is.</param>
/// <param name="logger">For people.</param>
internal sealed partial class SideTables(SqliteDatabase database, DataFolder folder, ILogger logger)
{
    private readonly HashSet<string> _failing = [];

    /// <summary>Whether a failure is of rows or of a table, so that others can be written; not of the file or the disk as a whole.</summary>
    public static bool IsOfTable(SqliteException failure) => failure.SqliteErrorCode is not (raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR
        or raw.SQLITE_NOMEM or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_PROTOCOL);

    /// <summary>Counts anew what a Hub before lost, if that can be done: a Hub starts in any case.</summary>
    public void Restore()
    {
        try
        {
            database.Statistics.Restore();
        }
        catch (SqliteException e)
        {
            Log.LeftOut(logger, folder.Path, "the statistics of the minute in which the Hub before ended", e.Message);
        }
    }

    /// <summary>Writes what the batch brought. Called before the commit.</summary>
    /// <exception cref="SqliteException">The file or the disk failed.</exception>
    public void Flush()
    {
        if (database.Events.HasAny)
            Try("events", database.Events.Flush, database.Events.Clear);
        if (database.Statistics.Look())
            Try("statistics", database.Statistics.Flush, database.Statistics.Drop);
    }

    private void Try(string what, Action write, Action drop)
    {
        database.Prepare("SAVEPOINT side").Run();
        try
        {
            write();
            database.Prepare("RELEASE side").Run();
            _failing.Remove(what);
        }
        // SQLite ends the whole transaction for some failures: then there is nothing to go on with.
        catch (Exception e) when ((e is not SqliteException failure || IsOfTable(failure)) && raw.sqlite3_get_autocommit(database.Handle) == 0)
        {
            database.ResetAll();
            database.Execute("ROLLBACK TO side; RELEASE side");
            drop();
            if (_failing.Add(what))
                Log.LeftOut(logger, folder.Path, what, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5064, LogLevel.Error, "The journal in {Folder} goes on without {What}; messages are stored. {Problem} Check the disk, and the file with: hub journal check")]
        public static partial void LeftOut(ILogger logger, string folder, string what, string problem);
    }
}

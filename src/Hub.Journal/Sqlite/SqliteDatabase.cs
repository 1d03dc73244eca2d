using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// One connection to the journal's file with the statements prepared on it. Used by one thread at a time.
/// Statements go to SQLite directly: on the writer's road a command of the data provider costs more than the work it asks for.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private bool? _hasLanes;

    private SqliteDatabase(string file, SqliteOpenMode mode, string settings)
    {
        SqliteLibrary.Start();
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            // Another process may hold the file for a moment: a backup, a person's query. mmap stays off: a failing disk would end the process by a signal.
            Execute("PRAGMA busy_timeout = 2000; PRAGMA mmap_size = 0; " + settings);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>SQLite's own handle.</summary>
    public sqlite3 Handle => _connection.Handle!;

    /// <summary>Whether the file has the shape of script 007. One that no newer Hub has opened to write yet has not.</summary>
    public bool HasLanes => _hasLanes ??= Number("SELECT count(*) FROM sqlite_master WHERE name = 'delivery_operation'") > 0;

    /// <summary>How many rows this connection has written since it was opened.</summary>
    public long Changes => raw.sqlite3_total_changes(Handle);

    /// <summary>Opens the file for the writer. Nothing is changed in it yet.</summary>
    /// <param name="file">The file, which must be there, maybe empty.</param>
    /// <param name="cacheKib">How much of the file is kept in memory, in KiB.</param>
    public static SqliteDatabase OpenWriter(string file, int cacheKib) =>
        new(file, SqliteOpenMode.ReadWrite, $"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -{cacheKib}");

    /// <summary>Opens the file for reading.</summary>
    /// <param name="file">The file.</param>
    public static SqliteDatabase OpenReader(string file) =>
        new(file, SqliteOpenMode.ReadOnly, "PRAGMA cache_size = -1024; PRAGMA query_only = ON");

    /// <summary>Gives a statement, prepared at its first use and kept.</summary>
    /// <param name="sql">A constant text: the statements are never forgotten.</param>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out Statement? statement))
            _statements.Add(sql, statement = new(Handle, sql));
        return statement;
    }

    /// <summary>Runs a script.</summary>
    /// <param name="sql">One or many statements; their rows are dropped.</param>
    public void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    /// <summary>Reads one number.</summary>
    /// <param name="sql">A query with one row.</param>
    public long Number(string sql)
    {
        using Statement statement = new(Handle, sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>Ends a transaction that failed. SQLite may have ended it already.</summary>
    public void RollBack()
    {
        foreach (Statement statement in _statements.Values)
            statement.Reset();
        if (raw.sqlite3_get_autocommit(Handle) == 0)
            raw.sqlite3_exec(Handle, "ROLLBACK");
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}

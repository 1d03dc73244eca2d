using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// One connection to the journal's file with the statements prepared on it. Used by one thread at a time.
/// Statements go to SQLite directly: on the writer's road a command of the data provider costs more than the work it asks for.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>What stands in the place of a text that is damaged.</summary>
    public const string Damaged = "(damaged in the journal)";

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private long _version;
    private readonly HashSet<string> _tables = [];

    private SqliteDatabase(string file, SqliteOpenMode mode, string settings, Vault? vault)
    {
        SqliteLibrary.Start();
        File = file;
        Vault = vault ?? new(new(Path.GetDirectoryName(file)!));
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            SearchKey.Define(Handle);
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

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Opens the values in it that are sealed.</summary>
    public Vault Vault { get; }

    /// <summary>Gathers the events of the batch that is being written.</summary>
    public EventWriter Events => field ??= new(this);

    /// <summary>Counts what the batch writes.</summary>
    public StatisticsWriter Statistics => field ??= new(this);

    /// <summary>The shape of the file when it was asked for first, by the number of the last script (<see cref="Schema"/>).</summary>
    public long Version => _version > 0 ? _version : _version = Number("PRAGMA user_version");

    /// <summary>Whether the file is no longer found under its name.</summary>
    public bool HasMoved => SqliteLibrary.HasMoved(Handle);

    /// <summary>How many rows this connection has written since it was opened.</summary>
    public long Changes => raw.sqlite3_total_changes(Handle);

    /// <summary>
    /// Opens the file for the writer. Nothing is changed in it yet. Some builds of SQLite look after foreign keys unasked: a row that retention removes
    /// would cost a search through the tables that name it, and what names it stays.
    /// </summary>
    /// <param name="file">The file, which must be there, maybe empty.</param>
    /// <param name="cacheKib">How much of the file is kept in memory, in KiB.</param>
    /// <param name="vault">Opens what is sealed; null for a connection that reads no such thing.</param>
    public static SqliteDatabase OpenWriter(string file, int cacheKib, Vault? vault = null) =>
        new(file, SqliteOpenMode.ReadWrite, $"PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -{cacheKib}", vault);

    /// <summary>Opens the file for reading.</summary>
    /// <param name="file">The file.</param>
    /// <param name="vault">Opens what is sealed; null for a connection that reads no such thing.</param>
    public static SqliteDatabase OpenReader(string file, Vault? vault = null) =>
        new(file, SqliteOpenMode.ReadOnly, "PRAGMA cache_size = -1024; PRAGMA query_only = ON", vault);

    /// <summary>Gives a statement, prepared at its first use and kept.</summary>
    /// <param name="sql">A constant text: the statements are never forgotten.</param>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out Statement? statement))
            _statements.Add(sql, statement = new(Handle, sql));
        return statement;
    }

    /// <summary>Gives a statement that names columns which a file of an older version does not have yet; they are NULL in it.</summary>
    /// <param name="sql">A constant text.</param>
    public Statement PrepareFit(string sql) => Prepare(Schema.Fit(this, sql));

    /// <summary>Opens a sealed value of a row.</summary>
    /// <returns>Null when it is damaged.</returns>
    public byte[]? Unseal(ReadOnlySpan<byte> value, SealedPlace place) => Vault.Open(this, value, place);

    /// <summary>Reads a text that is sealed in a file that is encrypted.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The text's column.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>The text, null for none, and <see cref="Damaged"/> for one that cannot be opened.</returns>
    public string? TextOrNull(Statement row, int column, SealedPlace place) =>
        row.IsBlob(column) ? Vault.OpenText(this, row.Bytes(column), place) ?? Damaged : row.TextOrNull(column);

    /// <summary>Whether the file has a table; those of before a migration lack the newest, and can be read all the same.</summary>
    /// <param name="table">The table.</param>
    public bool Has(string table)
    {
        if (_tables.Contains(table))
            return true;
        Statement row = Prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").Bind(table);
        bool has = row.Step();
        row.Reset();
        if (has)
            _tables.Add(table);
        return has;
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

    /// <summary>Makes all statements ready for the next time, whatever they were at.</summary>
    public void ResetAll()
    {
        foreach (Statement statement in _statements.Values)
            statement.Reset();
    }

    /// <summary>Ends a transaction that failed. SQLite may have ended it already.</summary>
    public void RollBack()
    {
        ResetAll();
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

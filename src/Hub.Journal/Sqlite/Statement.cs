using System.Text;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// One prepared statement: bind the parameters from left to right, then <see cref="Run"/> it or <see cref="Step"/> through its rows.
/// Belongs to one connection and is used by one thread at a time. It allocates nothing but what it reads.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private byte[] _text = new byte[256];
    private int _bound;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _handle), database);
    }

    public Statement Bind(long value) => Checked(raw.sqlite3_bind_int64(_handle, ++_bound, value));

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(DateTimeOffset value) => Bind(Microseconds.Of(value));

    public Statement Bind(DateTimeOffset? value) => value is { } time ? Bind(time) : BindNull();

    public Statement Bind(ReadOnlySpan<byte> value) => value.IsEmpty
        ? Checked(raw.sqlite3_bind_zeroblob(_handle, ++_bound, 0))
        : Checked(raw.sqlite3_bind_blob(_handle, ++_bound, value));

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        if (value.Length == 0)
            return Checked(raw.sqlite3_bind_text(_handle, ++_bound, value)); // an empty span would be taken for NULL
        if (_text.Length < Encoding.UTF8.GetMaxByteCount(value.Length))
            _text = new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        int length = Encoding.UTF8.GetBytes(value, _text);
        return Checked(raw.sqlite3_bind_text(_handle, ++_bound, _text.AsSpan(0, length)));
    }

    /// <summary>Binds bytes, or NULL for none.</summary>
    public Statement BindOrNull(byte[]? value) => value is null ? BindNull() : Bind((ReadOnlySpan<byte>)value);

    /// <summary>Binds a searched value in its form.</summary>
    public Statement Bind(SearchTerm term) => term.Text is { } text ? Bind(text) : Bind(term.Hash.Span);

    /// <summary>Binds a text, or what it was sealed as.</summary>
    public Statement Bind(string? text, byte[]? value) => value is null ? Bind(text) : Bind((ReadOnlySpan<byte>)value);

    public Statement BindNull() => Checked(raw.sqlite3_bind_null(_handle, ++_bound));

    /// <summary>Runs a statement that gives no rows and makes it ready for the next time.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none; the statement is then ready for the next time.</returns>
    public bool Step()
    {
        int result = raw.sqlite3_step(_handle);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result == raw.SQLITE_DONE)
        {
            Reset();
            return false;
        }

        SqliteException failure = Failure(result);
        Reset();
        throw failure;
    }

    /// <summary>Leaves the remaining rows and makes the statement ready for the next time.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(_handle);
        _bound = 0;
    }

    public long Long(int column) => raw.sqlite3_column_int64(_handle, column);

    public int Int(int column) => raw.sqlite3_column_int(_handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public bool IsBlob(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_BLOB;

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public DateTimeOffset Time(int column) => Microseconds.Time(Long(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public string Text(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The bytes in the row; they are gone with the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    public void Dispose() => _handle.Dispose();

    private Statement Checked(int result)
    {
        if (result == raw.SQLITE_OK)
            return this;
        SqliteException failure = Failure(result);
        Reset();
        throw failure;
    }

    private SqliteException Failure(int result) => new(
        raw.sqlite3_errmsg(_database).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(_database));
}

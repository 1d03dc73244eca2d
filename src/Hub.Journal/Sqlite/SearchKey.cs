using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hub.Journal.Sqlite.Encryption;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Eight bytes that stand for a searched value: equal values have equal keys, and of others nobody can choose two that have. Two that differ may share one by
/// chance, so a row that was found by its key is compared with the value too.
/// </summary>
/// <param name="Control">Of the control id.</param>
/// <param name="Content">Of the hash of the bytes; 0 for a duplicate.</param>
internal readonly record struct SearchKey(long Control, long Content)
{
    /// <summary>Name of the function in SQL that makes one of a column.</summary>
    private const string Function = "search_key";

    /// <summary>The key of a value.</summary>
    public static long Of(SearchTerm term) => term.Text is { } text ? Of(text) : Of(term.Hash.Span);

    /// <summary>Makes the function known to a connection.</summary>
    public static void Define(sqlite3 database) => raw.sqlite3_create_function(database, Function, 1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, Make);

    private static void Make(sqlite3_context context, object data, sqlite3_value[] values) =>
        raw.sqlite3_result_int64(context, raw.sqlite3_value_type(values[0]) == raw.SQLITE_BLOB ? Of(raw.sqlite3_value_blob(values[0])) : Of(raw.sqlite3_value_text(values[0]).utf8_to_string()));

    private static long Of(string text)
    {
        // SQLite gives a text up to its first NUL.
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(end < 0 ? text : text[..end]), hash);
        return Of(hash);
    }

    /// <summary>The key of a value that is searched as a hash.</summary>
    public static long Of(ReadOnlySpan<byte> hash) => hash.Length < sizeof(long) ? 0 : BinaryPrimitives.ReadInt64LittleEndian(hash);
}

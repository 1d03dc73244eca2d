namespace Hub.Journal.Sqlite;

// SQLite needs a row as one piece of memory, two or three times over, to write or read it. So long bytes stand in several rows:
// the first MiB with their hash, what follows in pieces of a MiB, and memory does not grow with the size of a scan.

/// <summary>Writes bytes with their hash, each under a number of its own.</summary>
internal sealed class ContentWriter(SqliteDatabase database)
{
    /// <summary>Most bytes in a row.</summary>
    public const int RowBytes = 1024 * 1024;

    private const string Insert = "INSERT INTO content (id, sha256, bytes) VALUES (?, ?, ?)";

    private const string InsertRest = "INSERT INTO content_rest (content, piece, bytes) VALUES (?, ?, ?)";

    private long _last = database.Number("SELECT coalesce(max(id), 0) FROM content");

    /// <summary>The number that the next bytes get.</summary>
    public long NextId() => _last + 1;

    /// <summary>Writes bytes.</summary>
    /// <returns>Their number.</returns>
    public long Write(HashedContent content)
    {
        ReadOnlySpan<byte> bytes = content.Bytes.Span;
        database.Prepare(Insert).Bind(++_last).Bind(content.Sha256).Bind(bytes[..Math.Min(bytes.Length, RowBytes)]).Run();
        for (int piece = 1; (long)piece * RowBytes < bytes.Length; piece++)
        {
            ReadOnlySpan<byte> rest = bytes[(piece * RowBytes)..];
            database.Prepare(InsertRest).Bind(_last).Bind((long)piece).Bind(rest[..Math.Min(rest.Length, RowBytes)]).Run();
        }

        return _last;
    }
}

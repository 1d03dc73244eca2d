namespace Hub.Journal.Sqlite;

/// <summary>Writes bytes with their hash, each under a number of its own.</summary>
internal sealed class ContentWriter(SqliteDatabase database)
{
    private const string Insert = "INSERT INTO content (id, sha256, bytes) VALUES (?, ?, ?)";

    private long _last = database.Number("SELECT coalesce(max(id), 0) FROM content");

    /// <summary>The number that the next bytes get.</summary>
    public long NextId() => _last + 1;

    /// <summary>Writes bytes.</summary>
    /// <returns>Their number.</returns>
    public long Write(HashedContent content)
    {
        database.Prepare(Insert).Bind(++_last).Bind(content.Sha256).Bind(content.Bytes.Span).Run();
        return _last;
    }
}

using System.Buffers;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

// SQLite needs a row as one piece of memory, two or three times over, to write or read it. So long bytes stand in several rows:
// the first MiB with their hash, what follows in pieces of a MiB, and memory does not grow with the size of a scan.
// Of encrypted bytes each piece is sealed alone; its tag stands for the hash.

/// <summary>Writes bytes, each under a number of its own: with their hash, or encrypted.</summary>
internal sealed class ContentWriter(SqliteDatabase database)
{
    /// <summary>Most bytes in a row, before they are encrypted.</summary>
    public const int RowBytes = 1024 * 1024;

    private const string Insert = "INSERT INTO content (id, sha256, bytes, key, message, place, bound) VALUES (?, ?, ?, ?, ?, ?, ?)";

    private const string InsertRest = "INSERT INTO content_rest (content, piece, bytes) VALUES (?, ?, ?)";

    private long _last = database.Number("SELECT coalesce(max(id), 0) FROM content");

    /// <summary>The number that the next bytes get.</summary>
    public long NextId() => _last + 1;

    /// <summary>Writes bytes.</summary>
    /// <param name="content">They.</param>
    /// <param name="bound">What they are of: <see cref="BoundContent"/>.</param>
    /// <returns>Their number.</returns>
    public long Write(HashedContent content, string bound)
    {
        _last++;
        if (content.Cipher is null)
            WritePlain(content);
        else if (content.Sealed is { } value)
            Write(content, bound, value);
        else
            WritePieces(content, bound);
        return _last;
    }

    private void Write(HashedContent content, string bound, ReadOnlySpan<byte> value) =>
        database.Prepare(Insert).Bind(_last).Bind([]).Bind(value).Bind(RowCipher.IdOf(value)).Bind(content.Message).Bind(content.Place).Bind(bound).Run();

    private void WritePlain(HashedContent content)
    {
        ReadOnlySpan<byte> bytes = content.Bytes.Span;
        database.Prepare(Insert).Bind(_last).Bind((ReadOnlySpan<byte>)content.Sha256).Bind(bytes[..Math.Min(bytes.Length, RowBytes)]).BindNull().BindNull().BindNull().BindNull().Run();
        for (int piece = 1; (long)piece * RowBytes < bytes.Length; piece++)
            WriteRest(piece, PieceOf(bytes, piece));
    }

    private void WritePieces(HashedContent content, string bound)
    {
        ReadOnlySpan<byte> bytes = content.Bytes.Span;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RowBytes + RowCipher.Overhead);
        // Nothing is a piece too.
        for (int piece = 0; piece == 0 || (long)piece * RowBytes < bytes.Length; piece++)
        {
            ReadOnlySpan<byte> plain = PieceOf(bytes, piece);
            Span<byte> value = buffer.AsSpan(0, plain.Length + RowCipher.Overhead);
            content.Cipher!.Seal(plain, SealedPlace.Content(content.Message, content.Place, piece, bytes.Length, bound), value);
            if (piece == 0)
                Write(content, bound, value);
            else
                WriteRest(piece, value);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void WriteRest(int piece, ReadOnlySpan<byte> bytes) => database.Prepare(InsertRest).Bind(_last).Bind((long)piece).Bind(bytes).Run();

    private static ReadOnlySpan<byte> PieceOf(ReadOnlySpan<byte> bytes, int piece)
    {
        ReadOnlySpan<byte> rest = bytes[(piece * RowBytes)..];
        return rest[..Math.Min(rest.Length, RowBytes)];
    }
}

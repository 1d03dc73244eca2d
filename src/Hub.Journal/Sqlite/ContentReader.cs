using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Reads bytes that a <see cref="ContentWriter"/> wrote, and checks them against their hash.</summary>
internal static class ContentReader
{
    private const string SelectOfMessage = "SELECT c.id, c.sha256, c.bytes FROM message m JOIN content c ON c.id = m.content WHERE m.id = ?";

    private const string SelectOfDelivery =
        """
        SELECT c.id, c.sha256, c.bytes FROM delivery d JOIN message m ON m.id = d.message
        JOIN content c ON c.id = coalesce(d.content, m.content) WHERE d.id = ?
        """;

    private const string SelectBeforeEdit =
        """
        SELECT c.id, c.sha256, c.bytes FROM delivery_operation o JOIN delivery d ON d.id = o.delivery JOIN message m ON m.id = d.message
        JOIN content c ON c.id = coalesce(o.content, m.content) WHERE o.delivery = ? AND o.number = ? AND o.operation = 3
        """;

    private const string SelectRestLength = "SELECT coalesce(sum(length(bytes)), 0) FROM content_rest WHERE content = ?";

    private const string SelectRest = "SELECT bytes FROM content_rest WHERE content = ? ORDER BY piece";

    /// <summary>Reads a message's bytes as they came; null when there is no such message.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? OfMessage(SqliteDatabase database, long message) =>
        Read(database, database.Prepare(SelectOfMessage).Bind(message), "message", message);

    /// <summary>Reads the bytes that a delivery sends; null when there is no such delivery.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? OfDelivery(SqliteDatabase database, long delivery) =>
        Read(database, database.Prepare(SelectOfDelivery).Bind(delivery), "delivery", delivery);

    /// <summary>Reads the bytes that a delivery had before an edit; null when there was no such edit.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? BeforeEdit(SqliteDatabase database, long delivery, int operation) =>
        Read(database, database.Prepare(SelectBeforeEdit).Bind(delivery).Bind(operation), "delivery", delivery);

    private static ReadOnlyMemory<byte>? Read(SqliteDatabase database, Statement row, string what, long number)
    {
        if (!row.Step())
            return null;
        byte[] bytes = row.Bytes(2).Length < ContentWriter.RowBytes ? row.Bytes(2).ToArray() : ReadLong(database, row.Long(0), row.Bytes(2));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        bool whole = hash.SequenceEqual(row.Bytes(1));
        row.Reset();
        return whole
            ? bytes
            : throw new DamagedContentException($"The content of {what} {number} is damaged: it does not have the hash it was stored with. Check the disk, and restore the journal from a backup.");
    }

    private static byte[] ReadLong(SqliteDatabase database, long content, ReadOnlySpan<byte> first)
    {
        Statement length = database.Prepare(SelectRestLength).Bind(content);
        length.Step();
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked(first.Length + length.Int(0)));
        length.Reset();
        first.CopyTo(bytes);
        int have = first.Length;
        Statement rest = database.Prepare(SelectRest).Bind(content);
        while (rest.Step())
        {
            rest.Bytes(0).CopyTo(bytes.AsSpan(have));
            have += rest.Bytes(0).Length;
        }

        return bytes;
    }
}

using System.Security.Cryptography;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Reads bytes that a <see cref="ContentWriter"/> wrote, and checks that they are whole and the right ones: plain ones by their hash, encrypted ones
/// by their tags, and besides by the hash that is sealed in the row of the message, or by the message that they were written for.
/// </summary>
internal static class ContentReader
{
    private const string SelectOfMessage =
        "SELECT c.id, c.sha256, c.bytes, c.message, c.place, m.id, m.channel, m.header, c.bound, NULL, 0 FROM message m JOIN content c ON c.id = m.content WHERE m.id = ?";

    // A delivery that lost the number of its own bytes must not send those that its message came as.
    private const string SelectOfDelivery =
        """
        SELECT c.id, c.sha256, c.bytes, c.message, c.place, m.id, m.channel, CASE WHEN d.content IS NULL THEN m.header END, c.bound, CASE WHEN d.content IS NOT NULL THEN d.id END,
            d.content IS NULL AND d.length <> m.length
        FROM delivery d JOIN message m ON m.id = d.message
        JOIN content c ON c.id = coalesce(d.content, m.content) WHERE d.id = ?
        """;

    private const string SelectBeforeEdit =
        """
        SELECT c.id, c.sha256, c.bytes, c.message, c.place, m.id, m.channel, CASE WHEN o.content IS NULL THEN m.header END, c.bound, CASE WHEN o.content IS NOT NULL THEN d.id END, 0
        FROM delivery_operation o JOIN delivery d ON d.id = o.delivery JOIN message m ON m.id = d.message
        JOIN content c ON c.id = coalesce(o.content, m.content) WHERE o.delivery = ? AND o.number = ? AND o.operation = 3
        """;

    private const string SelectRestLength = "SELECT coalesce(sum(length(bytes)), 0), count(*) FROM content_rest WHERE content = ?";

    private const string SelectRest = "SELECT bytes, piece FROM content_rest WHERE content = ? ORDER BY piece";

    /// <summary>Reads a message's bytes as they came; null when there is no such message.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? OfMessage(SqliteDatabase database, long message) =>
        Read(database, database.PrepareFit(SelectOfMessage).Bind(message), "message", message);

    /// <summary>Reads the bytes that a delivery sends; null when there is no such delivery.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? OfDelivery(SqliteDatabase database, long delivery) =>
        Read(database, database.PrepareFit(SelectOfDelivery).Bind(delivery), "delivery", delivery);

    /// <summary>Reads the bytes that a delivery had before an edit; null when there was no such edit.</summary>
    /// <exception cref="DamagedContentException">They are damaged.</exception>
    public static ReadOnlyMemory<byte>? BeforeEdit(SqliteDatabase database, long delivery, int operation) =>
        Read(database, database.PrepareFit(SelectBeforeEdit).Bind(delivery).Bind(operation), "delivery", delivery);

    private static ReadOnlyMemory<byte>? Read(SqliteDatabase database, Statement row, string what, long number)
    {
        if (!row.Step())
            return null;
        byte[]? bytes = row.Int(10) != 0 ? null : row.IsNull(3) ? ReadPlain(database, row) : ReadSealed(database, row);
        row.Reset();
        return bytes ?? throw new DamagedContentException($"HUB5030 The content of {what} {number} is damaged: it is not what was stored. Look for more with hub journal check, check the disk, and restore the journal from a backup.");
    }

    private static byte[]? ReadPlain(SqliteDatabase database, Statement row)
    {
        byte[] bytes = row.Bytes(2).Length < ContentWriter.RowBytes ? row.Bytes(2).ToArray() : ReadLong(database, row.Long(0), row.Bytes(2));
        return HashOf(bytes).AsSpan().SequenceEqual(row.Bytes(1)) ? bytes : null;
    }

    private static byte[]? ReadSealed(SqliteDatabase database, Statement row)
    {
        int first = row.Bytes(2).Length - RowCipher.Overhead;
        if (first is < 0 or > ContentWriter.RowBytes)
            return null;
        (long message, int place, string? bound) = (row.Long(3), row.Int(4), row.TextOrNull(8));
        if (bound is not null && !IsBound(database, row, bound))
            return null;
        byte[]? bytes;
        if (first < ContentWriter.RowBytes)
            bytes = database.Unseal(row.Bytes(2), SealedPlace.Content(message, place, 0, first, bound));
        else
            bytes = ReadSealedLong(database, row, message, place, bound);
        if (bytes is null)
            return null;
        // A message may share the bytes of another one, whose duplicate it is or that was handed to it; its own row says which bytes.
        if (row.IsNull(7))
            return message == row.Long(5) ? bytes : null;
        return HeaderSeal.Open(database, row.Long(5), row.Text(6), row.Bytes(7)) is { } header && HashOf(bytes).AsSpan().SequenceEqual(header.Sha256) ? bytes : null;
    }

    // What a message shares with another is told by the hash that is sealed in its own row.
    private static bool IsBound(SqliteDatabase database, Statement row, string bound) => row.IsNull(9)
        ? row.Long(3) != row.Long(5) || row.Int(4) != 0 || bound == BoundContent.OfMessage(row.Text(6))
        : BoundContent.IsOf(database, bound, row.Long(9));

    private static byte[] HashOf(byte[] bytes) => SHA256.HashData(bytes);

    private static byte[]? ReadSealedLong(SqliteDatabase database, Statement row, long message, int place, string? bound)
    {
        Statement length = database.Prepare(SelectRestLength).Bind(row.Long(0));
        length.Step();
        long rest = length.Long(0) - (length.Long(1) * RowCipher.Overhead);
        length.Reset();
        if (rest is < 0 or > int.MaxValue - ContentWriter.RowBytes)
            return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)(ContentWriter.RowBytes + rest));
        bool whole = database.Vault.TryOpen(database, row.Bytes(2), SealedPlace.Content(message, place, 0, bytes.Length, bound), bytes);
        Statement pieces = database.Prepare(SelectRest).Bind(row.Long(0));
        int have = ContentWriter.RowBytes;
        while (pieces.Step())
        {
            ReadOnlySpan<byte> value = pieces.Bytes(0);
            whole = whole && value.Length >= RowCipher.Overhead
                && database.Vault.TryOpen(database, value, SealedPlace.Content(message, place, pieces.Int(1), bytes.Length, bound), bytes.AsSpan(have));
            have += value.Length - RowCipher.Overhead;
        }

        return whole ? bytes : null;
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

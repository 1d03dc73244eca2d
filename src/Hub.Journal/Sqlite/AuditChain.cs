using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// What ties each record of the audit to the one before it: HMAC-SHA256 over that one's MAC and the record's own values, under a key that is made from the
/// journal's. Who can write the file and has no key can neither change a record nor add one. A journal without a key has a chain of SHA-256 instead: it
/// shows accidents, and a change by somebody who does not make the rest anew; a head that is kept elsewhere shows that too.
/// Values are written with their lengths, so that no two records are the same bytes.
/// </summary>
internal static class AuditChain
{
    /// <summary>What stands before the first record.</summary>
    public static byte[] Start { get; } = new byte[HMACSHA256.HashSizeInBytes];

    /// <summary>Makes the MAC of a record.</summary>
    /// <param name="key">The key; null for a journal that has none.</param>
    /// <param name="before">The MAC of the record before.</param>
    /// <param name="id">The record's number.</param>
    /// <param name="record">The record.</param>
    public static byte[] Mac(JournalKey? key, ReadOnlySpan<byte> before, long id, AuditRecord record)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write("hub audit 1");
        writer.Write(before);
        writer.Write(key?.Name ?? "");
        writer.Write(id);
        writer.Write(Microseconds.Of(record.At));
        writer.Write(record.Who);
        writer.Write((int)record.Act);
        writer.Write(record.From);
        writer.Write(record.Channel);
        writer.Write(record.Message is not null);
        writer.Write(record.Message?.Value ?? 0);
        writer.Write(record.Text);
        writer.Write(record.Reason);
        writer.Flush();
        return key is null ? SHA256.HashData(bytes.ToArray()) : HMACSHA256.HashData(key.Audit, bytes.ToArray());
    }

    /// <summary>A record as the head of the chain.</summary>
    public static AuditHead Head(long id, ReadOnlySpan<byte> mac) => new(id, Convert.ToHexStringLower(mac));
}

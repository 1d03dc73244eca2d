using System.Buffers.Binary;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Makes the numbers of lanes that stand in the journal. A lane is often a patient's number, and the hash that names it is made without a key, so who
/// has the file could try all numbers there are. In a journal that is encrypted a number that only the key can make stands in its place.
/// </summary>
internal sealed class LaneNumbers(SqliteDatabase database)
{
    private const byte Lanes = (byte)'l';

    /// <summary>The number of a lane in the journal; 0, the one lane of a destination without lanes, stays 0.</summary>
    /// <param name="lane">The lane as its value names it.</param>
    public long NumberOf(long lane)
    {
        // By the oldest key: what waits goes on in its lane when the key is changed.
        if (lane == 0 || database.Vault.AllForms.LastOrDefault(form => form.Key is not null)?.Key is not { } key)
            return lane;
        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, lane);
        Span<byte> hash = stackalloc byte[JournalKey.HashLength];
        key.Hash(Lanes, value, hash);
        // Never 0, and positive.
        return Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue);
    }
}

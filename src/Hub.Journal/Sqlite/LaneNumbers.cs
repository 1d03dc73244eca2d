using System.Buffers.Binary;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Makes the numbers of lanes that stand in the journal. A lane is often a patient's number, and the hash that names it is made without a key, so who
/// has the file could try all numbers there are. In a journal that is encrypted a number that only the key can make stands in its place.
/// </summary>
internal sealed class LaneNumbers(SqliteDatabase database)
{
    private const byte Lanes = (byte)'l';

    // 0 Queued and 2 Parked: what may still be sent.
    private const string SelectWaiting = "SELECT id, lane FROM delivery WHERE state = 0 AND lane <> 0 UNION ALL SELECT id, lane FROM delivery WHERE state = 2 AND lane <> 0";
    private const string SetLane = "UPDATE delivery SET lane = ? WHERE id = ?";
    private const string SetLaneWaiting = "UPDATE delivery SET lane = ? WHERE id = ? AND channel = ? AND destination = ? AND state IN (0, 2)";
    private const string SetMadeOf = "INSERT INTO destination_lane (channel, destination, lane) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET lane = excluded.lane";
    private const string SelectMadeOf = "SELECT lane FROM destination_lane WHERE channel = ? AND destination = ?";

    /// <summary>What the lanes of a destination are made of; null when that is not known.</summary>
    public static string? MadeOf(SqliteDatabase database, string channel, string destination)
    {
        if (database.Version < Schema.Lanes)
            return null;
        Statement row = database.Prepare(SelectMadeOf).Bind(channel).Bind(destination);
        string? lane = row.Step() ? row.Text(0) : null;
        row.Reset();
        return lane;
    }

    /// <summary>Gives what waits its lanes anew.</summary>
    public AppendResult Write(LanesChanged changed)
    {
        foreach ((long delivery, long lane) in changed.Lanes)
            database.Prepare(SetLaneWaiting).Bind(NumberOf(lane)).Bind(delivery).Bind(changed.Channel).Bind(changed.Destination).Run();
        if (changed.Lane is { } madeOf)
            database.Prepare(SetMadeOf).Bind(changed.Channel).Bind(changed.Destination).Bind(madeOf).Run();
        return AppendResult.Stored;
    }

    /// <summary>The number of a lane in the journal; 0, the one lane of a destination without lanes, stays 0.</summary>
    /// <param name="lane">The lane as its value names it.</param>
    public long NumberOf(long lane)
    {
        // By the oldest key: what waits goes on in its lane when the key is changed.
        return lane == 0 || database.Vault.AllForms.LastOrDefault(form => form.Key is not null)?.Key is not { } key ? lane : NumberOf(lane, key);
    }

    /// <summary>
    /// Gives what waits since before there was a key the numbers that its lanes have from now on: else what comes next for a patient would
    /// overtake it. To be done once, in the transaction that brings the first key.
    /// </summary>
    /// <param name="database">The writer's connection.</param>
    /// <param name="key">The first key of the journal.</param>
    public static void Renumber(SqliteDatabase database, JournalKey key)
    {
        List<(long Delivery, long Lane)> waiting = [];
        Statement row = database.Prepare(SelectWaiting);
        while (row.Step())
            waiting.Add((row.Long(0), row.Long(1)));
        foreach ((long delivery, long lane) in waiting)
            database.Prepare(SetLane).Bind(NumberOf(lane, key)).Bind(delivery).Run();
    }

    private static long NumberOf(long lane, JournalKey key)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, lane);
        Span<byte> hash = stackalloc byte[JournalKey.HashLength];
        key.Hash(Lanes, value, hash);
        // Never 0, and positive.
        return Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue);
    }
}

using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Keeps how channels were, day by day.</summary>
internal static class AvailabilityRows
{
    private const long Minute = 60_000_000;
    private const long Day = 1_440 * Minute;
    private static readonly TimeSpan s_keep = TimeSpan.FromDays(400);

    private const string Upsert =
        """
        INSERT INTO channel_day (channel, day, first, last, up, down, off, probed, spoken) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET last = ?3, up = up + ?4, down = down + ?5, off = off + ?6, probed = probed + ?7, spoken = spoken + ?8 WHERE last < ?3
        """;

    // One minute may be missing: it was not kept because the journal had other trouble.
    private const string UpdateLived =
        "UPDATE lived SET last = max(last, ?1) WHERE first = (SELECT max(first) FROM lived WHERE first <= ?1) AND last >= ?1 - 120000000";

    private const string InsertLived = "INSERT OR IGNORE INTO lived (first, last) VALUES (?1, ?1)";

    private const string SelectLived = "SELECT first, last FROM lived WHERE last > ?1 AND first < ?2 ORDER BY first";

    private const string DeleteOldLived = "DELETE FROM lived WHERE last < ?";

    private const string DeleteOld = "DELETE FROM channel_day WHERE day < ?";

    private const string Select =
        """
        SELECT channel, min(first), max(last), sum(up), sum(down), sum(off), min(first) > (SELECT min(first) FROM channel_day c WHERE c.channel = d.channel), sum(d.probed), sum(d.spoken)
        FROM channel_day d WHERE day >= ?1 AND day < ?2 GROUP BY channel ORDER BY channel
        """;

    /// <summary>Counts a minute.</summary>
    public static AppendResult Write(SqliteDatabase database, MinuteLived lived)
    {
        long minute = Floor(Microseconds.Of(lived.At), Minute);
        foreach ((string channel, ChannelHealth health) in lived.Channels)
        {
            Statement upsert = database.Prepare(Upsert).Bind(channel).Bind(Floor(minute, Day)).Bind(minute);
            foreach (ChannelHealth one in Enum.GetValues<ChannelHealth>())
                upsert.Bind(one == health ? 1L : 0L);
            upsert.Bind(lived.Probed.Contains(channel) ? 1L : 0L).Bind(lived.Spoken.Contains(channel) ? 1L : 0L).Run();
        }

        long changes = database.Changes;
        database.Prepare(UpdateLived).Bind(minute).Run();
        if (database.Changes == changes)
            database.Prepare(InsertLived).Bind(minute).Run();
        if (minute % Day == 0)
        {
            database.Prepare(DeleteOld).Bind(lived.At - s_keep).Run();
            database.Prepare(DeleteOldLived).Bind(lived.At - s_keep).Run();
        }

        return AppendResult.Stored;
    }

    /// <summary>Reads when the Hub ran.</summary>
    public static IReadOnlyList<LivedTime> ReadLived(SqliteDatabase database, DateTimeOffset from, DateTimeOffset to)
    {
        List<LivedTime> found = [];
        if (!database.Has("lived"))
            return found;
        // A minute ends after its beginning.
        Statement row = database.Prepare(SelectLived).Bind(Microseconds.Of(from) - Minute).Bind(to);
        while (row.Step())
            found.Add(new(row.Time(0), row.Time(1).AddMinutes(1)));
        return found;
    }

    /// <summary>Reads how much of a time channels were there.</summary>
    public static IReadOnlyList<ChannelAvailability> Read(SqliteDatabase database, DateTimeOffset from, DateTimeOffset now)
    {
        if (!database.Has("channel_day"))
            return [];
        long begin = Floor(Microseconds.Of(from), Day);
        List<(string Channel, long First, long Last, long Up, long Down, long Off, long Probed, long Spoken)> rows = [];
        Statement row = database.PrepareFit(Select).Bind(begin).Bind(now);
        while (row.Step())
            rows.Add((row.Text(0), row.Int(6) == 1 ? begin : row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.LongOrNull(7) ?? 0, row.LongOrNull(8) ?? 0));
        long newest = rows.Count == 0 ? 0 : rows.Max(one => one.Last);
        long end = Floor(Microseconds.Of(now), Minute);
        return [.. rows.Select(one =>
        {
            // The Hub went on without it: its file is gone.
            long until = one.Last < newest ? one.Last + Minute : Math.Max(end, one.Last + Minute);
            long missing = ((until - one.First) / Minute) - one.Up - one.Down - one.Off;
            return new ChannelAvailability(one.Channel, Microseconds.Time(one.First), one.Up, one.Down + Math.Max(0, missing), one.Off) { Probed = one.Probed, Spoken = one.Spoken };
        })];
    }

    private static long Floor(long time, long unit) => time - (time % unit);
}

/// <summary>What the journal reads of availability.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<ChannelAvailability> ReadAvailability(DateTimeOffset from, DateTimeOffset now) => Read(database => AvailabilityRows.Read(database, from, now));

    /// <inheritdoc/>
    public IReadOnlyList<LivedTime> ReadLived(DateTimeOffset from, DateTimeOffset to) => Read(database => AvailabilityRows.ReadLived(database, from, to));
}

/// <summary>What the journal reads of availability.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<ChannelAvailability> ReadAvailability(DateTimeOffset from, DateTimeOffset now) => _reader.ReadAvailability(from, now);

    /// <inheritdoc/>
    public IReadOnlyList<LivedTime> ReadLived(DateTimeOffset from, DateTimeOffset to) => _reader.ReadLived(from, to);
}

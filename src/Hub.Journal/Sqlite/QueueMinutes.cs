using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Keeps how queues stood at the end of each minute, as long as the statistics are kept.</summary>
internal static class QueueMinutes
{
    private const string Table = "queue_minute";

    // Looked at twice in a minute, the longer look stands.
    private const string Upsert =
        """
        INSERT INTO queue_minute (minute, channel, destination, depth, oldest) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET depth = max(depth, ?4), oldest = max(oldest, ?5)
        """;

    // As of statistics: at most an hour's at a time.
    private const string DeleteOld = "DELETE FROM queue_minute WHERE minute < ?1 AND minute < (SELECT min(minute) FROM queue_minute) + 3600000000";

    private const string Select =
        "SELECT minute, channel, destination, depth, oldest FROM queue_minute WHERE minute >= ?1 AND minute < ?2 AND (?3 IS NULL OR channel = ?3) ORDER BY minute, channel, destination";

    /// <summary>Writes how they stand; it is a second past the minute that it is counted to.</summary>
    /// <param name="database">The file.</param>
    /// <param name="due">How they stand, and the time.</param>
    /// <param name="before">What is older goes.</param>
    public static void Write(SqliteDatabase database, StatisticsDue due, DateTimeOffset before)
    {
        DateTimeOffset minute = new(due.Now.UtcTicks - (due.Now.UtcTicks % TimeSpan.TicksPerMinute) - TimeSpan.TicksPerMinute, TimeSpan.Zero);
        foreach (QueueStatus queue in due.Queues)
        {
            TimeSpan oldest = due.Now > queue.OldestAt ? due.Now - queue.OldestAt : TimeSpan.Zero;
            database.Prepare(Upsert).Bind(minute).Bind(queue.Channel).Bind(queue.Destination).Bind(queue.Depth).Bind(Microseconds.Of(oldest)).Run();
        }

        database.Prepare(DeleteOld).Bind(before).Run();
    }

    /// <summary>Reads how they stood, as rows that say nothing else.</summary>
    public static IReadOnlyList<MinuteStatistics> Read(SqliteDatabase database, StatisticsQuery query)
    {
        List<MinuteStatistics> found = [];
        if (!database.Has(Table))
            return found;
        Statement row = database.Prepare(Select).Bind(query.From).Bind(query.To).Bind(query.Channel);
        while (row.Step())
            found.Add(new() { Minute = row.Time(0), Channel = row.Text(1), Destination = row.Text(2), QueueDepth = row.Long(3), OldestAge = Microseconds.Span(row.Long(4)) });
        return found;
    }
}

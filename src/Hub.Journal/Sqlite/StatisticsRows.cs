using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Reads statistics, and counts minutes anew that were lost with the memory of a Hub that crashed.</summary>
internal static class StatisticsRows
{
    private const string Table = "statistic";

    /// <summary>How many deliveries back tries are looked for after a crash. What is older was queued for long, and its last minute is missing in the statistics.</summary>
    private const long MostDeliveries = 200_000;

    private const string Select =
        """
        SELECT minute, channel, destination, type, received, rejected, filtered, duplicates, bytes, delivered, parked, attempts, sending, latency FROM statistic
        WHERE minute >= ?1 AND minute < ?2 AND (?3 IS NULL OR channel = ?3) ORDER BY minute, channel, destination, type
        """;

    private const string SelectQueues =
        """
        SELECT q.channel, q.destination, q.depth, m.received_at
        FROM (SELECT channel, destination, count(*) AS depth, min(id) AS oldest FROM delivery WHERE state = 0 GROUP BY channel, destination) q
        JOIN delivery d ON d.id = q.oldest JOIN message m ON m.id = d.message ORDER BY q.channel, q.destination
        """;

    /// <summary><see cref="MessageState.Divided"/>. Of a batch its messages are counted.</summary>
    private const string StateOfBatches = "6";

    /// <summary>How many messages back are looked at after a crash: two minutes of 5,000 a second.</summary>
    private const int MostMessages = 600_000;

    // Numbers grow with time; one that came a little out of order is within the minute that is looked at besides.
    // With each that was handed over, the delivery that did it: it has no try.
    private const string SelectMessages =
        $"""
        SELECT m.received_at, m.channel, m.type, m.state, m.length, d.channel, d.destination, f.type, coalesce(m.waited, 0) + coalesce(m.working, 0), m.batch IS NOT NULL
        FROM message m LEFT JOIN delivery d ON d.id = m.handed_by LEFT JOIN message f ON f.id = d.message
        WHERE m.state <> {StateOfBatches} ORDER BY m.id DESC
        """;

    // Parked before any try. What a person did to one within the minute before the crash is not looked for.
    private const string SelectParked =
        """
        SELECT m.received_at + coalesce(m.waited, 0) + coalesce(m.working, 0), d.channel, d.destination, m.type FROM delivery d JOIN message m ON m.id = d.message
        WHERE d.id > ?1 AND d.state = 2 AND d.attempts = 0 AND m.received_at + coalesce(m.waited, 0) + coalesce(m.working, 0) >= ?2
        """;

    private const string SelectAttempts =
        """
        SELECT a.started_at + a.duration, d.channel, d.destination, m.type, a.state, a.duration, m.received_at
        FROM attempt a JOIN delivery d ON d.id = a.delivery JOIN message m ON m.id = d.message
        WHERE a.delivery > ?1 AND a.started_at + a.duration >= ?2
        """;

    /// <summary>Statistics of minutes.</summary>
    public static IReadOnlyList<MinuteStatistics> Read(SqliteDatabase database, StatisticsQuery query)
    {
        List<MinuteStatistics> found = [];
        if (!database.Has(Table))
            return found;
        Statement row = database.Prepare(Select).Bind(query.From).Bind(query.To).Bind(query.Channel);
        while (row.Step())
        {
            found.Add(new()
            {
                Minute = row.Time(0),
                Channel = row.Text(1),
                Destination = row.Text(2),
                Type = row.Text(3),
                Received = row.Long(4),
                Rejected = row.Long(5),
                Filtered = row.Long(6),
                Duplicates = row.Long(7),
                Bytes = row.Long(8),
                Delivered = row.Long(9),
                Parked = row.Long(10),
                Attempts = row.Long(11),
                Sending = Microseconds.Span(row.Long(12)),
                Latency = LatencyHistogram.FromBytes(row.Bytes(13).ToArray()),
            });
        }

        return QueueMinutes.Read(database, query) is { Count: > 0 } queues ? [.. found.Concat(queues).OrderBy(minute => minute.Minute)] : found;
    }

    /// <summary>How queues stand.</summary>
    public static IReadOnlyList<QueueStatus> Queues(SqliteDatabase database)
    {
        List<QueueStatus> found = [];
        Statement row = database.Prepare(SelectQueues);
        while (row.Step())
            found.Add(new(row.Text(0), row.Text(1), row.Long(2), row.Time(3)));
        return found;
    }

    /// <summary>
    /// What happened from a time on. What was rejected or filtered after it had waited for more than a minute is missing, a batch that was divided in the minute after it came counts as a message of its own, and what is older than the last <see cref="MostMessages"/>
    /// messages and <see cref="MostDeliveries"/> deliveries.
    /// </summary>
    public static IReadOnlyList<Counted> Recount(SqliteDatabase database, long from)
    {
        const long Minute = 60_000_000;
        List<Counted> found = [];
        using (Statement row = new(database.Handle, SelectMessages))
        {
            // Messages of a batch have new numbers and the time of the batch, however long that waited: they end nothing.
            for (int i = 0; i < MostMessages && row.Step() && (row.Long(0) >= from - Minute || row.Int(9) == 1); i++)
                CountMessage(row);
        }

        long after = database.Number("SELECT coalesce(max(id), 0) FROM delivery") - MostDeliveries;
        using (Statement parked = new(database.Handle, SelectParked))
        {
            parked.Bind(after).Bind(from);
            while (parked.Step())
                found.Add(new(parked.Long(0), parked.Text(1), parked.Text(2), parked.Text(3), Counted.WithoutTry + (int)DeliveryState.Parked, 0, null));
        }

        using Statement tries = new(database.Handle, SelectAttempts);
        tries.Bind(after).Bind(from);
        while (tries.Step())
        {
            TimeSpan? latency = tries.Int(4) == (int)DeliveryState.Sent ? Microseconds.Span(tries.Long(0) - tries.Long(6)) : null;
            found.Add(new(tries.Long(0), tries.Text(1), tries.Text(2), tries.Text(3), Counted.Try + tries.Int(4), tries.Long(5), latency));
        }

        return found;

        // It came in when it arrived, and what became of it counts when it was processed; a message of a batch is one since then.
        void CountMessage(Statement row)
        {
            (long receivedAt, int state) = (row.Long(0), row.Int(3));
            long processedAt = receivedAt + row.Long(8);
            bool isOfBatch = row.Int(9) == 1;
            bool isLater = !isOfBatch && state is (int)MessageState.Rejected or (int)MessageState.Filtered && processedAt / Minute != receivedAt / Minute;
            if ((isOfBatch ? processedAt : receivedAt) >= from)
                found.Add(new(isOfBatch ? processedAt : receivedAt, row.Text(1), "", row.Text(2), isLater ? (int)MessageState.Received : state, row.Long(4), null));
            if (isLater && processedAt >= from)
                found.Add(new(processedAt, row.Text(1), "", row.Text(2), -1 - state, 0, null));
            if (receivedAt >= from && row.TextOrNull(5) is { } channel)
                found.Add(new(receivedAt, channel, row.Text(6), row.TextOrNull(7) ?? "", Counted.WithoutTry + (int)DeliveryState.Sent, 0, null));
        }
    }
}

/// <summary>What the journal reads of statistics.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<MinuteStatistics> ReadStatistics(StatisticsQuery query) => Read(database => StatisticsRows.Read(database, query));

    /// <inheritdoc/>
    public IReadOnlyList<QueueStatus> ReadQueues() => Read(StatisticsRows.Queues);
}

/// <summary>What the journal reads of statistics.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<MinuteStatistics> ReadStatistics(StatisticsQuery query) => _reader.ReadStatistics(query);

    /// <inheritdoc/>
    public IReadOnlyList<QueueStatus> ReadQueues() => _queues.Read();

    /// <inheritdoc/>
    public IReadOnlyList<MinuteStatistics> CountSinceOpened() => _writer?.Totals() ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<MinuteStatistics> CountUnwritten() => _writer?.Unwritten() ?? [];

    /// <inheritdoc/>
    public long Commits => _writer?.Commits ?? 0;
}

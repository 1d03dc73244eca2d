using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Microsoft.Data.Sqlite;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Counts what is written, in memory, and writes the counts of a minute once it is over: a row for each key, in the transaction of the next entry or of
/// <see cref="StatisticsDue"/>. A message that goes well costs no statement. What a batch counts is taken over after its commit, so that a batch that is
/// written again counts once. After a crash the minutes that were in memory are counted anew from messages, deliveries and tries.
/// </summary>
internal sealed partial class StatisticsWriter(SqliteDatabase database)
{
    /// <summary>Most keys of a minute. Beyond it types are counted together: a sender that makes types up must not fill memory.</summary>
    private const int MostKeys = 5_000;

    /// <summary>Most keys that one commit writes, so that the messages in it wait some milliseconds and not for all keys of a minute. The next commits write the others.</summary>
    private const int MostWritten = 200;

    private const long MinuteMicroseconds = 60_000_000;

    /// <summary>How long minutes are kept: a quarter of a year, three times what a month's report needs.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(90);

    private const string Upsert =
        """
        INSERT INTO statistic (minute, channel, destination, type, received, rejected, filtered, duplicates, bytes, delivered, parked, attempts, sending, latency)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT DO UPDATE SET received = received + ?5, rejected = rejected + ?6, filtered = filtered + ?7, duplicates = duplicates + ?8, bytes = bytes + ?9,
            delivered = delivered + ?10, parked = parked + ?11, attempts = attempts + ?12, sending = sending + ?13, latency = ?14
        """;

    // At most an hour's at a time, so that a commit stays short; more comes in the next minute.
    private const string DeleteOld = "DELETE FROM statistic WHERE minute < ?1 AND minute < (SELECT min(minute) FROM statistic) + 3600000000";

    private const string SelectLatency = "SELECT latency FROM statistic WHERE minute = ? AND channel = ? AND destination = ? AND type = ?";

    private const string UpdateMark = "INSERT INTO statistics (id, through, whole) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET through = ?1, whole = ?2";

    // Changed by the writer alone, under the lock of the totals, since pages read both.
    private readonly Dictionary<Key, StatisticsCell> _cells = [];
    private readonly Dictionary<(string Channel, string Destination), StatisticsCell> _totals = [];
    private readonly List<Counted> _batch = [];
    private readonly List<Key> _written = [];
    private long _newest;
    /// <summary>The last minute that may be in hand: one after the last time that was told. A clock that was ahead and is right again must not make all minutes old.</summary>
    private long _limit = long.MaxValue;
    private long _oldest = long.MaxValue;
    private bool _isMarked;
    private bool _marks;
    private bool _ends;
    private DateTimeOffset? _removesBefore;

    private readonly record struct Key(long Minute, string Channel, string Destination, string Type);

    /// <summary>Forgets what the batch counted: it begins anew.</summary>
    public void Clear()
    {
        _batch.Clear();
        _written.Clear();
        (_marks, _ends, _removesBefore) = (false, false, null);
    }

    /// <summary>Counts a message that was stored.</summary>
    public void Arrived(string channel, string type, MessageState state, long bytes, DateTimeOffset at) =>
        _batch.Add(new(Microseconds.Of(at), channel, "", type, (int)state, bytes, null));

    /// <summary>Counts a message that was stored as received before, and is processed now.</summary>
    /// <param name="channel">Its channel.</param>
    /// <param name="type">Its type.</param>
    /// <param name="state">What became of it.</param>
    /// <param name="divided">Of a batch, the bytes of its messages, which are counted by themselves.</param>
    /// <param name="at">When it was processed; of a batch when it came, since it was counted then.</param>
    public void Processed(string channel, string type, MessageState state, long divided, DateTimeOffset at)
    {
        if (state == MessageState.Divided)
            _batch.Add(new(Microseconds.Of(at), channel, "", type, -1 - (int)state, divided, null));
        else if (state is MessageState.Rejected or MessageState.Filtered)
            _batch.Add(new(Microseconds.Of(at), channel, "", type, -1 - (int)state, 0, null));
    }

    /// <summary>Counts a delivery that came to its end without a try: it was parked before it was sent, or handed to another channel.</summary>
    public void Settled(string channel, string destination, string type, DeliveryState state, DateTimeOffset at) =>
        _batch.Add(new(Microseconds.Of(at), channel, destination, type, Counted.WithoutTry + (int)state, 0, null));

    /// <summary>Counts a try.</summary>
    public void Tried(string channel, string destination, string type, DeliveryAttempted attempted, DateTimeOffset receivedAt)
    {
        DateTimeOffset end = attempted.StartedAt + attempted.Duration;
        _batch.Add(new(Microseconds.Of(end), channel, destination, type, Counted.Try + (int)attempted.State, Microseconds.Of(attempted.Duration), attempted.State == DeliveryState.Sent ? end - receivedAt : null));
    }

    /// <summary>Lets minutes be written that are over. The time goes back too when the clock is put right.</summary>
    public void Due(StatisticsDue due)
    {
        _newest = Floor(Microseconds.Of(due.Now));
        _limit = _newest + MinuteMicroseconds;
        _ends = due.IsEnd;
        _removesBefore = due.Now - Keep;
    }

    /// <summary>Looks which minutes are over.</summary>
    /// <returns>Whether there is anything to write before the commit.</returns>
    public bool Look()
    {
        foreach (Counted counted in CollectionsMarshal.AsSpan(_batch))
            _newest = Math.Max(_newest, Math.Min(_limit, Floor(counted.At)));
        return _oldest < _newest || _ends || _removesBefore is not null || (_batch.Count > 0 && !_isMarked);
    }

    /// <summary>Writes what is over. Called before the commit, after <see cref="Look"/> said that there is something.</summary>
    public void Flush()
    {
        if (_removesBefore is { } before)
            database.Prepare(DeleteOld).Bind(before).Run();
        List<Key> over = [.. _cells.Keys.Where(IsOver).OrderBy(key => key.Minute)];
        int count = _ends ? over.Count : Math.Min(over.Count, MostWritten);
        foreach (Key key in CollectionsMarshal.AsSpan(over)[..count])
            Write(key, _cells[key]);
        bool marks = count > 0 || (_batch.Count > 0 && !_isMarked) || _ends;
        if (!marks)
            return;
        // What is not written yet is counted anew after a crash, with all of its minute.
        long through = count < over.Count ? Math.Min(_newest, over[count].Minute) : _newest;
        database.Prepare(UpdateMark).Bind(through).Bind(_ends && _batch.Count == 0 ? 1 : 0).Run();
        _marks = true;
    }

    /// <summary>Forgets what could not be written, so that it does not gather. The messages are committed all the same.</summary>
    public void Drop()
    {
        lock (_totals)
        {
            foreach (Key key in _cells.Keys.Where(IsOver).ToList())
                _cells.Remove(key);
        }

        _oldest = _cells.Count == 0 ? long.MaxValue : _cells.Keys.Min(key => key.Minute);
        _written.Clear();
        // Tried again with the next minute, not with each message.
        (_marks, _isMarked) = (false, true);
    }

    /// <summary>Takes over what the batch counted. Called after the commit.</summary>
    public void Committed()
    {
        // Together, so that nobody sees a minute neither here nor in the table for longer than this takes.
        lock (_totals)
        {
            foreach (Key key in _written)
                _cells.Remove(key);
        }

        if (_written.Count > 0)
            _oldest = _cells.Count == 0 ? long.MaxValue : _cells.Keys.Min(key => key.Minute);
        foreach (Counted counted in CollectionsMarshal.AsSpan(_batch))
            Add(counted, isAgain: false);
        if (_marks)
            _isMarked = !_ends;
        Clear();
    }

    /// <summary>Goes on with the totals of the one before, whose file had to be opened anew.</summary>
    public void GoOn(StatisticsWriter before)
    {
        lock (before._totals)
        {
            foreach (((string, string) key, StatisticsCell total) in before._totals)
                _totals[key] = total;
        }
    }

    /// <summary>What was counted since the journal was opened. May be called by any thread.</summary>
    public IReadOnlyList<MinuteStatistics> Totals()
    {
        lock (_totals)
            return [.. _totals.Select(pair => pair.Value.ToStatistics(pair.Key.Channel, pair.Key.Destination))];
    }

    /// <summary>What was counted and is not written yet, of all types. May be called by any thread.</summary>
    public IReadOnlyList<MinuteStatistics> Unwritten()
    {
        lock (_totals)
        {
            return [.. _cells
                .GroupBy(pair => (pair.Key.Minute, pair.Key.Channel, pair.Key.Destination))
                .Select(group => group.Select(pair => pair.Value.ToStatistics(group.Key.Channel, group.Key.Destination)).Aggregate((sum, next) => sum.With(next)) with { Minute = Microseconds.Time(group.Key.Minute) })];
        }
    }

    /// <summary>Counts anew what was in memory when the Hub before ended without a stop.</summary>
    /// <exception cref="SqliteException">It cannot: the disk is full, or a table is damaged. Counting begins from now then.</exception>
    public void Restore()
    {
        if (database.Number("SELECT count(*) FROM statistics WHERE whole = 0") == 0)
            return;
        long through = database.Number("SELECT through FROM statistics");
        IReadOnlyList<Counted> again = StatisticsRows.Recount(database, through);
        using (Statement row = new(database.Handle, "DELETE FROM statistic WHERE minute >= ?"))
            row.Bind(through).Run();
        foreach (Counted counted in again)
            Add(counted, isAgain: true);
        _newest = through;
        _isMarked = true;
    }

    private bool IsOver(Key key) => key.Minute < _newest || _ends;

    // What is counted again was counted by the Hub before, or is in the totals already.
    private void Add(Counted counted, bool isAgain)
    {
        lock (_totals)
        {
            Key key = new(Floor(counted.At), counted.Channel, counted.Destination, counted.Type);
            if (!_cells.TryGetValue(key, out StatisticsCell? cell))
            {
                key = key with { Type = _cells.Count >= MostKeys ? "" : TypeOf(counted) };
                if (!_cells.TryGetValue(key, out cell))
                    _cells.Add(key, cell = new());
            }

            cell.Add(counted.State, counted.Number, counted.Latency);
            _oldest = Math.Min(_oldest, key.Minute);
            if (isAgain)
                return;
            if (!_totals.TryGetValue((counted.Channel, counted.Destination), out StatisticsCell? total))
                _totals.Add((counted.Channel, counted.Destination), total = new());
            total.Add(counted.State, counted.Number, counted.Latency);
        }
    }

    // What a sender that is refused writes there may be anything.
    private static string TypeOf(Counted counted) =>
        counted.Type.Length == 0 || (counted.State is (int)MessageState.Rejected ? Hl7Type() : AnyType()).IsMatch(counted.Type) ? counted.Type : "";

    private void Write(Key key, StatisticsCell cell)
    {
        LatencyHistogram latency = cell.Latency;
        Statement row = database.Prepare(SelectLatency).Bind(key.Minute).Bind(key.Channel).Bind(key.Destination).Bind(key.Type);
        if (row.Step())
            latency = latency.With(LatencyHistogram.FromBytes(row.Bytes(0).ToArray()));
        row.Reset();
        database.Prepare(Upsert).Bind(key.Minute).Bind(key.Channel).Bind(key.Destination).Bind(key.Type)
            .Bind(cell.Received).Bind(cell.Rejected).Bind(cell.Filtered).Bind(cell.Duplicates).Bind(cell.Bytes)
            .Bind(cell.Delivered).Bind(cell.Parked).Bind(cell.Attempts).Bind(cell.Sending).Bind((ReadOnlySpan<byte>)latency.ToBytes()).Run();
        _written.Add(key);
    }

    private static long Floor(long microseconds) => microseconds - (microseconds % MinuteMicroseconds);

    [GeneratedRegex(@"^[A-Z]{3}(\^[A-Z0-9]{3})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Hl7Type();

    [GeneratedRegex(@"^[A-Za-z0-9_.:^-]{1,32}$", RegexOptions.ExplicitCapture)]
    private static partial Regex AnyType();
}

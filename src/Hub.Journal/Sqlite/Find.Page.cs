using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>
/// A page of a search, whose time does not grow with the journal: a range of numbers is searched, never the whole table. Where an index says which messages they are
/// (control ids, traces, replays, duplicates, what waits and what is parked) the range is all there is; else it is the newest rows that may be looked at.
/// </summary>
internal sealed partial class Find
{
    /// <summary>Numbers are given in the order of arrival but for messages that arrive together.</summary>
    private const int Slack = 1_000;

    private const string SelectNewest = "SELECT coalesce(max(id), 0) FROM message";

    private const string SelectFrom = "SELECT id, received_at FROM message WHERE id >= ? ORDER BY id LIMIT 1";

    /// <summary>Finds a page.</summary>
    /// <param name="database">Where to look.</param>
    /// <param name="query">Which ones.</param>
    /// <param name="rows">Through how many rows is looked where there is no index.</param>
    public static MessagePage Page(SqliteDatabase database, MessageQuery query, int rows)
    {
        IdRange range = Range(database, query, rows);
        int limit = Math.Max(1, query.Limit);
        if (range.Top <= range.Bottom + 1)
            return new([], null, false);
        List<StoredMessage> found;
        using (Statement statement = Prepare(database, query, range, ""))
            found = MessageRows.ReadAll(database, statement.Bind(limit + 1L));
        if (found.Count > limit)
            return new(found[..limit], found[limit - 1].Id, false);
        return range.IsCut ? new(found, new(range.Bottom + 1), true) : new(found, null, false);
    }

    /// <summary>How SQLite goes about a page; a line each.</summary>
    public static IReadOnlyList<string> Plan(SqliteDatabase database, MessageQuery query, int rows)
    {
        using Statement row = Prepare(database, query, Range(database, query, rows), "EXPLAIN QUERY PLAN ").Bind(query.Limit);
        List<string> lines = [];
        while (row.Step())
            lines.Add(row.Text(3));
        return lines;
    }

    private static Statement Prepare(SqliteDatabase database, MessageQuery query, IdRange range, string before)
    {
        // The times stand in the conditions too: the range may be wider.
        Find find = new(database, query with { Before = null });
        // A plus keeps the range from being taken for the index.
        string id = range.IsIndexed ? "+m.id" : "m.id";
        find.Where($"{id} < ?", (long?)range.Top);
        find.Where($"{id} > ?", (long?)range.Bottom);
        return find.Prepare(database, before + Schema.Fit(database, MessageRows.Select), "ORDER BY m.id DESC LIMIT ?");
    }

    private static IdRange Range(SqliteDatabase database, MessageQuery query, int rows)
    {
        long newest = database.Number(SelectNewest);
        long top = Math.Min(query.Before?.Value ?? long.MaxValue, newest + 1);
        if (query.Until is { } until)
            top = Math.Min(top, FirstSince(database, Microseconds.Of(until), newest) + Slack);
        long bottom = query.Since is { } since ? Math.Max(0, FirstSince(database, Microseconds.Of(since), newest) - Slack - 1) : 0;
        if (IsIndexed(query))
            return new(top, bottom, true, false);
        long cut = Math.Max(0, top - 1 - Math.Max(1, rows));
        return cut > bottom ? new(top, cut, false, true) : new(top, bottom, false, false);
    }

    private static bool IsIndexed(MessageQuery query) =>
        query.ControlId is not null || query.Batch is not null || query.Trace is not null || query.Replay is not null || query.ReplayOf is not null || query.DuplicateOf is not null
        || query.Delivery is DeliveryState.Queued or DeliveryState.Parked;

    // The first number of a message that arrived at a time or later, by halving: some twenty looks for a million messages.
    private static long FirstSince(SqliteDatabase database, long time, long newest)
    {
        (long low, long high) = (1, newest + 1);
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            Statement row = database.Prepare(SelectFrom).Bind(middle);
            bool isThere = row.Step();
            (long id, long at) = isThere ? (row.Long(0), row.Long(1)) : (high, long.MaxValue);
            row.Reset();
            if (at >= time)
                high = middle;
            else
                low = id + 1;
        }

        return low;
    }

    /// <summary>The numbers that are looked at, without the two.</summary>
    private readonly record struct IdRange(long Top, long Bottom, bool IsIndexed, bool IsCut);
}

using Hub.Contracts;

namespace Hub.Journal.Sqlite;

// Messages are walked by number, once for their content and once for their record: "through" is how far. A message that is past the age at which
// the first ones of any channel go and may not go itself is noted in retention_left with the time to look again: its channel keeps longer, or it
// waits for a delivery or a person. So a piece of work never reads more rows than it may, whatever the journal holds, and nothing is forgotten.
// A rule that changes begins the walk anew. The newest content stays, because the numbers of contents begin after the highest in the file.

/// <summary>Does the work of retention, a slice at a time.</summary>
internal sealed class RetentionWriter(SqliteDatabase database)
{
    /// <summary>A slice ends after so many bytes: to free their pages takes longer than the rows.</summary>
    private const long MostBytes = 8 * 1024 * 1024;

    private const int UnfinishedDays = 1;

    /// <summary>Free pages that stay in the file, at least, and one in so many of all: new messages take them at once, and a file that shrinks and grows all day helps nobody.</summary>
    private const int KeptPages = 1_024;
    private const int KeptShare = 20;

    private const string SelectThrough = "SELECT through FROM retention WHERE phase = ?";

    private const string SetThrough = "INSERT INTO retention (phase, through) VALUES (?, ?) ON CONFLICT (phase) DO UPDATE SET through = excluded.through";

    private const string UpsertRule =
        """
        INSERT INTO retention_rule (channel, content, record, repeats) VALUES (?, ?, ?, ?)
        ON CONFLICT (channel) DO UPDATE SET content = excluded.content, record = excluded.record, repeats = excluded.repeats
        """;

    private const string SelectLeft = "SELECT message, due_at FROM retention_left WHERE phase = ? AND due_at <= ? ORDER BY due_at LIMIT ?";

    // Only those that may go: a slice that found the same ones again and again would never end.
    private const string SelectLeftForced =
        """
        SELECT l.message, l.due_at FROM retention_left l JOIN message m ON m.id = l.message LEFT JOIN retention_rule r ON r.channel = m.channel
        WHERE l.phase = ? AND l.unfinished = 0 AND m.received_at + coalesce(r.repeats, ?) <= ? ORDER BY l.due_at LIMIT ?
        """;

    private const string DeleteLeft = "DELETE FROM retention_left WHERE phase = ? AND due_at = ? AND message = ?";

    private const string InsertLeft = "INSERT OR REPLACE INTO retention_left (phase, due_at, message, unfinished) VALUES (?, ?, ?, ?)";

    private const string SelectNext = "SELECT id, received_at FROM message WHERE id > ? ORDER BY id LIMIT ?";

    private readonly RetentionRemover _remover = new(database);

    private readonly record struct Candidate(long Message, long? LeftDue);

    /// <summary>Does a slice.</summary>
    public AppendResult Write(RetentionSlice slice)
    {
        RetentionOutcome outcome = slice.Work == RetentionWork.Space ? GiveBack(slice.Rows) : Prune(slice);
        return AppendResult.Stored with { Retention = outcome };
    }

    /// <summary>Refuses what needs the bytes of a message that has none any more.</summary>
    /// <exception cref="ContentRemovedException">They were removed.</exception>
    public void RequireContent(MessageId message)
    {
        if (RetentionRows.RemovedAt(database, message) is { } at)
            throw ContentRemovedException.Of($"message {message}", at);
    }

    private RetentionOutcome Prune(RetentionSlice slice)
    {
        Dictionary<string, RetentionRule> rules = KeepRules(slice.Rules);
        int phase = (int)slice.Work;
        long through = Through(phase);
        List<Candidate> candidates = Left(slice, phase);
        int left = candidates.Count;
        bool hasMore = left == slice.Rows;
        if (!hasMore)
            hasMore = AddNext(candidates, slice, through, Youngest(rules.Values, slice));
        int removed = 0;
        long bytes = 0;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (bytes >= MostBytes)
            {
                hasMore = true;
                break;
            }

            Candidate candidate = candidates[i];
            if (candidate.LeftDue is { } due)
                database.Prepare(DeleteLeft).Bind(phase).Bind(due).Bind(candidate.Message).Run();
            else
                through = candidate.Message;
            (bool isRemoved, long freed) = Judge(slice, candidate.Message, rules);
            removed += isRemoved ? 1 : 0;
            bytes += freed;
        }

        if (candidates.Count > left)
            database.Prepare(SetThrough).Bind(phase).Bind(through).Run();
        if (slice.Work == RetentionWork.Record && !hasMore)
            hasMore = _remover.RemoveOldReplays(slice.Now - RetentionRule.DefaultRecord, slice.Rows);
        return new(removed, hasMore);
    }

    private (bool IsRemoved, long Freed) Judge(RetentionSlice slice, long message, Dictionary<string, RetentionRule> rules)
    {
        if (_remover.Read(message) is not { } row || (slice.Work == RetentionWork.Content && row.IsContentRemoved))
            return (false, 0);
        RetentionRule rule = rules.GetValueOrDefault(row.Channel, RetentionRule.Unknown);
        if (row.ReceivedAt + Age(rule, slice) > slice.Now)
            return Leave(slice.Work, message, row.ReceivedAt + Age(rule, slice with { IsForced = false }), isUnfinished: false);
        if (_remover.IsUnfinished(row, slice.Work))
            return Leave(slice.Work, message, slice.Now.AddDays(UnfinishedDays), isUnfinished: true);
        long freed = row.IsContentRemoved ? 0 : _remover.RemoveContent(row, slice.Now);
        if (slice.Work == RetentionWork.Record)
            _remover.RemoveRecord(row);
        return (true, freed);
    }

    private static TimeSpan Age(RetentionRule rule, RetentionSlice slice) =>
        slice.IsForced ? rule.Repeats : RetentionRows.Longer(slice.Work == RetentionWork.Content ? rule.Content : RetentionRows.Longer(rule.Record, rule.Content), rule.Repeats);

    // Unknown channels look for no duplicates. With them, a forced walk would pass and note everything up to now.
    private static TimeSpan Youngest(IEnumerable<RetentionRule> rules, RetentionSlice slice) =>
        (slice.IsForced ? rules.DefaultIfEmpty(RetentionRule.Unknown) : rules.Append(RetentionRule.Unknown)).Min(rule => Age(rule, slice));

    private (bool, long) Leave(RetentionWork work, long message, DateTimeOffset until, bool isUnfinished)
    {
        database.Prepare(InsertLeft).Bind((long)work).Bind(until).Bind(message).Bind(isUnfinished ? 1L : 0L).Run();
        return (false, 0);
    }

    private List<Candidate> Left(RetentionSlice slice, int phase)
    {
        List<Candidate> candidates = [];
        Statement row = database.Prepare(SelectLeft).Bind(phase).Bind(slice.Now).Bind(slice.Rows);
        while (row.Step())
            candidates.Add(new(row.Long(0), row.Long(1)));
        if (!slice.IsForced || candidates.Count == slice.Rows)
            return candidates;
        HashSet<long> known = [.. candidates.Select(candidate => candidate.Message)];
        row = database.Prepare(SelectLeftForced).Bind(phase).Bind(Microseconds.Of(RetentionRule.Unknown.Repeats)).Bind(slice.Now).Bind(slice.Rows - candidates.Count);
        while (row.Step())
        {
            if (known.Add(row.Long(0)))
                candidates.Add(new(row.Long(0), row.Long(1)));
        }

        return candidates;
    }

    // As far as the last one that is old enough: one with a time of its own, from a clock that was wrong, holds up nobody.
    private bool AddNext(List<Candidate> candidates, RetentionSlice slice, long through, TimeSpan age)
    {
        List<long> next = [];
        int old = 0;
        Statement row = database.Prepare(SelectNext).Bind(through).Bind(slice.Rows - candidates.Count);
        while (row.Step())
        {
            next.Add(row.Long(0));
            if (row.Time(1) + age <= slice.Now)
                old = next.Count;
        }

        candidates.AddRange(next.Take(old).Select(id => new Candidate(id, null)));
        return old > 0 && candidates.Count == slice.Rows;
    }

    private long Through(int phase)
    {
        Statement row = database.Prepare(SelectThrough).Bind(phase);
        long through = row.Step() ? row.Long(0) : 0;
        row.Reset();
        return through;
    }

    private Dictionary<string, RetentionRule> KeepRules(IReadOnlyList<RetentionRule> given)
    {
        Dictionary<string, RetentionRule> kept = RetentionRows.Rules(database, []);
        bool isChanged = false;
        foreach (RetentionRule rule in given)
        {
            if (kept.TryGetValue(rule.Channel, out RetentionRule? before) && before == rule)
                continue;
            isChanged |= before is not null;
            kept[rule.Channel] = rule;
            database.Prepare(UpsertRule).Bind(rule.Channel).Bind(Microseconds.Of(rule.Content)).Bind(Microseconds.Of(rule.Record)).Bind(Microseconds.Of(rule.Repeats)).Run();
        }

        if (isChanged)
            database.Execute("DELETE FROM retention; DELETE FROM retention_left");
        return kept;
    }

    private RetentionOutcome GiveBack(int most)
    {
        long kept = Math.Max(KeptPages, database.Number("PRAGMA page_count") / KeptShare);
        long excess = database.Number("PRAGMA freelist_count") - kept;
        if (excess <= 0 || database.Number("PRAGMA auto_vacuum") != 2)
            return new(0, false);
        // 25 pages of 4 KiB for each of the rows that may be looked at: 10 MiB by default are 2,500.
        int pages = (int)Math.Min(excess, 25L * most);
        database.Execute(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({pages})"));
        return new(pages, excess > pages);
    }
}

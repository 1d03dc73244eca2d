using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;

namespace Hub.Journal.Tests;

/// <summary>A page of messages is found at once however many there are: in a million, no search reads them all.</summary>
public sealed class FindPageTests : IClassFixture<FindPageTests.Million>
{
    private const int Rows = 1_000_000;
    private const int Window = 100_000;
    private static readonly DateTimeOffset s_first = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SqliteDatabase _database;

    public FindPageTests(Million million) => _database = million.Database;

    public static TheoryData<string, MessageQuery> Searches() => new()
    {
        { "all", new() },
        { "older", new() { Before = new(500_000) } },
        { "channel", new() { Channel = "rare" } },
        { "state", new() { State = MessageState.Rejected } },
        { "type", new() { Type = "ORU^R01" } },
        { "sender", new() { Sender = "LAB^NORTH" } },
        { "control id", new() { ControlId = "C700000" } },
        { "trace", new() { Trace = new(17) } },
        { "replay of", new() { ReplayOf = new(17) } },
        { "duplicate of", new() { DuplicateOf = new(17) } },
        { "parked", new() { Delivery = DeliveryState.Parked } },
        { "queued for one", new() { Delivery = DeliveryState.Queued, Destination = "lab" } },
        { "sent", new() { Delivery = DeliveryState.Sent, Destination = "lab" } },
        { "times", new() { Since = s_first.AddSeconds(300_000), Until = s_first.AddSeconds(300_100), Channel = "adt" } },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void No_search_reads_the_whole_table(string name, MessageQuery query)
    {
        IReadOnlyList<string> plan = Find.Plan(_database, query, Window);

        Assert.True(name.Length > 0 && plan.Count > 0);
        // What waits and what is parked is read by the index that holds nothing else; control_id_slice has one row.
        Assert.DoesNotContain(plan, line => line.StartsWith("SCAN", StringComparison.Ordinal)
            && !line.Contains("delivery_queued", StringComparison.Ordinal) && !line.Contains("delivery_parked", StringComparison.Ordinal)
            && !line.Contains("control_id_slice", StringComparison.Ordinal) && !line.Contains("CONSTANT ROW", StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_follow_one_another_without_gap_or_repeat()
    {
        MessagePage first = Find.Page(_database, new() { Limit = 50 }, Window);
        MessagePage second = Find.Page(_database, new() { Limit = 50, Before = first.Next }, Window);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)Rows - i), first.Messages.Concat(second.Messages).Select(message => message.Id.Value));
        Assert.False(first.IsCut);
    }

    [Fact]
    public void A_search_without_an_index_says_how_far_it_looked_and_goes_on_from_there()
    {
        MessagePage page = Find.Page(_database, new() { Channel = "rare" }, Window);
        Assert.True(page.IsCut);
        Assert.Empty(page.Messages);
        Assert.Equal(Rows - Window + 1, page.Next!.Value.Value);
        int looks = 1;
        for (; page.IsCut; looks++)
            page = Find.Page(_database, new() { Channel = "rare", Before = page.Next }, Window);
        Assert.Equal((10, 1), (looks, page.Messages.Single().Id.Value));
        Assert.Null(page.Next);
    }

    [Fact]
    public void What_has_an_index_is_found_wherever_it_is()
    {
        Assert.Equal([700_000], Ids(new() { ControlId = "C700000" }));
        Assert.Equal([20, 10], Ids(new() { Delivery = DeliveryState.Parked }));
        Assert.Equal([500, 17], Ids(new() { Trace = new(17) }));
        Assert.Equal([600], Ids(new() { ReplayOf = new(17) }));
        Assert.Equal([601], Ids(new() { DuplicateOf = new(17) }));
        Assert.Empty(Ids(new() { Delivery = DeliveryState.Parked, Before = new(10) }));
    }

    [Fact]
    public void A_time_long_past_is_found_without_reading_what_came_since()
    {
        MessagePage page = Find.Page(_database, new() { Since = s_first.AddSeconds(300_000), Until = s_first.AddSeconds(300_003), Limit = 50 }, Window);

        Assert.Equal([300_003, 300_002, 300_001], page.Messages.Select(message => message.Id.Value));
        Assert.Equal((null, false), (page.Next, page.IsCut));
    }

    [Fact]
    public void A_sender_is_found_as_it_stands_in_the_list()
    {
        Assert.Equal([999_999], Ids(new() { Sender = "LAB^NORTH" }));
        Assert.Empty(Ids(new() { Sender = "LAB" }));
    }

    private List<long> Ids(MessageQuery query) => [.. Find.Page(_database, query, Window).Messages.Select(message => message.Id.Value)];

    /// <summary>A journal with a million messages, a second between one and the next.</summary>
    public sealed class Million : IDisposable
    {
        private readonly TestFolder _folder = new();

        public Million()
        {
            DataFolder folder = new(_folder.Path("data"));
            Directory.CreateDirectory(folder.Path);
            folder.PrepareFile();
            Database = SqliteDatabase.OpenWriter(folder.JournalFile, 64 * 1024);
            Schema.Migrate(Database, folder);
            long start = s_first.ToUnixTimeMilliseconds() * 1_000;
            Database.Execute($"""
                BEGIN;
                INSERT INTO content (id, sha256, bytes) VALUES (1, x'00', x'00');
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
                INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content, trace, replay_of, duplicate_of)
                SELECT i, CASE i WHEN 1 THEN 'rare' ELSE 'adt' END, 'p', {start} + (i - 1) * 1000000, 'ADT^A01', 'C' || i, CASE i WHEN 999999 THEN 'LAB^NORTH' ELSE 'REGADT^HOSPITAL' END, '2.5', 3, 0, 1, x'00', 1,
                    CASE i WHEN 500 THEN 17 END, CASE i WHEN 600 THEN 17 END, CASE i WHEN 601 THEN 17 END FROM n;
                INSERT INTO control_id SELECT search_key(control_id), search_key(sha256), id FROM message ORDER BY 1, 2, 3;
                UPDATE control_id_slice SET through = {Rows};
                INSERT INTO delivery (message, channel, destination, lane, part, parts, state, attempts, length)
                SELECT id, channel, 'lab', 0, 0, 0, CASE id WHEN 10 THEN 2 WHEN 20 THEN 2 ELSE 1 END, 1, 1 FROM message;
                COMMIT;
                """);
        }

        internal SqliteDatabase Database { get; }

        public void Dispose()
        {
            Database.Dispose();
            _folder.Dispose();
        }
    }
}

using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal counts as every journal does, and without a statement for a message that goes well.</summary>
public sealed class SqliteJournalStatisticsTests : JournalStatisticsContract, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_that_goes_well_writes_no_row_for_statistics_or_events()
    {
        SqliteJournal journal = (SqliteJournal)Journal;
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"), waits: true);
        await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent), waits: true);
        long before = await ChangesAsync(journal);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab"), waits: true);
        await journal.AppendAsync(JournalSamples.Attempted(2, 1, DeliveryState.Sent), waits: true);
        // content, message, delivery; attempt, and the delivery again.
        Assert.Equal(5, await ChangesAsync(journal) - before);
    }

    [Fact]
    public async Task When_the_Hub_ran_before_that_was_kept_is_known_by_the_days_of_its_channels()
    {
        string old = _folder.Path("old");
        Directory.CreateDirectory(old);
        DataFolder folder = new(old);
        folder.PrepareFile();
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
        {
            Schema.Migrate(database, folder, [.. Schema.Scripts.Take(21)]);
            database.Execute("INSERT INTO channel_day (channel, day, first, last, up, down, off) VALUES ('adt', 0, 60000000, 600000000, 10, 0, 0), ('lab', 0, 120000000, 900000000, 14, 0, 0), ('adt', 86400000000, 86400000000, 86460000000, 2, 0, 0)");
        }

        DateTimeOffset begin = DateTimeOffset.UnixEpoch;
        await using (IJournalReader reader = SqliteJournal.OpenReader(old))
            Assert.Empty(reader.ReadLived(begin, begin.AddDays(2)));
        await using SqliteJournal journal = new(old, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        Assert.Equal([new LivedTime(begin.AddMinutes(1), begin.AddMinutes(16)), new(begin.AddDays(1), begin.AddDays(1).AddMinutes(2))], journal.ReadLived(begin, begin.AddDays(2)));
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_a_message_writes_no_minute_that_is_in_hand()
    {
        SqliteJournal journal = (SqliteJournal)Journal;
        await journal.AppendAsync(new StatisticsDue(JournalSamples.Time.AddHours(2)));
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab") with { ReceivedAt = JournalSamples.Time.AddHours(2) }, waits: true);
        await journal.AppendAsync(new StatisticsDue(JournalSamples.Time));
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab"), waits: true);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C", "lab") with { ReceivedAt = JournalSamples.Time.AddHours(2) }, waits: true);
        long before = await ChangesAsync(journal);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "D", "lab"), waits: true);
        Assert.Equal(3, await ChangesAsync(journal) - before);
    }

    [Fact]
    public async Task A_minute_with_many_keys_is_written_by_several_commits()
    {
        for (int i = 0; i < 300; i++)
        {
            MessageArrived message = JournalSamples.Accepted(Journal.NextMessageId(), $"{i}");
            await Journal.AppendAsync(message with { Header = message.Header with { Type = $"ADT^A{i}" } });
        }

        StatisticsQuery query = new() { From = JournalSamples.Time.AddDays(-1), To = JournalSamples.Time.AddDays(1) };
        await Journal.AppendAsync(new StatisticsDue(JournalSamples.Time.AddMinutes(1)));
        Assert.Equal(200, Journal.ReadStatistics(query).Count);
        // A crash between the two loses and doubles nothing.
        await RestartAsync();
        await Journal.AppendAsync(new StatisticsDue(JournalSamples.Time.AddMinutes(1)));
        await Journal.AppendAsync(new StatisticsDue(JournalSamples.Time.AddMinutes(1)));
        Assert.Equal(300, Journal.ReadStatistics(query).Sum(row => row.Received));
        Assert.Equal(300, Journal.ReadStatistics(query).Count);
    }

    [Fact]
    public async Task A_journal_whose_statistics_are_damaged_opens_and_says_so()
    {
        using TestFolder folder = new();
        await using (SqliteJournal before = new(folder.Path("data"), NullLoggerFactory.Instance))
        {
            await before.OpenAsync(_ => { }, CancellationToken.None);
            await before.AppendAsync(JournalSamples.Accepted(before.NextMessageId(), "A", "lab"));
        }

        using (SqliteDatabase file = SqliteDatabase.OpenWriter(new DataFolder(folder.Path("data")).JournalFile, 64))
            file.Execute("DROP TABLE statistic");
        using RecordedLog log = new();
        await using SqliteJournal journal = new(folder.Path("data"), log);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        Assert.Contains(log.Take(), line => line.Id == 5064);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab"));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(90_000)]
    [InlineData(86_400_000)]
    public void A_percentile_is_at_most_a_tenth_too_high(double milliseconds)
    {
        long[] counts = new long[256];
        counts[LatencyHistogram.StepOf(TimeSpan.FromMilliseconds(milliseconds))] = 7;
        LatencyHistogram histogram = LatencyHistogram.Of(counts);
        Assert.InRange(histogram.Percentile(0.5).TotalMilliseconds, milliseconds, Math.Max(0.1, milliseconds * 1.1));
        Assert.Equal(histogram, LatencyHistogram.FromBytes(histogram.ToBytes()));
        Assert.Equal(14, histogram.With(histogram).Count);
    }

    protected override IJournal Create() => new SqliteJournal(_folder.Path("data"), NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(_folder.Path("data"));

    private static async Task<long> ChangesAsync(SqliteJournal journal)
    {
        long changes = 0;
        journal.Writer.BeforeNextBatch = database => changes = database.Changes;
        await journal.AppendAsync(new StatisticsDue(JournalSamples.Time), waits: true);
        return changes;
    }
}

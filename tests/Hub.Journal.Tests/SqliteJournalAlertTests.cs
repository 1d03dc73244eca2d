using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps events, incidents and mails as every journal does.</summary>
public sealed class SqliteJournalAlertTests : JournalAlertContract, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_incident_of_a_cause_that_has_one_is_refused_alone()
    {
        Incident incident = new() { Id = 1, Kind = EventKind.Parked, Channel = "adt", Destination = "lab", Fingerprint = "AE", Text = "x", OpenedAt = JournalSamples.Time, LastAt = JournalSamples.Time, Count = 1, Rule = "default", Thread = "t" };
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Incidents = [incident] });
        Task<AppendResult>? second = null;
        Task<AppendResult>? third = null;
        // What comes while a batch is being written is the next one.
        ((SqliteJournal)Journal).Writer.BeforeNextBatch = _ =>
        {
            second = Journal.AppendAsync(new IncidentsChanged { Through = 2, Incidents = [incident with { Id = 2 }] });
            third = Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "B", "lab"));
        };
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));

        await third!;
        Assert.Contains("alert", (await Assert.ThrowsAsync<JournalException>(() => second!)).Message, StringComparison.Ordinal);
        Assert.Equal(1, Journal.ReadAlertsThrough());
        Assert.Equal(2, Journal.Find(new()).Count);
        Assert.Equal(1, Assert.Single(Journal.FindIncidents(new() { Cause = Happened("AE") })).Id);
        Assert.Single(Journal.FindIncidents(new() { Cause = Happened("") }));
        Assert.Empty(Journal.FindIncidents(new() { Cause = Happened("AR") }));
    }

    [Fact]
    public async Task Old_events_go_in_slices_from_the_oldest_and_young_ones_stay()
    {
        SqliteJournal journal = (SqliteJournal)Journal;
        journal.Writer.BeforeNextBatch = database => database.Execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) INSERT INTO event SELECT i, CASE WHEN i <= 600 THEN 0 ELSE 4000000000000000 END, 1, '', '', '', 1, '', NULL, NULL, 0, 0 FROM n");
        await Journal.AppendAsync(new EventRaised(Happened("AE")));
        IncidentsChanged removal = new() { Through = 1_000, RemovesBefore = JournalSamples.Time.AddDays(-400), RemovesEventsBefore = JournalSamples.Time };

        Assert.True((await Journal.AppendAsync(removal)).HasMore);
        Assert.False((await Journal.AppendAsync(removal)).HasMore);
        Assert.Equal([.. Enumerable.Range(601, 101)], Journal.ReadEvents(0, 1_000).Select(stored => (int)stored.Id));
    }

    [Fact]
    public async Task Events_that_cannot_be_written_cost_no_message_and_are_told_of_once()
    {
        using TestFolder folder = new();
        using RecordedLog log = new();
        await using SqliteJournal journal = new(folder.Path("data"), log);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        journal.Writer.BeforeNextBatch = database => database.Execute("DROP TABLE event; DROP TABLE statistic");
        MessageArrived rejected = JournalSamples.Accepted(journal.NextMessageId(), "A") with { State = MessageState.Rejected, Answer = ReceiptKind.Rejected, Problems = [new(200, "MSH-9", "x")] };
        await journal.AppendAsync(rejected);
        await journal.AppendAsync(rejected with { Id = journal.NextMessageId(), ReceivedAt = rejected.ReceivedAt.AddMinutes(1) });
        await journal.AppendAsync(new StatisticsDue(rejected.ReceivedAt.AddMinutes(2)));

        Assert.Equal(2, journal.Find(new()).Count);
        Assert.Equal(2, log.Take().Count(line => line.Id == 5064));
        Assert.Null(await journal.FindTroubleAsync());
    }

    [Fact]
    public async Task What_cannot_be_kept_of_channels_is_refused_and_costs_no_message()
    {
        SqliteJournal journal = (SqliteJournal)Journal;
        journal.Writer.BeforeNextBatch = database => database.Execute("DROP TABLE channel_version; DROP TABLE channel_stop; DROP TABLE channel_day");
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A"));
        List<Task<AppendResult>> refused = [];
        Task<AppendResult>? stored = null;
        journal.Writer.BeforeNextBatch = _ =>
        {
            refused.Add(journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, "{}")));
            refused.Add(journal.AppendAsync(new ChannelStopped("adt", JournalSamples.Time, "ward.admin", null)));
            refused.Add(journal.AppendAsync(new MinuteLived(JournalSamples.Time, new Dictionary<string, ChannelHealth> { ["adt"] = ChannelHealth.Up })));
            stored = journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C"));
        };
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B"));

        await stored!;
        Assert.Equal(3, refused.Count);
        foreach (Task<AppendResult> one in refused)
            Assert.Contains("keeps all else", (await Assert.ThrowsAsync<JournalException>(() => one)).Message, StringComparison.Ordinal);
        Assert.Equal(3, journal.Find(new()).Count);
        Assert.Null(await journal.FindTroubleAsync());
    }

    [Fact]
    public async Task Calls_and_mails_wait_apart()
    {
        OutgoingMail mail = new() { To = ["httpd@hospital.example"], Subject = "x", Text = "x", MessageId = "a", At = JournalSamples.Time, DueAt = JournalSamples.Time };
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Mails = [mail, mail with { To = ["https://partner.example/hub"] }, mail with { To = ["http://127.0.0.1/hub"] }, mail with { To = ["a@x.example", "b@x.example"] }] });

        Assert.Equal([1L, 4L], Journal.ReadWaiting(calls: false, 10).Select(one => one.Id));
        Assert.Equal([2L, 3L], Journal.ReadWaiting(calls: true, 10).Select(one => one.Id));
        Assert.Equal([2L], Journal.ReadWaiting(calls: true, 1).Select(one => one.Id));
    }

    private static HubEvent Happened(string fingerprint) => new() { Kind = EventKind.Parked, Channel = "adt", Destination = "lab", Fingerprint = fingerprint, At = JournalSamples.Time };

    protected override IJournal Create() => new SqliteJournal(_folder.Path("data"), NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(_folder.Path("data"));
}

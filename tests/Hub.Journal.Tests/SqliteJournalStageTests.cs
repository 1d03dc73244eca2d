using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps how long each stage of a message took.</summary>
public sealed class SqliteJournalStageTests : JournalStageContract, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_of_before_stages_were_kept_says_nothing_of_its_old_messages_and_keeps_those_of_new_ones()
    {
        string data = _folder.Path("old");
        Directory.CreateDirectory(data);
        DataFolder folder = new(data);
        folder.PrepareFile();
        using (SqliteDatabase old = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
        {
            Schema.Migrate(old, folder, [.. Schema.Scripts.Take(19)]);
            old.Execute(
                """
                INSERT INTO content (id, sha256, bytes) VALUES (1, x'00', x'41');
                INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content)
                VALUES (1, 'adt', 'p', 1, 'ADT^A01', 'A', 'S', '2.5', 3, 0, 1, x'00', 1);
                INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, attempts, length, repeat_of, repeated_at) VALUES (1, 1, 'adt', 'lab', 0, 0, 0, 0, 0, 1, NULL, NULL), (2, 1, 'adt', 'lab', 0, 0, 0, 0, 0, 1, 1, 9)
                """);
        }

        static void AssertSilent(StoredMessage old)
        {
            Assert.Equal((null, null, null), (old.Waited, old.Working, StageTimes.Of(old).Whole));
            Assert.Equal([false, true], old.Deliveries.Select(delivery => delivery.RepeatedAt is not null));
            Assert.All(old.Deliveries, delivery => Assert.Null(delivery.RepeatedBy));
        }

        await using (IJournalReader reader = SqliteJournal.OpenReader(data))
            AssertSilent(reader.Read(new(1))!);
        await using SqliteJournal journal = new(data, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        AssertSilent(journal.Read(new(1))!);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B") with { Waited = TimeSpan.Zero, Working = TimeSpan.FromMicroseconds(7) });
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMicroseconds(7)), (journal.Read(new(2))!.Waited, journal.Read(new(2))!.Working));
    }

    protected override IJournal Create() => new SqliteJournal(_folder.Path("data"), NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(_folder.Path("data"));
}

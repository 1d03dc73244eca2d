using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>Looking over a journal, copying it while it is written, and bringing it back.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    private string Restored => _folder.Path("restored");

    private JournalOptions RestoredOptions => new(Restored) { Keys = _folder.Path("data.keys") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_whole_journal_is_said_to_be_whole_while_it_is_open_and_when_it_is_closed()
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            await AppendAsync(journal, 3);
            await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
            AssertWhole(Check(Data));
        }

        AssertWhole(Check(Data));

        static void AssertWhole(JournalReport report)
        {
            Assert.Empty(report.Damages);
            Assert.Equal((3, 3, 1, 3), (report.Messages, report.Deliveries, report.Attempts, report.Encrypted));
        }
    }

    [Theory]
    [InlineData("UPDATE content SET bytes = zeroblob(length(bytes)) WHERE id = 2", "message", 2, "content is damaged")]
    [InlineData("DELETE FROM content WHERE id = 2", "message", 2, "content is not there")]
    [InlineData("UPDATE message SET header = zeroblob(90) WHERE id = 2", "message", 2, "row is damaged")]
    [InlineData("UPDATE message SET state = 77 WHERE id = 2", "message", 2, "State 77")]
    [InlineData("UPDATE delivery SET state = 77 WHERE id = 2", "delivery", 2, "State 77")]
    [InlineData("UPDATE delivery SET message = 99 WHERE id = 2", "delivery", 2, "message 99 is not there")]
    [InlineData("UPDATE delivery SET content = 1 WHERE id = 2", "delivery", 2, "content is damaged")]
    [InlineData("UPDATE attempt SET answer = zeroblob(90)", "attempt", 1, "Try 1 of delivery 1 is damaged")]
    [InlineData("UPDATE attempt SET delivery = 99", "attempt", 99, "is not there")]
    public async Task What_is_damaged_is_named_and_nothing_else(string harm, string what, int number, string text)
    {
        await using SqliteJournal journal = await OpenAsync();
        await AppendAsync(journal, 3);
        await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
        journal.Writer.BeforeNextBatch = database => database.Execute("PRAGMA foreign_keys = OFF; " + harm);
        await AppendAsync(journal, 1);
        JournalReport report = Check(Data);
        Assert.False(report.IsWhole);
        Assert.All(report.Damages, damage => Assert.Equal((what, number), (damage.What, damage.Number)));
        Assert.Contains(report.Damages, damage => damage.Text.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(20)] // The list of tables: nothing can be opened.
    [InlineData(40)]
    public async Task Damaged_pages_are_told(int page)
    {
        await using (SqliteJournal journal = await OpenAsync())
            await AppendAsync(journal, 500);
        using (FileStream file = new(Path.Combine(Data, "journal.db"), FileMode.Open, FileAccess.Write))
        {
            Assert.True(file.Length > (page + 10) * 4096);
            file.Position = page * 4096;
            file.Write(new byte[8192]);
        }

        JournalReport report = Check(Data);
        Assert.Contains(report.Damages, damage => damage.What == "file");
    }

    [Fact]
    public async Task A_backup_taken_while_messages_come_in_holds_every_message_up_to_its_newest()
    {
        await using SqliteJournal journal = await OpenAsync();
        await AppendAsync(journal, 50);
        using CancellationTokenSource enough = new();
        Task[] senders = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                await AppendAsync(journal, 1);
        }))];
        JournalBackup backup = new SqliteUpkeep(new(Data)).Backup(_folder.Path("backup.db"), CancellationToken.None);
        await enough.CancelAsync();
        await Task.WhenAll(senders);
        Assert.True(backup.LastMessage >= 50);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup.File));
        Assert.Equal(Path.GetFileName(Directory.GetFiles(_folder.Path("data.keys")).Single()), backup.Keys.Single());
        Assert.Equal(["backup.db"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName));
        Assert.True((await File.ReadAllBytesAsync(backup.File)).AsSpan().IndexOf("MSH|"u8) < 0);

        RestoredJournal restored = Restore(backup.File, UnsentMode.Queue);
        Assert.True(restored.IsRestored);
        Assert.Empty(restored.Report.Damages);
        await using SqliteJournal second = await OpenAsync(RestoredOptions);
        Assert.Equal(backup.LastMessage, second.Find(new() { Limit = 1 })[0].Id.Value);
        for (long id = 1; id <= backup.LastMessage; id++)
            Assert.Equal(journal.ReadContent(new(id))!.Value, second.ReadContent(new(id))!.Value);
        Assert.Equal(backup.LastMessage + 1, second.NextMessageId().Value);
    }

    [Fact]
    public async Task What_was_on_its_way_when_the_backup_was_taken_waits_for_a_person()
    {
        string backup = await BackupAsync();
        RestoredJournal restored = Restore(backup, UnsentMode.Park);
        Assert.Equal((1, 1), (restored.UnsentDeliveries, restored.UnprocessedMessages));
        await using SqliteJournal journal = await OpenAsync(RestoredOptions);
        Assert.Empty(journal.ReadQueued("adt", "lab", 0, 10));
        Assert.Empty(journal.ReadUnprocessed("adt", new(0), 10));
        StoredDelivery parked = journal.Read(new(2))!.Deliveries.Single();
        Assert.Equal(DeliveryState.Parked, parked.State);
        Assert.Contains("may have been sent since", parked.Reason!, StringComparison.Ordinal);
        Assert.Contains("hub deliveries release", parked.Reason!, StringComparison.Ordinal);
        StoredMessage rejected = journal.Read(new(3))!;
        Assert.Equal(MessageState.Rejected, rejected.State);
        Assert.Contains("may have been since", rejected.Problems.Single().Text, StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Sent, journal.Read(new(1))!.Deliveries.Single().State);
        Assert.Equal(1, (await journal.AppendAsync(new DeliveriesRepeated(new(2), "lab", JournalSamples.Time))).Deliveries);
    }

    [Fact]
    public async Task A_replay_that_was_at_work_when_the_backup_was_taken_comes_back_paused()
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            await AppendAsync(journal, 2);
            await journal.AppendAsync(new ReplayBegun(new() { Id = 1, BegunAt = JournalSamples.Time, ChangedAt = JournalSamples.Time, State = ReplayState.Running, What = "two", Plan = "{}", Total = 2 }));
        }

        Restore(new SqliteUpkeep(new(Data)).Backup(_folder.Path("b.db"), CancellationToken.None).File, UnsentMode.Park);
        await using SqliteJournal restored = await OpenAsync(RestoredOptions);
        ReplayBatch replay = restored.ReadReplay(1)!;
        Assert.Equal(ReplayState.Paused, replay.State);
        Assert.Contains("hub replays resume", replay.Reason!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flags", "{bad")]
    [InlineData("flags", "[null]")]
    [InlineData("problems", "null")]
    public async Task A_message_whose_lists_are_damaged_is_shown_as_damaged_and_hides_no_other(string column, string value)
    {
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A") with { State = MessageState.Received });
        journal.Writer.BeforeNextBatch = database => database.Execute($"UPDATE message SET {column} = '{value}' WHERE id = 1");
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B") with { State = MessageState.Received });
        Assert.Equal([2, 1], journal.Find(new()).Select(message => message.Id.Value));
        Assert.Equal(["damaged"], journal.Read(new(1))!.Flags);
        Assert.Equal([1, 2], journal.ReadUnprocessed("adt", new(0), 10).Select(message => message.Id.Value));
        JournalDamage damage = Assert.Single(Check(Data).Damages);
        Assert.Equal(("message", 1L), (damage.What, damage.Number));
        await journal.AppendAsync(new MessageProcessed { Id = new(1), State = MessageState.Filtered });
    }

    [Theory]
    [InlineData("DELETE FROM content WHERE id = (SELECT max(content) FROM delivery_operation)", "operation", "is not there")]
    [InlineData("UPDATE delivery_operation SET reason = zeroblob(60) WHERE number = 1", "operation", "reason is damaged")]
    [InlineData("UPDATE delivery_operation SET operation = 77 WHERE number = 1", "operation", "Operation 77")]
    [InlineData("UPDATE fragment SET pointer = zeroblob(60)", "fragment", "damaged")]
    [InlineData("UPDATE fragment SET message = 99", "fragment", "is not there")]
    [InlineData("UPDATE pause SET reason = zeroblob(60)", "pause", "damaged")]
    public async Task What_is_damaged_of_operations_fragments_and_pauses_is_told(string harm, string what, string text)
    {
        await using SqliteJournal journal = await OpenAsync();
        await AppendAsync(journal, 1);
        for (int i = 0; i < 2; i++)
            await journal.AppendAsync(new DeliveryOperated { Delivery = 1, Operation = DeliveryOperation.Edit, At = JournalSamples.Time, By = "ann", Reason = "wrong", Content = JournalSamples.Bytes($"edit {i}") });
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "F") with { State = MessageState.Fragment, Fragment = new("", "next") });
        await journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time, "ann", "Mrs Prawf asked"));
        Assert.Equal("Mrs Prawf asked", journal.ReadPauses().Single().Reason);
        Assert.True(Check(Data).IsWhole);
        journal.Writer.BeforeNextBatch = database => database.Execute("PRAGMA foreign_keys = OFF; " + harm);
        await AppendAsync(journal, 1);
        JournalDamage damage = Assert.Single(Check(Data).Damages);
        Assert.Equal(what, damage.What);
        Assert.Contains(text, damage.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_queue_it_is_sent_when_the_Hub_starts()
    {
        Restore(await BackupAsync(), UnsentMode.Queue);
        await using SqliteJournal journal = await OpenAsync(RestoredOptions);
        Assert.Equal(2, journal.ReadQueued("adt", "lab", 0, 10).Single().Message.Value);
        Assert.Equal(3, journal.ReadUnprocessed("adt", new(0), 10).Single().Id.Value);
    }

    [Fact]
    public async Task Sequence_numbers_of_after_the_backup_are_taken()
    {
        await using (SqliteJournal journal = await OpenAsync())
            await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A") with { SequenceNumber = 7 });
        Restore(new SqliteUpkeep(new(Data)).Backup(_folder.Path("b.db"), CancellationToken.None).File, UnsentMode.Park);
        await using SqliteJournal restored = await OpenAsync(RestoredOptions);
        Assert.True((await restored.AppendAsync(JournalSamples.Accepted(restored.NextMessageId(), "B") with { SequenceNumber = 60 })).IsNew);
    }

    [Fact]
    public async Task A_journal_is_never_restored_over()
    {
        string backup = await BackupAsync();
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(Data, "journal.db"));
        JournalException refused = Assert.Throws<JournalException>(() => new SqliteUpkeep(new(Data)).Restore(backup, UnsentMode.Park, false, CancellationToken.None));
        Assert.Contains("HUB5043", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Data, "journal.db")));
    }

    [Fact]
    public async Task A_damaged_backup_is_restored_only_when_that_is_asked_for()
    {
        string backup = await BackupAsync();
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(backup, 64))
            database.Execute("UPDATE content SET bytes = zeroblob(length(bytes)) WHERE id = 1");
        RestoredJournal refused = Restore(backup, UnsentMode.Park);
        Assert.False(refused.IsRestored);
        Assert.Equal(1, refused.Report.DamageCount);
        Assert.Equal(["hub.lock"], Directory.GetFiles(Restored).Select(Path.GetFileName));
        Assert.True(new SqliteUpkeep(RestoredOptions).Restore(backup, UnsentMode.Park, allowsDamage: true, CancellationToken.None).IsRestored);
    }

    [Theory]
    [InlineData("no key", "HUB5021")]
    [InlineData("not a backup", "HUB5046")]
    [InlineData("not there", "HUB5042")]
    public async Task What_cannot_be_restored_leaves_nothing_behind(string trouble, string text)
    {
        string backup = await BackupAsync();
        if (trouble == "no key")
            Directory.Delete(_folder.Path("data.keys"), recursive: true);
        else if (trouble == "not there")
            File.Delete(backup);
        else
            await File.WriteAllTextAsync(backup, "This is a letter, not a database.");
        Assert.Contains(text, Assert.Throws<JournalException>(() => Restore(backup, UnsentMode.Park)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.Exists(Restored) ? Directory.GetFiles(Restored) : [], file => file.Contains("journal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_never_takes_the_place_of_a_file_and_in_a_folder_is_named_after_the_time()
    {
        string first = await BackupAsync();
        SqliteUpkeep upkeep = new(new(Data));
        Assert.Contains("HUB5041", Assert.Throws<JournalException>(() => upkeep.Backup(first, CancellationToken.None)).Message, StringComparison.Ordinal);
        string named = upkeep.Backup(_folder.Path("backups") + "/", CancellationToken.None).File;
        Assert.Matches("/backups/journal-[0-9]{8}T[0-9]{6}Z\\.db$", named);
        Assert.Equal([named], Directory.GetFiles(_folder.Path("backups")));
    }

    [Fact]
    public async Task Who_takes_backups_needs_no_key()
    {
        await using SqliteJournal journal = await OpenAsync();
        await AppendAsync(journal, 1);
        string key = Directory.GetFiles(_folder.Path("data.keys")).Single();
        Directory.Move(_folder.Path("data.keys"), _folder.Path("away"));
        JournalBackup backup = new SqliteUpkeep(new(Data)).Backup(_folder.Path("b.db"), CancellationToken.None);
        Assert.Equal((Path.GetFileName(key), _folder.Path("data.keys")), (backup.Keys.Single(), backup.KeysFolder));
    }

    [Fact]
    public void Without_a_journal_there_is_nothing_to_look_at_or_to_copy()
    {
        SqliteUpkeep upkeep = new(new(Data));
        Assert.Contains("There is no journal", Assert.Throws<JournalException>(() => upkeep.Check(CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no journal", Assert.Throws<JournalException>(() => upkeep.Backup(_folder.Path("b.db"), CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    private static JournalReport Check(string data) => new SqliteUpkeep(new(data)).Check(CancellationToken.None);

    private RestoredJournal Restore(string backup, UnsentMode mode) => new SqliteUpkeep(RestoredOptions).Restore(backup, mode, allowsDamage: false, CancellationToken.None);

    // Message 1 is sent, 2 is queued, 3 is not processed.
    private async Task<string> BackupAsync()
    {
        await using SqliteJournal journal = await OpenAsync();
        await AppendAsync(journal, 2);
        await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C") with { State = MessageState.Received });
        return new SqliteUpkeep(new(Data)).Backup(_folder.Path("backup.db"), CancellationToken.None).File;
    }

    private static async Task AppendAsync(SqliteJournal journal, int count)
    {
        for (int i = 0; i < count; i++)
        {
            MessageId id = journal.NextMessageId();
            await journal.AppendAsync(JournalSamples.Accepted(id, $"A{id}", "lab"));
        }
    }

    private Task<SqliteJournal> OpenAsync() => OpenAsync(new JournalOptions(Data));

    private static async Task<SqliteJournal> OpenAsync(JournalOptions options)
    {
        SqliteJournal journal = new(options, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }
}

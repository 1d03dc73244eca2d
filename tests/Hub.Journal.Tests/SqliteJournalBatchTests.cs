using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps the promises about batches, also when its disk or somebody with the file does not do his part.</summary>
public sealed class SqliteJournalBatchTests : JournalBatchContract, IDisposable
{
    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task B03_of_a_batch_that_the_disk_has_no_room_for_nothing_is_stored_and_with_room_all_of_it()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "first", "lab"));
        string[] names = [.. Enumerable.Range(0, 2_000).Select(i => $"m{i}")];
        // Room for some of the messages and not for all.
        ((SqliteJournal)Journal).Writer.BeforeNextBatch = database => database.Execute($"PRAGMA max_page_count = {database.Number("PRAGMA page_count") + 40}");
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Batch("B1", names)));
        Assert.Equal(1, Assert.Single(Journal.Find(new() { Limit = 10_000 })).Id.Value);
        Assert.Single(Told);

        ((SqliteJournal)Journal).Writer.BeforeNextBatch = database => database.Execute("PRAGMA max_page_count = 1000000");
        MessageArrived batch = Batch("B1", names);
        await Journal.AppendAsync(batch);
        Assert.Equal(names, Journal.Find(new() { Batch = batch.Id, Limit = 10_000 }).Select(message => message.Header.ControlId));
        Assert.Equal(2_001, Told.Count);
        Assert.Empty(Check().Damages);
    }

    [Fact]
    public async Task B03_of_a_batch_whose_file_is_lost_in_the_middle_of_its_transaction_nothing_is_there_at_the_next_start()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "first", "lab"));
        string copy = _folder.Path("killed");
        Directory.CreateDirectory(copy);
        using (SqliteConnection other = new($"Data Source={Path.Combine(Data, "journal.db")};Pooling=False"))
        {
            // What a kill leaves: rows of the batch in the log, and no commit.
            other.Open();
            using SqliteCommand write = other.CreateCommand();
            write.CommandText = """
                PRAGMA cache_size = 1; BEGIN IMMEDIATE;
                INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content, batch, place)
                WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                SELECT 2 + i, 'adt', '', 0, '', '', '', '', CASE i WHEN 0 THEN 6 ELSE 3 END, 0, 0, x'', 1, CASE i WHEN 0 THEN NULL ELSE 2 END, CASE i WHEN 0 THEN 2000 ELSE i END FROM n;
                """;
            write.ExecuteNonQuery();
            foreach (string file in Directory.GetFiles(Data, "journal.db*"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        Assert.True(new FileInfo(Path.Combine(copy, "journal.db-wal")).Length > 100_000);
        await using SqliteJournal next = new(new JournalOptions(copy) { Keys = _folder.Path("data.keys") }, NullLoggerFactory.Instance);
        await next.OpenAsync(_ => { }, CancellationToken.None);
        Assert.Equal(1, Assert.Single(next.Find(new() { Limit = 10_000 })).Id.Value);
    }

    [Fact]
    public async Task B03_each_message_of_a_batch_is_encrypted_for_its_own_row()
    {
        MessageArrived batch = Batch("B1", "a", "b");
        await Journal.AppendAsync(batch);
        ((SqliteJournal)Journal).Writer.BeforeNextBatch = database => database.Execute($"""
            UPDATE message SET content = (SELECT o.content FROM message o WHERE o.batch = {batch.Id} AND o.place = 2) WHERE batch = {batch.Id} AND place = 1
            """);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "next"));

        MessageId first = Journal.Find(new() { Batch = batch.Id })[0].Id;
        Assert.Throws<DamagedContentException>(() => Journal.ReadContent(first));
        Assert.Contains(Check().Damages, damage => damage.Number == first.Value);
        Assert.True((await ReadAllAsync()).AsSpan().IndexOf("MSH|"u8) < 0);
    }

    [Theory]
    [InlineData("DELETE FROM message WHERE place = 2 AND batch IS NOT NULL", 1, "a batch of 3 messages, and 2 of them are there")]
    [InlineData("UPDATE message SET batch = NULL, place = NULL WHERE place = 3 AND batch IS NOT NULL", 1, "and 2 of them are there")]
    [InlineData("UPDATE message SET place = 9 WHERE place = 2 AND batch IS NOT NULL", 3, "no batch that has it")]
    [InlineData("UPDATE message SET batch = 5, place = 1 WHERE id = 6", 6, "a message of 5, which is no batch")]
    public async Task B03_a_batch_that_is_not_whole_any_more_is_found(string harm, long number, string text)
    {
        await Journal.AppendAsync(Batch("B1", "a", "b", "c"));
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "five", "lab"));
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "six", "lab"));
        Assert.Empty(Check().Damages);
        ((SqliteJournal)Journal).Writer.BeforeNextBatch = database => database.Execute("PRAGMA foreign_keys = OFF; " + harm);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "next"));
        Assert.Contains(Check().Damages, damage => damage.Number == number && damage.Text.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task B03_a_backup_has_batches_with_their_messages()
    {
        MessageArrived batch = Batch("B1", "a", "b");
        await Journal.AppendAsync(batch);
        string backup = new SqliteUpkeep(new(Data)).Backup(_folder.Path("b.db"), CancellationToken.None).File;
        JournalOptions restored = new(_folder.Path("restored")) { Keys = _folder.Path("data.keys") };
        Assert.True(new SqliteUpkeep(restored).Restore(backup, UnsentMode.Park, allowsDamage: false, CancellationToken.None).IsRestored);
        await using SqliteJournal second = new(restored, NullLoggerFactory.Instance);
        await second.OpenAsync(_ => { }, CancellationToken.None);
        Assert.Equal([(1, DeliveryState.Parked), (2, DeliveryState.Parked)], second.Find(new() { Batch = batch.Id }).Select(message => (message.BatchPlace, message.Deliveries[0].State)));
    }

    [Fact]
    public async Task B03_in_a_file_of_before_no_message_is_of_a_batch()
    {
        string old = _folder.Path("old");
        Directory.CreateDirectory(old);
        DataFolder folder = new(old);
        folder.PrepareFile();
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
        {
            Schema.Migrate(database, folder, [.. Schema.Scripts.Take(12)]);
            database.Execute("""
                INSERT INTO content (id, sha256, bytes) VALUES (1, x'', x'');
                INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content) VALUES (1, 'adt', '', 0, '', 'x', '', '', 3, 0, 0, x'', 1)
                """);
        }

        await using IJournalReader reader = SqliteJournal.OpenReader(old);
        Assert.Empty(reader.Find(new() { Batch = new(1) }));
        Assert.Single(reader.FindIds(new() { AreOriginals = true }, default, 10));
        Assert.Equal((null, 0, 0), (reader.Read(new(1))!.Batch, reader.Read(new(1))!.BatchPlace, reader.Read(new(1))!.BatchSize));
    }

    protected override IJournal Create() => new SqliteJournal(Data, NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(Data);

    private JournalReport Check() => new SqliteUpkeep(new(Data)).Check(CancellationToken.None);

    private async Task<byte[]> ReadAllAsync()
    {
        using MemoryStream all = new();
        foreach (string file in Directory.GetFiles(Data, "journal.db*"))
        {
            await using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await stream.CopyToAsync(all);
        }

        return all.ToArray();
    }
}

using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>What the journal does with folders and files as it finds them.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folder_and_files_are_made_for_the_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return; // Rights come from the parent folder there.
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        string[] files = Directory.GetFiles(Data);
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        foreach (string file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_second_Hub_on_the_folder_is_refused_until_the_first_has_closed()
    {
        SqliteJournal first = await OpenAsync();
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Equal($"Another Hub is running on {Data}; stop it, or give this one another folder with --data.", refused.Message);
        await first.DisposeAsync();
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder.Path("data"), "a file");
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.StartsWith($"The folder {Data} cannot be written: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_gone_while_its_log_is_there_is_not_replaced_by_an_empty_journal(bool empty)
    {
        Directory.CreateDirectory(Data);
        if (empty)
            await File.WriteAllTextAsync(Path.Combine(Data, "journal.db"), "");
        await File.WriteAllTextAsync(Path.Combine(Data, "journal.db-wal"), "messages");
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Contains("is missing or empty, and its log", refused.Message, StringComparison.Ordinal);
        Assert.Equal(empty, File.Exists(Path.Combine(Data, "journal.db")));
        Assert.Equal("messages", await File.ReadAllTextAsync(Path.Combine(Data, "journal.db-wal")));
    }

    [Theory]
    [InlineData("This is a letter, not a database.")]
    [InlineData("short")]
    public async Task A_file_that_is_no_database_is_refused_and_stays_as_it_is(string text)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "journal.db"), text);
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Contains("is not a journal of the Hub", refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(Data, "journal.db")));
        Assert.Throws<JournalException>(() => SqliteJournal.OpenReader(Data));
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_stays_as_it_is()
    {
        Change("CREATE TABLE letters (text TEXT)");
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(Data, "journal.db"));
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Contains("is not a journal of the Hub", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Data, "journal.db")));
    }

    [Fact]
    public async Task A_journal_of_a_newer_Hub_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        Change("PRAGMA user_version = 99");
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Contains("version 99, written by a newer Hub", refused.Message, StringComparison.Ordinal);
        Assert.Throws<JournalException>(() => SqliteJournal.OpenReader(Data));
    }

    [Fact]
    public void A_reader_says_when_there_is_no_journal()
    {
        JournalException refused = Assert.Throws<JournalException>(() => SqliteJournal.OpenReader(Data));
        Assert.StartsWith($"There is no journal in {Data}.", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_file_whose_making_was_cut_off_after_its_first_page_becomes_a_journal()
    {
        Directory.CreateDirectory(Data);
        DataFolder folder = new(Data);
        folder.PrepareFile();
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        Assert.NotEqual(0, new FileInfo(folder.JournalFile).Length);
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        Assert.Equal("A", Assert.Single(journal.Find(new())).Header.ControlId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_empty_journal_takes_the_place_of_one_without_keys(bool isEmptied)
    {
        JournalOptions plain = new(Data) { Encrypts = false };
        string file = new DataFolder(Data).JournalFile;
        await using (SqliteJournal journal = await OpenAsync(plain))
            await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        if (isEmptied)
            await File.WriteAllBytesAsync(file, []);
        else
            File.Delete(file);

        Assert.Contains("HUB5029", (await Assert.ThrowsAsync<JournalException>(() => OpenAsync(plain))).Message, StringComparison.Ordinal);
        Assert.Equal(isEmptied, File.Exists(file));
        await using SqliteJournal begun = await OpenAsync(plain with { BeginsNew = true });
        Assert.Empty(begun.Find(new()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_whose_first_page_the_power_took_becomes_a_journal(bool hasRollback)
    {
        Directory.CreateDirectory(Data);
        DataFolder folder = new(Data);
        await File.WriteAllBytesAsync(folder.JournalFile, new byte[4096]);
        // As SQLite leaves it: the file had no page before.
        byte[] rollback = new byte[512];
        Convert.FromHexString("d9d505f920a163d7000000005c890ced000000000000020000001000").CopyTo(rollback, 0);
        if (hasRollback)
            await File.WriteAllBytesAsync(folder.JournalFile + "-journal", rollback);
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        Assert.Equal("A", Assert.Single(journal.Find(new())).Header.ControlId);
    }

    [Fact]
    public async Task A_file_of_zeros_that_is_longer_than_a_first_page_was_something_and_stays()
    {
        Directory.CreateDirectory(Data);
        string file = new DataFolder(Data).JournalFile;
        await File.WriteAllBytesAsync(file, new byte[8192]);
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => OpenAsync());
        Assert.Contains("is not a journal of the Hub", refused.Message, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_reader_works_when_no_Hub_runs()
    {
        SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        await journal.DisposeAsync();
        await using IJournalReader reader = SqliteJournal.OpenReader(Data);
        Assert.Equal("lab", reader.Read(new(1))!.Deliveries.Single().Destination);
    }

    [Fact]
    public async Task A_file_of_before_there_were_replays_has_no_message_of_one()
    {
        Directory.CreateDirectory(Data);
        DataFolder folder = new(Data);
        folder.PrepareFile();
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
            Schema.Migrate(database, folder, [.. Schema.Scripts.Take(5)]);
        await using IJournalReader reader = SqliteJournal.OpenReader(Data);
        Assert.Empty(reader.Find(new() { Replay = 1 }));
        Assert.Empty(reader.FindIds(new() { Replay = 1 }, default, 10));
    }

    [Fact]
    public async Task Scripts_run_once_in_their_order_and_a_broken_one_leaves_the_version_before()
    {
        await (await OpenAsync()).DisposeAsync();
        DataFolder folder = new(Data);
        string[] scripts = [.. Schema.Scripts, "CREATE TABLE second (a TEXT)", "CREATE TABLE third (a TEXT); SELECT nothing FROM nowhere"];
        using SqliteDatabase database = SqliteDatabase.OpenWriter(folder.JournalFile, 64);
        Assert.ThrowsAny<Exception>(() => Schema.Migrate(database, folder, scripts));
        Assert.Equal(scripts.Length - 1, database.Number("PRAGMA user_version"));
        scripts[^1] = "CREATE TABLE third (a TEXT)";
        Schema.Migrate(database, folder, scripts);
        Assert.Equal(scripts.Length, database.Number("PRAGMA user_version"));
        Assert.Equal(2, database.Number("SELECT count(*) FROM sqlite_master WHERE name IN ('second', 'third')"));
        Assert.Equal(2, database.Number("PRAGMA auto_vacuum"));
    }

    // As script 008 leaves parts that were stored before it: without what they are matched by.
    [Fact]
    public async Task C02_parts_that_waited_when_the_journal_was_upgraded_go_on_waiting()
    {
        MessageArrived Part(SqliteJournal journal, string sender, string continues, string pointer)
        {
            MessageArrived part = JournalSamples.Accepted(journal.NextMessageId(), $"{sender}{continues}");
            return part with { State = MessageState.Fragment, Fragment = new(continues, pointer), Header = part.Header with { Sender = sender } };
        }

        SqliteJournal before = await OpenAsync();
        await before.AppendAsync(Part(before, "WARD", "", "p"));
        await before.AppendAsync(Part(before, "LAB", "", "p"));
        await before.AppendAsync(Part(before, "GP", "q", ""));
        await before.AppendAsync(Part(before, "GP", "", "q"));
        await before.AppendAsync(Part(before, "MIXED", "", "r"));
        before.Writer.BeforeNextBatch = database => database.Execute("UPDATE fragment SET sender = '', continues_key = '', pointer_key = '', first = NULL, number = 0");
        MessageArrived like = Part(before, "OTHER", "", "r");
        await before.AppendAsync(like);
        await before.DisposeAsync();

        SqliteJournal after = await OpenAsync();
        // All parts of it were there.
        Assert.Equal([new(4), new(3)], after.ReadFragments("adt", 10).Where(part => part.First is not null).OrderBy(part => part.Number).Select(part => part.Id));
        Assert.Equal([new(1), new(7)], (await after.AppendAsync(Part(after, "WARD", "p", ""))).Fragments!.Complete);
        Assert.Equal([new(2), new(8)], (await after.AppendAsync(Part(after, "LAB", "p", ""))).Fragments!.Complete);
        await after.DisposeAsync();
    }

    [Fact]
    public async Task A_journal_of_the_version_before_is_read_as_it_is_and_goes_on_when_it_is_opened()
    {
        DataFolder folder = new(Data);
        Directory.CreateDirectory(Data);
        using (File.Open(folder.JournalFile, FileMode.OpenOrCreate))
        {
        }

        using (SqliteDatabase old = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
        {
            Schema.Migrate(old, folder, [.. Schema.Scripts.Take(3)]);
            old.Execute(
                """
                INSERT INTO content VALUES (1, x'00', x'41');
                INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content)
                VALUES (1, 'adt', 'p', 1, 'ADT^A01', 'A', 'S', '2.5', 3, 0, 1, x'00', 1)
                """);
        }

        await using (IJournalReader reader = SqliteJournal.OpenReader(Data))
            Assert.Equal("A", reader.Find(new()).Single().Header.ControlId);
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B") with { SequenceNumber = 7 });
        Assert.Equal(["B", "A"], journal.Find(new()).Select(message => message.Header.ControlId));
    }

    private Task<SqliteJournal> OpenAsync() => OpenAsync(new(Data));

    private static async Task<SqliteJournal> OpenAsync(JournalOptions options)
    {
        SqliteJournal journal = new(options, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }

    private void Change(string sql)
    {
        Directory.CreateDirectory(Data);
        string file = Path.Combine(Data, "journal.db");
        using (File.Open(file, FileMode.OpenOrCreate))
        {
        }

        using SqliteDatabase database = SqliteDatabase.OpenWriter(file, 64);
        database.Execute(sql);
    }
}

using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Encryption;
using Hub.Testing;
using Microsoft.Data.Sqlite;

namespace Hub.Journal.Tests;

/// <summary>What the journal's files give away, and what becomes of rows and keys that somebody changed.</summary>
public sealed partial class EncryptionTests : IDisposable
{
    private const string Patient = "Zimmermannova";
    private const string ControlId = "CTRL-4711-SECRET";
    private const string Sender = "SENDING-SYSTEM^WARD";
    private const int Long = (2 * 1024 * 1024) + 5_000;

    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    private string Keys => _folder.Path("data.keys");

    private string File => Path.Combine(Data, "journal.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_a_message_stands_readable_in_a_file_of_the_data_folder()
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            await FillAsync(journal);
            AssertSilent();
        }

        AssertSilent();
        await using IJournalReader reader = SqliteJournal.OpenReader(Data);
        StoredMessage message = reader.Read(new(1))!;
        Assert.Equal((ControlId, Sender), (message.Header.ControlId, message.Header.Sender));
        Assert.Contains(Patient, message.Problems.Single().Text, StringComparison.Ordinal);
        Assert.Contains(Patient, message.Deliveries[0].Reason!, StringComparison.Ordinal);
        Assert.Equal(Content("answer"), message.Deliveries[0].History.Single().Answer);
        Assert.Equal(Content("received"), reader.ReadContent(new(1))!.Value);
        Assert.Equal(Content("changed"), reader.ReadDeliveryContent(2)!.Value);
        Assert.Equal(LongContent(), reader.ReadContent(new(3))!.Value);
        Assert.Equal(Content("handed"), reader.ReadContent(new(2))!.Value);
        Assert.Equal($"{Patient}-1", reader.ReadFragments("adt", 10).Single().Place.Pointer);
        Assert.Equal(Sender, reader.ReadFragments("adt", 10).Single().Sender);
        ReplayBatch replay = reader.ReadReplay(1)!;
        Assert.Equal(($"control id {ControlId}", $"{{{ControlId}}}", $"{Patient}.hl7 is gone."), (replay.What, replay.Plan, replay.Reason));
        Assert.Equal($"{Patient} is no name.", reader.ReadReplayItems(1, 0, 1).Single().Reason);
    }

    [Fact]
    public async Task A_journal_that_is_not_to_be_encrypted_is_plain_and_can_be_encrypted_later()
    {
        await using (SqliteJournal plain = await OpenAsync(encrypts: false))
            await plain.AppendAsync(Message(plain, "A"));
        Assert.True(IsAnywhere(Patient));
        Assert.False(Directory.Exists(Keys));
        await using (SqliteJournal same = await OpenAsync())
            await same.AppendAsync(Message(same, "B"));
        Assert.False(Directory.Exists(Keys)); // As it was opened last.
        await using SqliteJournal encrypted = await OpenAsync(encrypts: true);
        AppendResult again = await encrypted.AppendAsync(Message(encrypted, "A") with { DuplicateWindow = TimeSpan.FromHours(72) });
        Assert.Equal(new MessageId(1), again.DuplicateOf!.Id);
        Assert.Equal([3, 1], encrypted.Find(new() { ControlId = "A" }).Select(message => message.Id.Value));
        Assert.Equal(Content("B"), encrypted.ReadContent(new(2))!.Value);
    }

    [Fact]
    public async Task A_plain_journal_of_the_version_before_goes_on_encrypted_and_its_rows_stay_readable()
    {
        MakeOld();
        await using (IJournalReader reader = SqliteJournal.OpenReader(Data))
            Assert.Equal(Content("old"), reader.ReadContent(new(1))!.Value);
        await using SqliteJournal journal = await OpenAsync();
        await AssertGoesOnAsync(journal);
    }

    [Fact]
    public async Task D04_A_kill_in_the_middle_of_the_change_leaves_a_journal_that_the_next_start_goes_on_with()
    {
        MakeOld();
        DataFolder old = new(Data);
        string copy = _folder.Path("killed");
        Directory.CreateDirectory(copy);
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(old.JournalFile, 0))
        {
            // A cache of nothing: what the script writes goes to the log at once, and the kill comes before the commit.
            database.Execute($"PRAGMA cache_spill = ON; BEGIN IMMEDIATE; {Schema.Scripts[4]}");
            foreach (string file in Directory.GetFiles(Data))
                System.IO.File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            database.RollBack();
        }

        await using SqliteJournal journal = await OpenWithAsync(new(copy));
        await AssertGoesOnAsync(journal);
    }

    [Fact]
    public async Task After_an_error_of_the_disk_what_was_encrypted_before_is_still_readable()
    {
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A"));
        journal.Writer.BeforeNextBatch = _ => throw new SqliteException("disk I/O error", 10);
        await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(Message(journal, "B")));
        await journal.AppendAsync(Message(journal, "C"));
        Assert.Equal(["C", "A"], journal.Find(new()).Select(message => message.Header.ControlId));
        Assert.Equal(Content("C"), journal.ReadContent(journal.Find(new())[0].Id)!.Value);
    }

    private readonly HashSet<string> _known = [];

    private static List<(string Nonce, string Whole)> Sealed(SqliteDatabase database)
    {
        List<(string, string)> values = [];
        foreach (string column in (string[])["bytes FROM content WHERE key IS NOT NULL", "bytes FROM content_rest", "header FROM message", "problems FROM message", "reason FROM delivery", "answer FROM attempt", "pointer FROM fragment", "what FROM replay", "plan FROM replay", "reason FROM replay", "reason FROM replay_item"])
        {
            using Statement row = new(database.Handle, $"SELECT {column}");
            while (row.Step())
            {
                // The row of encryption is known by its salt: two copies of a journal count alike.
                if (row.IsBlob(0))
                    values.Add((Salt(database, RowCipher.IdOf(row.Bytes(0))) + Convert.ToHexString(row.Bytes(0)[..12]), Convert.ToHexString(row.Bytes(0))));
            }
        }

        Assert.NotEmpty(values);
        return values;
    }
}

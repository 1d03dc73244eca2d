using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Encryption;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;

namespace Hub.Journal.Tests;

/// <content>Keys: where they are, what is wrong with them, and what a change of them is for.</content>
public sealed partial class EncryptionTests
{
    [Theory]
    [InlineData("missing", "HUB5021")]
    [InlineData("another", "HUB5024")]
    [InlineData("damaged", "HUB5024")]
    [InlineData("open to all", "HUB5022")]
    public async Task Without_its_key_the_journal_is_not_opened_and_nothing_is_touched(string trouble, string code)
    {
        await using (SqliteJournal journal = await OpenAsync())
            await FillAsync(journal);
        string key = Directory.GetFiles(Keys).Single();
        Spoil(key, trouble);
        Dictionary<string, byte[]> before = Files();
        Assert.Contains(code, (await Assert.ThrowsAsync<JournalException>(() => OpenAsync())).Message, StringComparison.Ordinal);
        Assert.Contains(code, Assert.Throws<JournalException>(() => SqliteJournal.OpenReader(Data)).Message, StringComparison.Ordinal);
        Dictionary<string, byte[]> after = Files();
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
    }

    [Fact]
    public async Task No_empty_journal_takes_the_place_of_one_whose_keys_are_there()
    {
        await using (SqliteJournal journal = await OpenAsync())
            await journal.AppendAsync(Message(journal, "A"));
        System.IO.File.Move(File, _folder.Path("away"));

        string refusal = (await Assert.ThrowsAsync<JournalException>(() => OpenAsync())).Message;
        Assert.Contains("HUB5029", refusal, StringComparison.Ordinal);
        Assert.Contains("--new-journal", refusal, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
        // So do keys in a folder that was named: its journal is elsewhere, and this is an empty one.
        JournalOptions named = new(_folder.Path("other")) { Keys = Keys };
        Assert.Contains("HUB5029", (await Assert.ThrowsAsync<JournalException>(() => OpenWithAsync(named))).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(_folder.Path("other", "journal.db")));
        await using (SqliteJournal other = await OpenWithAsync(named with { BeginsNew = true }))
            await other.AppendAsync(Message(other, "C"));
        await using (SqliteJournal fresh = await OpenWithAsync(new(Data) { BeginsNew = true }))
            Assert.Empty(fresh.Find(new()));
        System.IO.File.Move(_folder.Path("away"), File, overwrite: true);
        await using SqliteJournal back = await OpenAsync();
        Assert.Equal("A", back.Find(new()).Single().Header.ControlId);
    }

    [Fact]
    public async Task Keys_belong_to_their_owner_alone_and_can_be_kept_elsewhere()
    {
        string elsewhere = _folder.Path("vault", "keys");
        JournalOptions options = new(Data) { Keys = elsewhere };
        await using (SqliteJournal journal = await OpenWithAsync(options))
            await journal.AppendAsync(Message(journal, "A"));
        string key = Directory.GetFiles(elsewhere).Single();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(key));
        // The journal says where they are, so that commands beside the Hub need not be told; also when one opens it to write.
        for (int i = 0; i < 2; i++)
        {
            await using SqliteJournal journal = await OpenAsync();
            Assert.Equal(Content("A"), journal.ReadContent(new(1))!.Value);
        }

        Assert.False(Directory.Exists(Keys));
    }

    [Fact]
    public async Task A_new_key_is_for_new_rows_and_the_old_one_goes_on_to_open_the_old_ones()
    {
        SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A"));
        string first = Directory.GetFiles(Keys).Single();
        string second = await journal.RotateKeyAsync();
        Assert.NotEqual(first, second);
        await journal.AppendAsync(Message(journal, "B"));
        AppendResult again = await journal.AppendAsync(Message(journal, "A") with { DuplicateWindow = TimeSpan.FromHours(72) });
        Assert.Equal(new MessageId(1), again.DuplicateOf!.Id);
        AppendResult reused = await journal.AppendAsync(Message(journal, "A", "other bytes") with { DuplicateWindow = TimeSpan.FromHours(72) });
        Assert.Null(reused.DuplicateOf);
        Assert.Equal(["control-id-reuse"], journal.Read(new(4))!.Flags);
        await journal.DisposeAsync();

        await using (IJournalReader reader = SqliteJournal.OpenReader(Data))
        {
            Assert.Equal(Content("A"), reader.ReadContent(new(1))!.Value);
            Assert.Equal(Content("B"), reader.ReadContent(new(2))!.Value);
            Assert.Equal([4, 3, 1], reader.Find(new() { ControlId = "A" }).Select(message => message.Id.Value));
        }

        System.IO.File.Delete(first);
        Assert.Contains(Path.GetFileName(first), (await Assert.ThrowsAsync<JournalException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_from_after_a_change_of_the_key_loses_its_bytes_with_the_first_one()
    {
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A"));
        await journal.RotateKeyAsync();
        TimeSpan day = TimeSpan.FromDays(1);
        await journal.AppendAsync(Message(journal, "A") with { DuplicateWindow = 3 * day, ReceivedAt = JournalSamples.Time + (2 * day) });
        await journal.AppendAsync(Message(journal, "newest"));
        Assert.Equal(new MessageId(1), journal.Read(new(2))!.DuplicateOf);
        foreach (long delivery in journal.Read(new(1))!.Deliveries.Select(delivery => delivery.Delivery))
            await journal.AppendAsync(JournalSamples.Attempted(delivery, 1, DeliveryState.Sent));
        // The first one is past its time, the duplicate is not.
        RetentionSlice slice = new() { Work = RetentionWork.Content, Now = JournalSamples.Time + (2 * day), Rules = [new("adt", day, 100 * day, day)] };
        await journal.AppendAsync(slice);
        Assert.NotNull(journal.Read(new(1))!.ContentRemovedAt);
        Assert.NotNull(journal.Read(new(2))!.ContentRemovedAt);
        Assert.Empty(new SqliteUpkeep(new(Data)).Check(CancellationToken.None).Damages);
    }

    [Fact]
    public async Task What_waits_since_before_there_was_a_key_stays_in_its_lane_when_the_first_one_is_made()
    {
        const long Lane = 0x1234_5678_9ABC_DEF0;
        await using (SqliteJournal plain = await OpenAsync(encrypts: false))
            await plain.AppendAsync(Message(plain, "A") with { Deliveries = [new("lanes", Lane, null), new("lanes", 0, null)] });
        await using (SqliteJournal first = await OpenAsync(encrypts: true))
            await first.AppendAsync(Message(first, "B") with { Deliveries = [new("lanes", Lane, null)] });
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "C") with { Deliveries = [new("lanes", Lane, null)] });
        long[] lanes = [.. journal.ReadQueued("adt", "lanes", 0, 10).Select(delivery => delivery.Lane)];
        Assert.NotEqual(Lane, lanes[0]);
        Assert.Equal([lanes[0], 0, lanes[0], lanes[0]], lanes);
    }

    [Fact]
    public async Task The_lane_of_a_delivery_cannot_be_told_without_the_key_and_stays_the_same_when_the_key_changes()
    {
        const long Lane = 0x1234_5678_9ABC_DEF0;
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A") with { Deliveries = [new("lanes", Lane, null), new("lanes", 0, null)] });
        await journal.RotateKeyAsync();
        await journal.AppendAsync(Message(journal, "B") with { Deliveries = [new("lanes", Lane, null), new("lanes", Lane + 1, null)] });
        long[] lanes = [.. journal.ReadQueued("adt", "lanes", 0, 10).Select(delivery => delivery.Lane)];
        Assert.NotEqual(Lane, lanes[0]);
        Assert.Equal([lanes[0], 0], [lanes[2], lanes[1]]);
        Assert.True(lanes[0] > 0 && lanes[3] > 0 && lanes[3] != lanes[0]);
    }

    [Fact]
    public async Task Q05_A_sequence_goes_on_when_the_key_changes()
    {
        await using SqliteJournal journal = await OpenAsync();
        Assert.True((await journal.AppendAsync(Message(journal, "A") with { SequenceNumber = 7 })).IsNew);
        await journal.RotateKeyAsync();
        Assert.False((await journal.AppendAsync(Message(journal, "C") with { SequenceNumber = 9 })).IsNew);
        AppendResult repeat = await journal.AppendAsync(Message(journal, "A") with { SequenceNumber = 7, DuplicateWindow = TimeSpan.FromHours(1) });
        Assert.Equal(new MessageId(1), repeat.DuplicateOf!.Id);
        Assert.True((await journal.AppendAsync(Message(journal, "B") with { SequenceNumber = 8 })).IsNew);
    }

    private static void Spoil(string key, string trouble)
    {
        switch (trouble)
        {
            case "missing":
                System.IO.File.Delete(key);
                break;
            case "another":
                string other = Path.GetDirectoryName(key)! + ".other";
                new KeyFolder(other).Create();
                System.IO.File.Move(Directory.GetFiles(other).Single(), key, overwrite: true);
                break;
            case "damaged":
                System.IO.File.WriteAllText(key, "hub-journal-key-1:AAAA\n");
                break;
            default:
                if (!OperatingSystem.IsWindows())
                    System.IO.File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
        }
    }
}

using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Encryption;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;

namespace Hub.Journal.Tests;

/// <content>Rows that somebody changed, exchanged or left out.</content>
public sealed partial class EncryptionTests
{
    [Theory]
    [InlineData("UPDATE content SET bytes = (SELECT c.bytes FROM before c WHERE c.id = 3 - content.id)")]
    [InlineData("UPDATE content SET bytes = (SELECT c.bytes FROM before c WHERE c.id = 3 - content.id), message = 3 - message")]
    [InlineData("UPDATE message SET content = 3 - content")]
    [InlineData("UPDATE message SET header = (SELECT m.header FROM headers m WHERE m.id = 3 - message.id), content = 3 - content")]
    [InlineData("UPDATE message SET channel = 'other'")]
    [InlineData("UPDATE content SET bytes = zeroblob(length(bytes))")]
    [InlineData("UPDATE content SET bytes = substr(bytes, 1, 20)")]
    [InlineData("UPDATE content SET message = NULL, place = NULL, key = NULL")]
    public async Task A_row_that_was_exchanged_or_changed_is_not_given_out_as_a_messages_content(string change)
    {
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A"));
        await journal.AppendAsync(Message(journal, "B"));
        Change(journal, $"CREATE TEMP TABLE before AS SELECT * FROM content; CREATE TEMP TABLE headers AS SELECT id, header FROM message; {change}");
        await journal.AppendAsync(Message(journal, "C"));
        Assert.Contains("message 1 ", Assert.Throws<DamagedContentException>(() => journal.ReadContent(new(1))).Message, StringComparison.Ordinal);
        Assert.Throws<DamagedContentException>(() => journal.ReadDeliveryContent(2));
        Assert.Equal(Content("C"), journal.ReadContent(new(3))!.Value);
        Assert.Equal(3, journal.Find(new()).Count);
    }

    [Fact]
    public async Task A_delivery_does_not_send_what_was_stored_for_another_message()
    {
        await using SqliteJournal journal = await OpenAsync();
        foreach (string name in (string[])["A", "B"])
        {
            MessageArrived message = Message(journal, name);
            await journal.AppendAsync(message with { Deliveries = [new("lab", 0, Content($"changed {name}"))] });
        }

        Change(journal, "UPDATE delivery SET content = CASE id WHEN 1 THEN 4 ELSE 2 END");
        await journal.AppendAsync(Message(journal, "C"));
        Assert.Throws<DamagedContentException>(() => journal.ReadDeliveryContent(1));
        Assert.Throws<DamagedContentException>(() => journal.ReadDeliveryContent(2));
    }

    [Theory]
    [InlineData("UPDATE delivery SET content = CASE id WHEN 1 THEN 3 ELSE 2 END WHERE id < 3", 1, 2)]
    [InlineData("UPDATE delivery SET content = CASE id WHEN 1 THEN 4 ELSE 2 END WHERE id IN (1, 3)", 1, 3)]
    [InlineData("UPDATE delivery SET channel = 'other' WHERE id = 1", 1)]
    [InlineData("UPDATE delivery SET destination = 'mpi' WHERE id = 1", 1)]
    [InlineData("UPDATE content SET bound = 'adt mpi 0' WHERE id = 2", 1)]
    [InlineData("UPDATE content SET bound = NULL WHERE id = 2", 1)]
    public async Task A_delivery_does_not_send_what_was_stored_for_another_delivery_of_the_message_or_for_another_channel(string change, params int[] damaged)
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            MessageArrived message = Message(journal, "A");
            await journal.AppendAsync(message with { Deliveries = [new("lab", 0, Content("for lab")), new("mpi", 0, Content("for mpi")), new("lab", 0, Content("for lab, 2"), new(2, 2))] });
            Assert.Equal(Content("for mpi"), journal.ReadDeliveryContent(2)!.Value);
            Change(journal, change);
            await journal.AppendAsync(Message(journal, "B"));
            foreach (int delivery in damaged)
                Assert.Throws<DamagedContentException>(() => journal.ReadDeliveryContent(delivery));
            foreach (int delivery in Enumerable.Range(1, 3).Except(damaged))
                journal.ReadDeliveryContent(delivery);
        }

        JournalReport report = new SqliteUpkeep(new(Data)).Check(CancellationToken.None);
        Assert.Equal(damaged.Select(delivery => ("delivery", (long)delivery)), report.Damages.Select(damage => (damage.What, damage.Number)));
    }

    [Theory]
    [InlineData("for lab", true)]
    [InlineData("!", false)]
    public async Task A_delivery_that_lost_the_number_of_its_bytes_is_found_by_the_bytes_that_nothing_names(string own, bool isLonger)
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            MessageArrived message = Message(journal, "A");
            await journal.AppendAsync(message with { Deliveries = [new("lab", 0, Content(own))] });
            Change(journal, "UPDATE delivery SET content = NULL WHERE id = 1");
            await journal.AppendAsync(Message(journal, "B"));
            if (isLonger)
                Assert.Throws<DamagedContentException>(() => journal.ReadDeliveryContent(1));
        }

        JournalReport report = new SqliteUpkeep(new(Data)).Check(CancellationToken.None);
        (string, long)[] damaged = isLonger ? [("delivery", 1), ("content", 2)] : [("content", 2)];
        Assert.Equal(damaged, report.Damages.Select(damage => (damage.What, damage.Number)));
        Assert.Contains("stored for message 1", report.Damages[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE delivery_operation SET content = NULL", "content", 2)]
    [InlineData("UPDATE message SET content_removed_at = 1 WHERE id = 1", "message", 1)]
    [InlineData("PRAGMA foreign_keys = OFF; UPDATE message SET content = 0 WHERE id = 2", "content", 4)]
    public async Task Bytes_of_a_message_and_those_before_an_edit_are_missed_too(string harm, string what, int number)
    {
        await using (SqliteJournal journal = await OpenAsync())
        {
            await journal.AppendAsync(Message(journal, "A") with { Deliveries = [new("lab", 0, Content("for lab"))] });
            await journal.AppendAsync(new DeliveryOperated { Delivery = 1, Operation = DeliveryOperation.Edit, By = "ward.admin", At = JournalSamples.Time, Content = Content("edited") });
            await journal.AppendAsync(Message(journal, "B"));
            Assert.Empty(new SqliteUpkeep(new(Data)).Check(CancellationToken.None).Damages);
            Change(journal, harm);
            await journal.AppendAsync(Message(journal, "C"));
        }

        Assert.Contains((what, (long)number), new SqliteUpkeep(new(Data)).Check(CancellationToken.None).Damages.Select(damage => (damage.What, damage.Number)));
    }

    [Fact]
    public async Task What_was_stored_before_content_was_bound_to_its_delivery_is_read_as_before()
    {
        await using SqliteJournal journal = await OpenAsync();
        MessageArrived message = Message(journal, "A");
        await journal.AppendAsync(message with { Deliveries = [new("lab", 0, Content("for lab"))] });
        journal.Writer.BeforeNextBatch = database =>
        {
            byte[] received = database.Vault.Sealer.Cipher!.Seal(message.Content.Span, SealedPlace.Content(1, 0, 0, message.Content.Length, null));
            byte[] own = database.Vault.Sealer.Cipher!.Seal(Content("for lab").Span, SealedPlace.Content(1, 1, 0, Content("for lab").Length, null));
            database.Prepare("UPDATE content SET bound = NULL, bytes = CASE id WHEN 1 THEN ? ELSE ? END").Bind((ReadOnlySpan<byte>)received).Bind((ReadOnlySpan<byte>)own).Run();
        };
        await journal.AppendAsync(Message(journal, "B"));
        Assert.Equal(message.Content.ToArray(), journal.ReadContent(new(1))!.Value.ToArray());
        Assert.Equal(Content("for lab"), journal.ReadDeliveryContent(1)!.Value.ToArray());
    }

    [Theory]
    [InlineData("DELETE FROM content_rest WHERE piece = 2")]
    [InlineData("UPDATE content_rest SET piece = -piece")]
    [InlineData("UPDATE content_rest SET bytes = substr(bytes, 1, 10) WHERE piece = 1")]
    public async Task Of_long_content_no_piece_can_be_left_out_or_changed(string change)
    {
        await using SqliteJournal journal = await OpenAsync();
        MessageArrived message = Message(journal, "A") with { Content = LongContent() };
        await journal.AppendAsync(message);
        Assert.Equal(LongContent(), journal.ReadContent(new(1))!.Value);
        Change(journal, change);
        await journal.AppendAsync(Message(journal, "B"));
        Assert.Throws<DamagedContentException>(() => journal.ReadContent(new(1)));
    }

    [Fact]
    public async Task A_message_whose_row_cannot_be_opened_is_shown_as_damaged_and_hides_no_other()
    {
        await using SqliteJournal journal = await OpenAsync();
        await journal.AppendAsync(Message(journal, "A"));
        Change(journal, "UPDATE message SET header = zeroblob(100)");
        await journal.AppendAsync(Message(journal, "B"));
        IReadOnlyList<StoredMessage> found = journal.Find(new());
        Assert.Equal(["B", ""], found.Select(message => message.Header.ControlId));
        Assert.Equal(["damaged"], found[1].Flags);
        Assert.Equal("ADT^A01", found[1].Header.Type);
    }

    [Fact]
    public async Task No_nonce_comes_twice_under_a_key_however_often_the_journal_is_opened_and_copied()
    {
        await using (SqliteJournal journal = await OpenAsync())
            await FillAsync(journal);
        string copy = _folder.Path("copy");
        Directory.CreateDirectory(copy);
        System.IO.File.Copy(File, Path.Combine(copy, "journal.db"));
        HashSet<string> seen = [];
        foreach (JournalOptions options in (JournalOptions[])[new(Data), new(copy) { Keys = Keys }])
        {
            await using (SqliteJournal journal = await OpenWithAsync(options))
            {
                await journal.AppendAsync(Message(journal, "again"));
                await journal.RotateKeyAsync();
                await journal.AppendAsync(Message(journal, "and again"));
            }

            using SqliteDatabase database = SqliteDatabase.OpenReader(Path.Combine(options.Data, "journal.db"));
            // What both had from before is the same value, not another under the same nonce.
            Assert.All(Sealed(database).Distinct(), value => Assert.True(seen.Add(value.Nonce) || _known.Contains(value.Whole), value.Nonce));
            _known.UnionWith(Sealed(database).Select(value => value.Whole));
        }
    }

    private static void Change(SqliteJournal journal, string sql) => journal.Writer.BeforeNextBatch = database => database.Execute(sql);

    private static string Salt(SqliteDatabase database, long id)
    {
        using Statement row = new(database.Handle, $"SELECT salt FROM encryption WHERE id = {id}");
        Assert.True(row.Step());
        return Convert.ToHexString(row.Bytes(0));
    }
}

using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Encryption;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>What the journal's files give away, and what becomes of rows and keys that somebody changed.</summary>
public sealed class EncryptionTests : IDisposable
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
        // Keys that were named may be those of other journals.
        await using (SqliteJournal other = await OpenWithAsync(new(_folder.Path("other")) { Keys = Keys }))
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

    private static ReadOnlyMemory<byte> Content(string text) => Encoding.UTF8.GetBytes($"MSH|^~\\&|{Sender}|{ControlId}\rPID|1||4711^^^H^MR||{Patient}^{text}\r");

    private static ReadOnlyMemory<byte> LongContent()
    {
        byte[] content = new byte[Long];
        for (int i = 0; i < Long; i += Patient.Length)
            Encoding.ASCII.GetBytes(Patient).AsSpan(0, Math.Min(Patient.Length, Long - i)).CopyTo(content.AsSpan(i));
        content[Long / 2] = (byte)'!';
        return content;
    }

    private static MessageArrived Message(SqliteJournal journal, string controlId, string? text = null) =>
        JournalSamples.Accepted(journal.NextMessageId(), controlId, "lab") with { Content = Content(text ?? controlId) };

    private static async Task<SqliteJournal> OpenWithAsync(JournalOptions options)
    {
        SqliteJournal journal = new(options, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }

    private Task<SqliteJournal> OpenAsync(bool? encrypts = null) => OpenWithAsync(new(Data) { Encrypts = encrypts });

    // Everything that the journal can be told of a message.
    private static async Task FillAsync(SqliteJournal journal)
    {
        MessageHeader header = new() { Type = "ADT^A01", ControlId = ControlId, Sender = Sender, Version = "2.5" };
        MessageArrived first = Message(journal, ControlId, "received") with
        {
            Header = header,
            Problems = [new(102, "PID-5", $"{Patient} is no name.") { Severity = ProblemSeverity.Warning }],
            Deliveries = [new("lab", 0, null), new("copy", 0, Content("changed")), new("next", 0, Content("handed"), To: new("other", header, JournalSamples.Time)), new("held", 0, null, ParkedFor: $"{Patient} is not valid.")],
        };
        await journal.AppendAsync(first);
        await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued) with { Answer = Content("answer"), Reason = $"The file {Patient}.hl7 is there." });
        MessageId next = journal.NextMessageId();
        Assert.Equal(3, next.Value); // 2 was handed over.
        await journal.AppendAsync(first with { Id = next, Content = LongContent(), SequenceNumber = 7, Deliveries = [] });
        await journal.AppendAsync(first with { Id = journal.NextMessageId(), State = MessageState.Fragment, Deliveries = [], Problems = [], Fragment = new("", $"{Patient}-1") });
        await journal.AppendAsync(first with { Id = journal.NextMessageId(), State = MessageState.Received, Deliveries = [], Problems = [] });
        await journal.AppendAsync(new MessageProcessed { Id = new(5), State = MessageState.Accepted, Deliveries = [new("lab", 0, Content("later")), new("same", 0, first.Content.ToArray())], Problems = first.Problems });
        await journal.AppendAsync(new ReplayBegun(new()
        {
            Id = 1,
            BegunAt = JournalSamples.Time,
            ChangedAt = JournalSamples.Time,
            State = ReplayState.Running,
            What = $"control id {ControlId}",
            Plan = $"{{{ControlId}}}",
            Total = 1,
        }));
        await journal.AppendAsync(new ReplayItemFailed(new(1, 1), $"{Patient} is no name.", JournalSamples.Time));
        await journal.AppendAsync(new ReplayChanged(1, ReplayState.Paused, $"{Patient}.hl7 is gone.", JournalSamples.Time));
    }

    private void AssertSilent()
    {
        foreach (string word in (string[])[Patient, ControlId, "SENDING-SYSTEM", "CTRL-4711", "Zimmer"])
            Assert.False(IsAnywhere(word), word);
    }

    private bool IsAnywhere(string word) => Files().Any(file => file.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0);

    private Dictionary<string, byte[]> Files()
    {
        Dictionary<string, byte[]> files = [];
        foreach (string file in Directory.GetFiles(Data).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.Length > 0)
                files.Add(file, bytes);
        }

        return files;
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

    private static void Change(SqliteJournal journal, string sql) => journal.Writer.BeforeNextBatch = database => database.Execute(sql);

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

    private static string Salt(SqliteDatabase database, long id)
    {
        using Statement row = new(database.Handle, $"SELECT salt FROM encryption WHERE id = {id}");
        Assert.True(row.Step());
        return Convert.ToHexString(row.Bytes(0));
    }

    private void MakeOld()
    {
        DataFolder folder = new(Data);
        Directory.CreateDirectory(Data);
        using (System.IO.File.Open(folder.JournalFile, FileMode.OpenOrCreate))
        {
        }

        using SqliteDatabase old = SqliteDatabase.OpenWriter(folder.JournalFile, 64);
        Schema.Migrate(old, folder, [.. Schema.Scripts.Take(4)]);
        byte[] sha256 = System.Security.Cryptography.SHA256.HashData(Content("old").Span);
        old.Prepare("INSERT INTO content VALUES (1, ?, ?)").Bind((ReadOnlySpan<byte>)sha256).Bind(Content("old").Span).Run();
        old.Prepare(
            """
            INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content)
            VALUES (1, 'adt', 'p', ?, 'ADT^A01', 'A', 'REGADT^HOSPITAL', '2.5', 3, 0, 1, ?, 1)
            """).Bind(JournalSamples.Time).Bind((ReadOnlySpan<byte>)sha256).Run();
        old.Execute(
            """
            INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, attempts, length, reason) VALUES (1, 1, 'adt', 'lab', 0, 0, 0, 0, 1, 1, 'why');
            INSERT INTO attempt (delivery, number, started_at, duration, state, reason, answer) VALUES (1, 1, 1, 1, 0, 'why', x'41')
            """);
    }

    private static async Task AssertGoesOnAsync(SqliteJournal journal)
    {
        Assert.Equal(Content("old"), journal.ReadContent(new(1))!.Value);
        Assert.Equal(Content("old"), journal.ReadDeliveryContent(1)!.Value);
        StoredDelivery delivery = journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal(("why", "why", 1), (delivery.Reason, delivery.History.Single().Reason, delivery.History.Single().Answer.Length));
        AppendResult again = await journal.AppendAsync(Message(journal, "A", "old") with { DuplicateWindow = TimeSpan.FromHours(72) });
        Assert.Equal(new MessageId(1), again.DuplicateOf!.Id);
        await journal.AppendAsync(Message(journal, "new"));
        Assert.Equal(Content("new"), journal.ReadContent(new(3))!.Value);
        Assert.Equal(Content("old"), journal.ReadContent(new(2))!.Value);
        Assert.Equal(2, journal.Find(new() { ControlId = "A" }).Count);
    }
}

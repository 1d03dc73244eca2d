using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Encryption;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>Messages are found by control id whether they are in memory, in the table, or on their way there.</summary>
public sealed class ControlIdTests : IDisposable
{
    private const int Generation = 100;
    private const string Channel = "adt";
    private readonly TestFolder _folder = new();
    private readonly SqliteDatabase _database;
    private ControlIds _ids;

    public ControlIdTests()
    {
        DataFolder folder = new(_folder.Path("data"));
        Directory.CreateDirectory(folder.Path);
        folder.PrepareFile();
        _database = SqliteDatabase.OpenWriter(folder.JournalFile, 64);
        Schema.Migrate(_database, folder);
        _ids = new(_database, Generation);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Every_message_is_found_at_any_time_also_after_a_restart(int batch)
    {
        const int Count = 5 * Generation;
        for (int last = 0; last < Count; last += batch)
        {
            Commit([.. Enumerable.Range(last + 1, batch)]);
            Assert.All([1, (last / 2) + 1, last + 1], message => Assert.Equal(message, First(message)));
        }

        Assert.InRange(_database.Number("SELECT count(*) FROM control_id"), Count - (3 * Generation), Count);
        _ids = new(_database, Generation);
        Assert.All(Enumerable.Range(1, Count), message => Assert.Equal(message, First(message)));
        Assert.Null(First(Count + 1_000));
    }

    [Fact]
    public void What_is_undone_is_not_remembered_and_a_slice_is_written_again()
    {
        Commit([.. Enumerable.Range(1, Generation)]);
        for (int message = Generation + 1; message <= 3 * Generation; message++)
        {
            Begin();
            Write(message);
            _ids.WriteDue();
            _database.RollBack();
            Begin();
            Assert.Null(First(message));
            Write(message);
            Assert.Equal(message, First(message));
            Commit();
        }

        _ids = new(_database, Generation);
        Assert.All(Enumerable.Range(1, 3 * Generation), message => Assert.Equal(message, First(message)));
    }

    [Fact]
    public void A_number_that_comes_late_is_found_after_a_restart()
    {
        const int Late = 3;
        Commit([.. Enumerable.Range(1, 6 * Generation).Where(message => message != Late)]);
        for (int message = (6 * Generation) + 1; _database.Number("SELECT through FROM control_id_slice") < Late; message++)
            Commit([message]);
        Commit([Late]);
        _ids = new(_database, Generation);
        Assert.Equal(Late, First(Late));
    }

    [Fact]
    public void The_first_one_is_found_among_thousands_with_the_same_control_id_and_other_bytes()
    {
        for (int message = 1; message <= 4 * Generation; message++)
        {
            Begin();
            Write(message, "same");
            Commit();
        }

        Assert.All([1, 2 * Generation, 4 * Generation], message => Assert.Equal(message, First(message, "same")));
        Assert.True(_ids.IsUsed(Channel, new("same", default), new("S", default), 0));
        Assert.False(_ids.IsUsed("other", new("same", default), new("S", default), 0));
        Assert.False(_ids.IsUsed(Channel, new("same", default), new("T", default), 0));
        Assert.False(_ids.IsUsed(Channel, new("same", default), new("S", default), 1_000_000));
    }

    [Fact]
    public void Messages_without_a_control_id_do_not_keep_the_table_from_going_on()
    {
        for (int message = 1; message <= 6 * Generation; message++)
        {
            Begin();
            Write(message, message % 50 == 0 ? null : "");
            Commit();
        }

        Assert.InRange(_database.Number("SELECT through FROM control_id_slice"), 3 * Generation, 6 * Generation);
        _ids = new(_database, Generation);
        Assert.All(Enumerable.Range(1, 6 * 2), fifty => Assert.Equal(50 * fifty, First(50 * fifty)));
    }

    [Fact]
    public void What_retention_removed_before_its_turn_is_not_written()
    {
        Commit([.. Enumerable.Range(1, Generation)]);
        _database.Execute("DELETE FROM message WHERE id <= 50");
        Commit([.. Enumerable.Range(Generation + 1, 2 * Generation)]);
        Commit([(3 * Generation) + 1]);
        Assert.Equal(0, _database.Number("SELECT count(*) FROM control_id WHERE message <= 50"));
        Assert.Equal(50, _database.Number($"SELECT count(*) FROM control_id WHERE message <= {Generation}"));
    }

    [Fact]
    public async Task A_journal_of_before_is_looked_through_once_and_finds_repetitions()
    {
        string data = _folder.Path("old");
        Directory.CreateDirectory(data);
        DataFolder folder = new(data);
        folder.PrepareFile();
        JournalOptions plain = new(data) { Encrypts = false };
        MessageArrived sample = JournalSamples.Accepted(new(1), "A", "lab") with { DuplicateWindow = TimeSpan.FromDays(1) };
        using (SqliteDatabase old = SqliteDatabase.OpenWriter(folder.JournalFile, 64))
        {
            Schema.Migrate(old, folder, [.. Schema.Scripts.Take(Schema.ControlIds - 1)]);
            Statement row = new(old.Handle, "INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content) VALUES (1, ?, 'p', ?, 'ADT^A01', 'A', ?, '2.5', 3, 0, 1, ?, 1)");
            row.Bind(sample.Channel).Bind(sample.ReceivedAt).Bind(sample.Header.Sender).Bind(System.Security.Cryptography.SHA256.HashData(sample.Content.Span)).Run();
            row.Dispose();
        }

        using RecordedLog log = new();
        await using SqliteJournal journal = new(plain, log);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        Assert.Equal(2, log.Take().Count(line => line.Id == 5065 && line.Text.Contains("up to 1 messages", StringComparison.Ordinal)));
        AppendResult again = await journal.AppendAsync(sample with { Id = journal.NextMessageId() });
        Assert.Equal(new MessageId(1), again.DuplicateOf?.Id);
        Assert.Equal([2, 1], journal.Find(new() { ControlId = "A" }).Select(message => message.Id.Value));
    }

    [Fact]
    public async Task The_check_tells_of_a_message_that_is_not_found_by_its_control_id()
    {
        JournalOptions options = new(_folder.Path("checked"));
        await using (SqliteJournal journal = new(options, NullLoggerFactory.Instance))
        {
            await journal.OpenAsync(_ => { }, CancellationToken.None);
            await Task.WhenAll(Enumerable.Range(1, 3).Select(i => journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), $"{i}", "lab"))));
        }

        SqliteUpkeep upkeep = new(options);
        Assert.Empty(upkeep.Check(CancellationToken.None).Damages);
        using (SqliteDatabase file = SqliteDatabase.OpenWriter(new DataFolder(options.Data).JournalFile, 64))
            file.Execute("INSERT INTO control_id SELECT search_key(control_id), search_key(sha256), id FROM message WHERE id <> 2; UPDATE control_id_slice SET through = 3");
        JournalDamage damage = Assert.Single(upkeep.Check(CancellationToken.None).Damages);
        Assert.Equal(("message", 2L), (damage.What, damage.Number));
        Assert.Contains("control id", damage.Text, StringComparison.Ordinal);
    }

    private static SearchTerms Terms(int message, string? controlId) =>
        new(new(controlId ?? $"C{message}", default), new("S", default), System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes($"bytes {message}")));

    private int? First(int message, string? controlId = null) => (int?)_ids.First(Channel, Terms(message, controlId), 0)?.Message;

    private void Begin()
    {
        _database.Execute("BEGIN IMMEDIATE");
        _ids.Begin();
    }

    private void Commit()
    {
        _ids.WriteDue();
        _database.Execute("COMMIT");
        _ids.Committed();
    }

    private void Commit(IReadOnlyList<int> messages)
    {
        Begin();
        foreach (int message in messages)
            Write(message);
        Commit();
    }

    private void Write(int message, string? controlId = null)
    {
        SearchTerms terms = Terms(message, controlId);
        using Statement row = new(_database.Handle, "INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content) VALUES (?, ?, 'p', ?, 'ADT^A01', ?, ?, '2.5', 3, 0, 1, ?, ?)");
        row.Bind(message).Bind(Channel).Bind(message).Bind(terms.ControlId).Bind(terms.Sender).Bind(terms.Content.Span).Bind(message).Run();
        _ids.Add(message, terms, isDuplicate: false);
    }
}

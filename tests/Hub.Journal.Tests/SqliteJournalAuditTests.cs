using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Upkeep;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps the audit as every journal does, and finds what somebody did to its file.</summary>
public sealed class SqliteJournalAuditTests : JournalAuditContract, IDisposable
{
    private const string MoveTo9 = "UPDATE audit SET id = 9 WHERE id = 2";

    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE audit SET who = 'rhys' WHERE id = 3", 3)]
    [InlineData("UPDATE audit SET at = at + 1 WHERE id = 1", 1)]
    [InlineData("UPDATE audit SET act = 1 WHERE id = 2", 2)]
    [InlineData("UPDATE audit SET origin = '10.0.0.2' WHERE id = 2", 2)]
    [InlineData("UPDATE audit SET channel = 'x' WHERE id = 2", 2)]
    [InlineData("UPDATE audit SET message = 1 WHERE id = 2", 2)]
    [InlineData("UPDATE audit SET text = 'nothing' WHERE id = 4", 4)]
    [InlineData("UPDATE audit SET text = (SELECT text FROM audit WHERE id = 2) WHERE id = 4", 4)]
    [InlineData("UPDATE audit SET reason = '' WHERE id = 4", 4)]
    [InlineData("UPDATE audit SET mac = zeroblob(32) WHERE id = 5", 5)]
    [InlineData("UPDATE audit SET key = '' WHERE id = 5", 5)]
    [InlineData("UPDATE audit SET key = '0123456789abcdef' WHERE id = 5", 5)]
    [InlineData("DELETE FROM audit WHERE id = 1", 1)]
    [InlineData("DELETE FROM audit WHERE id = 3", 3)]
    [InlineData("DELETE FROM audit WHERE id = 3; UPDATE audit SET id = id - 1 WHERE id > 3", 3)]
    [InlineData(MoveTo9 + "; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 9", 2)]
    [InlineData("INSERT INTO audit SELECT 6, at, who, act, origin, channel, message, text, reason, key, mac FROM audit WHERE id = 5", 6)]
    [InlineData("DELETE FROM audit WHERE id = 5", 5)]
    [InlineData("DELETE FROM audit WHERE id > 3", 4)]
    [InlineData("DELETE FROM audit", 1)]
    [InlineData("DROP TABLE audit", 1)]
    public async Task The_first_record_that_is_not_as_it_was_written_is_named(string change, long bad)
    {
        await FillAsync();
        Assert.True(Journal.VerifyAudit([], CancellationToken.None).IsWhole);
        Change(change);

        await using IJournalReader reader = OpenReader();
        AuditReport report = reader.VerifyAudit([], CancellationToken.None);

        Assert.Equal(bad, report.FirstBad);
        Assert.NotEmpty(report.Problem);
        JournalDamage damage = new SqliteUpkeep(new(Data)).Check(CancellationToken.None).Damages.Single(damage => damage.What == "audit");
        Assert.Equal(bad, damage.Number);
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_with_the_head_beside_the_keys_is_found_by_a_head_that_somebody_kept()
    {
        await FillAsync();
        AuditHead kept = Journal.ReadAuditHead()!;
        Change("DELETE FROM audit WHERE id > 3");
        foreach (string file in Directory.GetFiles(_folder.Path("data.keys"), "*.head"))
            File.Delete(file);

        await using IJournalReader reader = OpenReader();
        Assert.True(reader.VerifyAudit([], CancellationToken.None).IsWhole);
        Assert.Equal(4, reader.VerifyAudit([kept], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task A_cut_tail_is_told_when_the_audit_goes_on_and_is_found_for_ever()
    {
        string data = _folder.Path("other");
        using RecordedLog log = new();
        await using (SqliteJournal before = new(data, log))
        {
            await before.OpenAsync(_ => { }, CancellationToken.None);
            for (int i = 0; i < 5; i++)
                await before.AppendAsync(Record("mair", AuditAct.LoggedIn));
            before.Writer.BeforeNextBatch = database => database.Execute("DELETE FROM audit WHERE id > 3");
            await before.AppendAsync(new AccessChanged(AccessKind.Account, "x", "{}"));
        }

        Assert.DoesNotContain(log.Take(), line => line.Id == 7003);
        await using SqliteJournal journal = new(data, log);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        for (int i = 0; i < 4; i++)
            await journal.AppendAsync(Record("rhys", AuditAct.LoggedIn));

        Assert.Contains("5", Assert.Single(log.Take(), line => line.Id == 7003).Text, StringComparison.Ordinal);
        Assert.Equal(5, journal.VerifyAudit([], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task A_cut_while_the_hub_runs_is_told_too()
    {
        using RecordedLog log = new();
        await using SqliteJournal journal = new(_folder.Path("other"), log);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        await journal.AppendAsync(Record("mair", AuditAct.LoggedIn));
        await journal.AppendAsync(Record("mair", AuditAct.LoggedOut));
        journal.Writer.BeforeNextBatch = database => database.Execute("DELETE FROM audit WHERE id = 2");
        await journal.AppendAsync(Record("rhys", AuditAct.LoggedIn));

        Assert.Single(log.Take(), line => line.Id == 7003);
        Assert.Equal(2, journal.VerifyAudit([], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task A_new_key_goes_on_with_the_chain()
    {
        await FillAsync();
        await ((SqliteJournal)Journal).RotateKeyAsync();
        await Journal.AppendAsync(Record("mair", AuditAct.Changed));
        Assert.Equal((6, 0), (Journal.VerifyAudit([], CancellationToken.None).Records, Journal.VerifyAudit([], CancellationToken.None).Unkeyed));
        Change("DELETE FROM audit WHERE id > 4");

        await using IJournalReader reader = OpenReader();
        Assert.Equal(5, reader.VerifyAudit([], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task A_journal_without_a_key_says_so_and_shows_changes_that_nobody_hid()
    {
        string data = _folder.Path("plain");
        await using (SqliteJournal plain = new(new JournalOptions(data) { Encrypts = false }, NullLoggerFactory.Instance))
        {
            await plain.OpenAsync(_ => { }, CancellationToken.None);
            await plain.AppendAsync(Record("mair", AuditAct.LoggedIn));
            await plain.AppendAsync(Record("mair", AuditAct.LoggedOut));
            AuditReport whole = plain.VerifyAudit([], CancellationToken.None);
            Assert.Equal((2, 2, 0), (whole.Records, whole.Unkeyed, whole.FirstBad));
        }

        using (SqliteDatabase database = SqliteDatabase.OpenWriter(Path.Combine(data, "journal.db"), 64))
            database.Execute("DELETE FROM audit WHERE id = 2");
        await using IJournalReader reader = SqliteJournal.OpenReader(data);
        Assert.Equal(2, reader.VerifyAudit([], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task What_was_searched_and_what_is_kept_for_access_stands_readable_in_no_file()
    {
        await Journal.AppendAsync(Record("mair", AuditAct.Searched) with { Text = "patient Zimmermannova", Reason = "because of Zimmermannova" });
        await Journal.AppendAsync(new AccessChanged(AccessKind.Account, "mair", "Zimmermannova"));
        foreach (string file in Directory.GetFiles(Data, "journal.db*"))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using MemoryStream copy = new();
            await stream.CopyToAsync(copy);
            Assert.True(copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes("Zimmermannova")) < 0, file);
        }
    }

    [Fact]
    public async Task A_restored_journal_lets_in_nobody_who_was_logged_in_and_no_token_that_may_be_revoked()
    {
        await FillAsync();
        foreach (AccessKind kind in new[] { AccessKind.Session, AccessKind.Token, AccessKind.Account })
            await Journal.AppendAsync(new AccessChanged(kind, "mair", "{}"));

        JournalOptions restored = await RestoreAsync();

        await using IJournalReader reader = SqliteJournal.OpenReader(restored);
        Assert.Empty(reader.ReadAccess(AccessKind.Session));
        Assert.Empty(reader.ReadAccess(AccessKind.Token));
        Assert.Single(reader.ReadAccess(AccessKind.Account));
    }

    [Fact]
    public async Task A_restore_is_in_the_audit_and_explains_what_is_missing_and_nothing_else()
    {
        await FillAsync();
        AuditHead kept = null!;
        JournalOptions restored = await RestoreAsync(async () =>
        {
            for (int i = 0; i < 3; i++)
                await Journal.AppendAsync(Record("mair", AuditAct.Changed));
            kept = Journal.ReadAuditHead()!;
        });

        AuditReport report;
        await using (IJournalReader reader = SqliteJournal.OpenReader(restored))
        {
            report = reader.VerifyAudit([kept], CancellationToken.None);
            Assert.True(report.IsWhole, report.Problem);
            Assert.True(reader.VerifyAudit([], CancellationToken.None).IsWhole);
            // Of before the backup, or of nowhere: nothing explains these.
            Assert.Equal(7, reader.VerifyAudit([new(8, new string('0', 64))], CancellationToken.None).FirstBad);
            Assert.Contains("restored from a backup of", reader.VerifyAudit([new(8, new string('0', 64))], CancellationToken.None).Problem, StringComparison.Ordinal);
            Assert.Equal(3, reader.VerifyAudit([new(3, new string('0', 64))], CancellationToken.None).FirstBad);
        }

        StoredAudit said = Assert.Single(report.Restores);
        Assert.Equal((6, AuditAct.Restored, "local"), (said.Id, said.Record.Act, said.Record.Who));
        Assert.Contains("restored from a backup of 2026-03-02", said.Record.Text, StringComparison.Ordinal);
        Assert.Contains(kept.ToString(), said.Record.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_journal_goes_on_without_an_alarm_and_a_tail_that_is_cut_off_then_is_found()
    {
        await FillAsync();
        JournalOptions restored = await RestoreAsync(() => Journal.AppendAsync(Record("mair", AuditAct.Changed)));
        using RecordedLog log = new();
        await using (SqliteJournal next = new(restored, log))
        {
            await next.OpenAsync(_ => { }, CancellationToken.None);
            for (int i = 0; i < 4; i++)
                await next.AppendAsync(Record("rhys", AuditAct.Changed));
            Assert.True(next.VerifyAudit([], CancellationToken.None).IsWhole);
        }

        Assert.DoesNotContain(log.Take(), line => line.Id == 7003);
        using (SqliteDatabase database = SqliteDatabase.OpenWriter(Path.Combine(restored.Data, "journal.db"), 64))
            database.Execute("DELETE FROM audit WHERE id > 8");
        await using IJournalReader reader = SqliteJournal.OpenReader(restored);
        Assert.Equal(9, reader.VerifyAudit([], CancellationToken.None).FirstBad);
    }

    [Fact]
    public async Task A_restore_to_try_a_backup_leaves_the_journal_of_the_running_hub_whole()
    {
        await FillAsync();
        JournalOptions restored = await RestoreAsync(() => Journal.AppendAsync(Record("mair", AuditAct.Changed)));
        Assert.True(Journal.VerifyAudit([], CancellationToken.None).IsWhole);
        await using (IJournalReader tried = SqliteJournal.OpenReader(restored))
            Assert.True(tried.VerifyAudit([], CancellationToken.None).IsWhole);

        await Journal.AppendAsync(Record("mair", AuditAct.Changed));
        Assert.True(Journal.VerifyAudit([], CancellationToken.None).IsWhole);
    }

    private async Task<JournalOptions> RestoreAsync(Func<Task>? after = null)
    {
        string backup = new SqliteUpkeep(new(Data)).Backup(_folder.Path("backup.db"), CancellationToken.None).File;
        await (after?.Invoke() ?? Task.CompletedTask);
        JournalOptions restored = new(_folder.Path("restored")) { Keys = _folder.Path("data.keys") };
        Assert.True(new SqliteUpkeep(restored).Restore(backup, UnsentMode.Park, allowsDamage: false, CancellationToken.None).IsRestored);
        return restored;
    }

    protected override IJournal Create() => new SqliteJournal(Data, NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(Data);

    private async Task FillAsync()
    {
        for (int i = 1; i <= 5; i++)
            await Journal.AppendAsync(Record("mair", AuditAct.SawContent) with { At = JournalSamples.Time.AddMinutes(i), Message = new(i), Text = $"message {i}", Reason = "asked" });
    }

    private void Change(string script)
    {
        using SqliteDatabase database = SqliteDatabase.OpenWriter(Path.Combine(Data, "journal.db"), 64);
        database.Execute(script);
    }
}

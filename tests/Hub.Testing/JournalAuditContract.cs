using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about the audit and what is kept for access.</summary>
public abstract class JournalAuditContract : JournalContractBase
{
    [Fact]
    public async Task Records_are_numbered_from_one_and_found_by_everything_they_say()
    {
        AuditRecord seen = Record("mair", AuditAct.SawContent) with { Channel = "adt", Message = new(17), Text = "message 17", Reason = "asked by the ward", From = "10.0.0.1" };
        await Journal.AppendAsync(seen);
        await Journal.AppendAsync(Record("rhys", AuditAct.Searched) with { At = JournalSamples.Time.AddHours(1) });
        await Journal.AppendAsync(Record("mair", AuditAct.Replayed) with { At = JournalSamples.Time.AddHours(2), Message = new(18) });

        Assert.Equal([3, 2, 1], Numbers(new()));
        Assert.Equal(seen, Journal.FindAudit(new() { Message = new(17) }).Single().Record);
        Assert.Equal([3, 1], Numbers(new() { Who = "mair" }));
        Assert.Equal([2], Numbers(new() { Act = AuditAct.Searched }));
        Assert.Equal([1], Numbers(new() { Channel = "adt" }));
        Assert.Equal([1], Numbers(new() { Channels = ["lab", "adt"] }));
        Assert.Equal([3, 2], Numbers(new() { Channels = ["lab", ""] }));
        Assert.Empty(Numbers(new() { Channels = ["lab"], Channel = "adt" }));
        Assert.Equal([1], Numbers(new() { Channels = ["adt"], Message = new(17) }));
        Assert.Empty(Numbers(new() { Channels = ["lab"], Message = new(17) }));
        Assert.Equal([3, 2], Numbers(new() { Since = JournalSamples.Time.AddHours(1) }));
        Assert.Equal([1], Numbers(new() { Until = JournalSamples.Time.AddHours(1) }));
        Assert.Equal([2, 1], Numbers(new() { Before = 3 }));
        Assert.Equal([3], Numbers(new() { Limit = 1 }));
        Assert.Empty(Numbers(new() { Message = new(17), Who = "rhys" }));
        Assert.Equal([2, 3], Journal.ReadAudit(1, 10).Select(stored => stored.Id));
    }

    [Fact]
    public async Task The_chain_is_whole_over_restarts_and_ends_at_its_head()
    {
        Assert.Null(Journal.ReadAuditHead());
        await Journal.AppendAsync(Record("mair", AuditAct.LoggedIn));
        AuditHead first = Journal.ReadAuditHead()!;
        await RestartAsync();
        await Journal.AppendAsync(Record("mair", AuditAct.LoggedOut));

        AuditReport report = Journal.VerifyAudit([first], CancellationToken.None);

        Assert.Equal((2, 0, ""), (report.Records, report.FirstBad, report.Problem));
        Assert.Equal(Journal.ReadAuditHead(), report.Head);
        Assert.Equal(2, report.Head!.Number);
        Assert.Equal(first, AuditHead.Parse(first.ToString()));
    }

    [Fact]
    public async Task A_head_of_another_chain_is_told()
    {
        await Journal.AppendAsync(Record("mair", AuditAct.LoggedIn));
        AuditReport other = Journal.VerifyAudit([new(1, new('0', 64))], CancellationToken.None);
        AuditReport later = Journal.VerifyAudit([new(5, new('0', 64))], CancellationToken.None);
        Assert.Equal((1, 2), (other.FirstBad, later.FirstBad));
    }

    [Fact]
    public async Task Values_for_access_are_kept_changed_from_the_version_that_was_read_and_removed()
    {
        await Journal.AppendAsync(new AccessChanged(AccessKind.Account, "mair", "one") { Version = 0 });
        await Journal.AppendAsync(new AccessChanged(AccessKind.Token, "mair", "other"));
        await Assert.ThrowsAsync<AccessConflictException>(() => Journal.AppendAsync(new AccessChanged(AccessKind.Account, "mair", "lost") { Version = 0 }));
        await Journal.AppendAsync(new AccessChanged(AccessKind.Account, "mair", "two") { Version = 1 });
        await RestartAsync();

        Assert.Equal(new(AccessKind.Account, "mair", 2, "two"), Journal.ReadAccess(AccessKind.Account).Single());
        await Journal.AppendAsync(new AccessChanged(AccessKind.Account, "mair", null));
        Assert.Empty(Journal.ReadAccess(AccessKind.Account, "mair"));
        Assert.Single(Journal.ReadAccess(AccessKind.Token, "mair"));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(new AccessChanged(AccessKind.Account, "", "x")));
    }

    /// <summary>A record of somebody.</summary>
    protected static AuditRecord Record(string who, AuditAct act) => new() { At = JournalSamples.Time, Who = who, Act = act };

    private IEnumerable<long> Numbers(AuditQuery query) => Journal.FindAudit(query).Select(stored => stored.Id);
}

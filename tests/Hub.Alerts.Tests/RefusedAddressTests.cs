using Hub.Alerts.Config;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>A mail server that does not know one of two addresses: who got the mail gets it once, and the other is tried again and told of.</summary>
public sealed class RefusedAddressTests
{
    [SkippableFact]
    public async Task One_refused_address_of_two_is_tried_again_alone()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(IncidentTests.Rules("\"to\": [\"nobody@hospital.example\", \"team@hospital.example\"], \"closeAfterMinutes\": 600"), AlertSite.Picky);
        await site.SendAsync("2.3");

        Assert.Equal(["team@hospital.example"], (await site.Smtp.NextAsync()).To);
        for (int tries = 1; tries <= 3; tries++)
        {
            await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10) is [{ } mail] && mail.Attempts >= tries);
            site.Time.Advance(TimeSpan.FromMinutes(15));
        }

        OutgoingMail left = Assert.Single(site.Hub.Journal.ReadMails(null, null, 10));
        Assert.Equal(["nobody@hospital.example"], left.To);
        Assert.Contains("no such user", left.Reason, StringComparison.Ordinal);
        Assert.Empty(await site.StopMailAsync());
    }

    [SkippableFact]
    public async Task A_mail_to_try_names_who_did_not_get_it_and_goes_to_nobody_twice()
    {
        Require();
        await using SmtpPeer first = await SmtpPeer.StartAsync();
        await using SmtpPeer second = await SmtpPeer.StartAsync();
        using TestFolder folder = new();
        folder.Write("alerts/mail.json", $$"""
            { "servers": [{ "host": "127.0.0.1", "port": {{first.Port}} }, { "host": "127.0.0.1", "port": {{second.Port}} }], "from": "hub@hospital.example", "to": ["team@hospital.example", "nobody@hospital.example"] }
            """);

        CommandResult tried = await HubProcess.RunAsync(new HubSurroundings(), "alerts", "test", "--alerts", folder.Path("alerts"), "--secrets", folder.Path("secrets"));

        Assert.NotEqual(0, tried.Exit);
        Assert.Contains("nobody@hospital.example did not get the mail", tried.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("No server took the mail", tried.Output, StringComparison.Ordinal);
        Assert.Equal(["team@hospital.example"], Assert.Single(await first.EndAsync()).To);
        Assert.Empty(await second.EndAsync());
    }

    [SkippableFact]
    public async Task Who_was_told_that_the_journal_is_in_trouble_is_not_told_again_because_another_address_is_refused()
    {
        Require();
        await using SmtpPeer smtp = await SmtpPeer.StartAsync();
        using TestFolder folder = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        MailConfig mail = new() { Servers = [new() { Host = "127.0.0.1", Port = smtp.Port }], From = "hub@hospital.example", To = ["team@hospital.example", "nobody@hospital.example"] };
        ManualTime time = new();
        await using Alerter alerter = new(journal, new(mail, (_, _, _) => { }, [], TimeZoneInfo.Utc), _ => null, time, NullLogger<Alerter>.Instance);
        HubEvent trouble = new() { Kind = EventKind.JournalFault, At = time.GetUtcNow() };

        await alerter.TellDirectlyAsync(trouble, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        await alerter.TellDirectlyAsync(trouble, CancellationToken.None);

        Assert.Equal(["team@hospital.example"], Assert.Single(await smtp.EndAsync()).To);
    }

    [SkippableFact]
    public async Task A_rule_that_is_silent_holds_for_a_journal_in_trouble_too()
    {
        Require();
        await using SmtpPeer smtp = await SmtpPeer.StartAsync();
        using TestFolder folder = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        MailConfig mail = new() { Servers = [new() { Host = "127.0.0.1", Port = smtp.Port }], From = "hub@hospital.example", To = ["team@hospital.example"] };
        AlertsConfig rules = new() { Rules = [new() { Id = "quiet", Kinds = [EventKind.JournalFault], Silent = true }] };
        ManualTime time = new();
        await using Alerter alerter = new(journal, new(mail, (_, _, _) => { }, [new(rules, (_, _, _) => { })], TimeZoneInfo.Utc), _ => null, time, NullLogger<Alerter>.Instance);

        await alerter.TellDirectlyAsync(new() { Kind = EventKind.JournalFault, At = time.GetUtcNow() }, CancellationToken.None);
        await alerter.TellDirectlyAsync(new() { Kind = EventKind.Disk, At = time.GetUtcNow() }, CancellationToken.None);

        Assert.Contains("disk nearly full", Assert.Single(await smtp.EndAsync()).Subject, StringComparison.Ordinal);
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}

using System.Globalization;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>From an error to a mail, through a whole Hub and a real mail server.</summary>
public sealed class IncidentTests
{
    [SkippableFact]
    public async Task An_error_is_mailed_at_once_with_its_cause_ids_and_runbook()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.SendAsync("2.3");

        ReceivedMail mail = await site.Smtp.NextAsync();

        Assert.Equal("hub@hospital.example", mail.From);
        Assert.Equal(["team@hospital.example"], mail.To);
        Assert.Equal("Hub: messages rejected, adt [incident 1]", mail.Subject);
        Assert.Contains("New: messages rejected, adt", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Cause:        203 MSH-12", mail.Text, StringComparison.Ordinal);
        Assert.Contains("hub show 1", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Call the ward desk.\nThen call <integration>.", mail.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Then call &lt;integration&gt;.", mail.Html, StringComparison.Ordinal);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
    }

    [SkippableFact]
    public async Task Seven_hundred_failures_of_one_cause_are_one_thread_of_mails()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.SendAsync("2.3");
        ReceivedMail first = await site.Smtp.NextAsync();
        await site.SendAsync("2.3", 699);
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 700 }]);
        site.Time.Advance(TimeSpan.FromMinutes(29));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 701 }]);
        site.Time.Advance(TimeSpan.FromMinutes(29));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 702 }]);
        site.Time.Advance(TimeSpan.FromMinutes(2));
        ReceivedMail digest = await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromMinutes(28));
        ReceivedMail over = await site.Smtp.NextAsync();

        Assert.Contains("Still, 702 times so far", digest.Text, StringComparison.Ordinal);
        Assert.Contains("Over: messages rejected, adt", over.Text, StringComparison.Ordinal);
        Assert.Contains("after 1 hours 28 minutes", over.Text, StringComparison.Ordinal);
        Assert.Equal($"Re: {first.Subject}", digest.Subject);
        foreach (ReceivedMail later in new[] { digest, over })
        {
            Assert.Equal(first.Headers["Message-ID"], later.Headers["References"]);
            Assert.Equal(first.Headers["Message-ID"], later.Headers["In-Reply-To"]);
        }

        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 3);
        Assert.Empty(await site.StopMailAsync());
    }

    [SkippableFact]
    public async Task A_mail_waits_for_its_server_over_a_restart()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.StopMailAsync();
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10) is [{ Attempts: 1, Reason: not null }]);
        await site.RestartAsync();
        await site.StartMailAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));

        ReceivedMail mail = await site.Smtp.NextAsync();

        Assert.Contains("New: messages rejected", mail.Text, StringComparison.Ordinal);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10) is [{ Attempts: 2 }]);
    }

    [SkippableFact]
    public async Task Nobody_is_told_more_of_what_somebody_has_taken_on_until_it_is_over()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(Rules("\"digestMinutes\": 10, \"escalateAfterMinutes\": 5, \"escalateTo\": [\"boss@hospital.example\"]"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        site.Time.Advance(TimeSpan.FromMinutes(20));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 2 }]);
        site.Time.Advance(TimeSpan.FromMinutes(30));

        ReceivedMail over = await site.Smtp.NextAsync();

        Assert.Contains("Over:", over.Text, StringComparison.Ordinal);
        Assert.Contains("Taken on by:  tester", over.Text, StringComparison.Ordinal);
        Assert.Equal(["team@hospital.example"], over.To);
    }

    [SkippableFact]
    public async Task What_has_nobody_to_be_told_first_is_told_to_those_it_escalates_to()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync("""
            { "groups": { "nobody": [] }, "rules": [{ "id": "all", "to": ["nobody"], "escalateAfterMinutes": 5, "escalateTo": ["boss@hospital.example"] }] }
            """, AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 1);
        site.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["boss@hospital.example"], (await site.Smtp.NextAsync()).To);
    }

    [SkippableFact]
    public async Task What_nobody_takes_on_is_told_to_others_who_hear_of_its_end_too()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(Rules("\"escalateAfterMinutes\": 5, \"escalateTo\": [\"boss@hospital.example\"]"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromMinutes(5));
        ReceivedMail escalated = await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromMinutes(30));
        ReceivedMail over = await site.Smtp.NextAsync();

        Assert.Equal(["boss@hospital.example"], escalated.To);
        Assert.Contains("Nobody has taken this on", escalated.Text, StringComparison.Ordinal);
        Assert.Equal(["boss@hospital.example", "team@hospital.example"], over.To.Order());
    }

    [SkippableFact]
    public async Task Nothing_is_mailed_about_a_muted_incident_until_the_mute_ends()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(Rules("\"digestMinutes\": 10, \"closeAfterMinutes\": 600"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        await site.Hub.OperateAsync(1, IncidentOperation.Mute);
        await site.SendAsync("2.3", 5);
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 6 }]);
        site.Time.Advance(TimeSpan.FromMinutes(239));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Mails: 1 }]);
        site.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("Still, 6 times", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_is_told_goes_by_kind_channel_group_and_hours()
    {
        Require();
        // It is Sunday, 12:00 UTC: the day shift begins on Monday at 08:00 in London.
        await using AlertSite site = await AlertSite.StartAsync("""
            {
              "calendars": [{ "id": "day", "timeZone": "Europe/London", "days": ["mon", "tue"], "from": "08:00", "to": "18:00" }],
              "contacts": [{ "id": "night", "address": "night@hospital.example" }, { "id": "desk", "address": "desk@hospital.example", "hours": "day" }],
              "groups": { "everyone": ["desk", "night"] },
              "rules": [
                { "id": "other", "channels": ["lab"], "to": ["lab@hospital.example"] },
                { "id": "working-hours", "kinds": ["rejected"], "during": "day", "to": ["desk"] },
                { "id": "rejected", "kinds": ["rejected"], "to": ["everyone"], "closeAfterMinutes": 2000, "digestMinutes": 5000 }
              ]
            }
            """, AlertSite.Picky);
        await site.SendAsync("2.3");

        Assert.Equal(["night@hospital.example"], (await site.Smtp.NextAsync()).To);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);
        OutgoingMail waiting = Assert.Single(site.Hub.Journal.ReadMails(MailState.Queued, null, 10));
        Assert.Equal(DateTimeOffset.Parse("2026-03-02T08:00:00Z", CultureInfo.InvariantCulture), waiting.DueAt);
        site.Time.Advance(TimeSpan.FromHours(20));
        Assert.Equal(["desk@hospital.example"], (await site.Smtp.NextAsync()).To);
    }

    [SkippableFact]
    public async Task Without_a_mail_server_incidents_are_kept_and_the_log_says_once_that_nobody_is_mailed()
    {
        Require();
        using RecordedLog log = new();
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using HubHost hub = await HubHost.StartAsync(folder, new ManualTime(), log, AlertSite.Picky);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A", version: "2.3"));
        await hub.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Rejected }]);
        await hub.StopAsync();

        string line = Assert.Single(log.Take(), line => line.Id == 6005).Text;
        Assert.Contains("alerts/mail.json", line, StringComparison.Ordinal);
    }

    internal static string Rules(string members) => $$"""{ "rules": [{ "id": "all", {{members}} }] }""";

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}

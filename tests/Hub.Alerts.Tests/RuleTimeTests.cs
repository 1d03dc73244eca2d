using Hub.Alerts.Config;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>When somebody is told: after a while, of what nobody took on, out of hours, and after the Hub was down.</summary>
public sealed class RuleTimeTests
{
    [SkippableFact]
    public async Task A_single_event_that_nobody_takes_on_is_told_to_others_though_it_would_be_over_by_then()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(
            IncidentTests.Rules("\"escalateAfterMinutes\": 30, \"escalateTo\": [\"boss@hospital.example\"], \"closeAfterMinutes\": 30"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromMinutes(30));
        ReceivedMail escalated = await site.Smtp.NextAsync();
        Assert.Equal(["boss@hospital.example"], escalated.To);
        Assert.Contains("Nobody has taken this on", escalated.Text, StringComparison.Ordinal);

        // Whoever was called gets the same time to take it on.
        site.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Contains("Over:", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_somebody_took_on_is_over_in_its_time_and_told_to_nobody_else()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(
            IncidentTests.Rules("\"escalateAfterMinutes\": 60, \"escalateTo\": [\"boss@hospital.example\"], \"closeAfterMinutes\": 30"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        site.Time.Advance(TimeSpan.FromMinutes(30));

        ReceivedMail over = await site.Smtp.NextAsync();

        Assert.Contains("Over:", over.Text, StringComparison.Ordinal);
        Assert.Equal(["team@hospital.example"], over.To);
    }

    [SkippableFact]
    public async Task Others_are_called_in_their_time_though_the_first_are_told_in_the_morning()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(
            """
            {
              "calendars": [{ "id": "day", "from": "08:00", "to": "17:00" }], "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "day" }],
              "rules": [{ "id": "all", "to": ["desk"], "digestMinutes": 60, "escalateAfterMinutes": 120, "escalateTo": ["boss@hospital.example"] }]
            }
            """,
            AlertSite.Picky);
        site.Time.Leap(new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero) - site.Time.GetUtcNow());
        for (int sent = 1; sent <= 2; sent++)
        {
            await site.SendAsync("2.3");
            await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Mails: 1 } found] && found.Count == sent);
            site.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(["boss@hospital.example"], (await site.Smtp.NextAsync()).To);
    }

    [SkippableFact]
    public async Task What_there_was_nobody_to_call_for_is_escalated_once_there_is_somebody()
    {
        Require();
        string rules = """{ "groups": { "bosses": [] }, "rules": [{ "id": "all", "escalateAfterMinutes": 10, "escalateTo": ["bosses"], "closeAfterMinutes": 600 }] }""";
        await using AlertSite site = await AlertSite.StartAsync(rules, AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromMinutes(11));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 2 }]);
        Assert.Null(Assert.Single(site.Hub.Journal.FindIncidents(new())).EscalatedAt);

        await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", rules.Replace("[]", "[\"boss@hospital.example\"]", StringComparison.Ordinal)));

        ReceivedMail escalated = await site.Smtp.NextAsync();
        Assert.Equal(["boss@hospital.example"], escalated.To);
        Assert.Contains("Nobody has taken this on", escalated.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Only_what_lasts_for_afterMinutes_is_mailed()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(IncidentTests.Rules("\"afterMinutes\": 10, \"closeAfterMinutes\": 8"), AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 1);
        site.Time.Advance(TimeSpan.FromMinutes(8));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ ClosedAt: not null, Mails: 0 }]);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 2);
        site.Time.Advance(TimeSpan.FromMinutes(7));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 2, Mails: 0 }, _]);
        site.Time.Advance(TimeSpan.FromMinutes(3));

        ReceivedMail mail = await site.Smtp.NextAsync();

        Assert.Contains("[incident 2]", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("New:", mail.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Out_of_hours_one_mail_of_an_incident_waits_and_not_one_for_each_hour()
    {
        Require();
        // It is Sunday, 12:00.
        await using AlertSite site = await AlertSite.StartAsync("""
            {
              "calendars": [{ "id": "day", "timeZone": "Europe/London", "days": ["mon"], "from": "08:00", "to": "18:00" }],
              "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "day" }],
              "rules": [{ "id": "all", "to": ["desk", "night@hospital.example"], "digestMinutes": 60, "closeAfterMinutes": 600 }]
            }
            """, AlertSite.Picky);
        for (int hour = 1; hour <= 5; hour++)
        {
            await site.SendAsync("2.3");
            await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ } incident] && incident.Count == hour);
            Assert.Equal(["night@hospital.example"], (await site.Smtp.NextAsync()).To);
            site.Time.Advance(TimeSpan.FromMinutes(60));
        }

        Assert.Equal(["desk@hospital.example"], Assert.Single(site.Hub.Journal.ReadMails(MailState.Queued, null, 100)).To);
    }

    [Fact]
    public async Task An_event_of_before_the_Hub_was_killed_has_its_own_time_and_is_told_all_the_same()
    {
        using TestFolder folder = new();
        await using IJournal journal = await OpenAsync(folder);
        ManualTime time = new();
        await using Alerter alerter = Make(journal, new() { Id = "all", EscalateAfterMinutes = 20, EscalateTo = ["boss@hospital.example"] }, time);
        DateTimeOffset happened = time.GetUtcNow().AddHours(-3);
        await journal.AppendAsync(new EventRaised(new() { Kind = EventKind.Rejected, Channel = "adt", At = happened }));

        await alerter.StepAsync();

        Incident incident = Assert.Single(journal.FindIncidents(new()));
        Assert.Equal((happened, happened, 1, (DateTimeOffset?)null), (incident.OpenedAt, incident.LastAt, incident.Mails, incident.ClosedAt));
        Assert.Contains("First:        2026-03-01 09:00:00", Assert.Single(journal.ReadMails(null, null, 10)).Text, StringComparison.Ordinal);
        // Whoever was told only now gets the whole time to take it on.
        Assert.Equal(time.GetUtcNow().AddMinutes(20), await alerter.StepAsync());
        time.Advance(TimeSpan.FromMinutes(20));
        await alerter.StepAsync();
        Assert.Equal(["boss@hospital.example"], journal.ReadMails(null, null, 10)[0].To);
    }

    [Theory]
    [InlineData(0, 0, new[] { "New", "Over" })]
    [InlineData(0, 2, new[] { "New", "Over" })]
    [InlineData(2, 2, new[] { "New", "Over" })]
    [InlineData(5, 2, new string[0])]
    public async Task What_began_and_ended_before_it_was_looked_at_is_told_when_it_lasted_for_the_time_of_its_rule(int after, int minutes, string[] told)
    {
        using TestFolder folder = new();
        await using IJournal journal = await OpenAsync(folder);
        ManualTime time = new();
        await using Alerter alerter = Make(journal, new() { Id = "all", AfterMinutes = after }, time);
        HubEvent began = new() { Kind = EventKind.JournalFault, Lasts = true, At = time.GetUtcNow() };
        await journal.AppendAsync(new EventRaised(began));
        await journal.AppendAsync(new EventRaised(began with { IsEnd = true, Lasts = false, At = began.At.AddMinutes(minutes) }));
        time.Advance(TimeSpan.FromMinutes(10));

        await alerter.StepAsync();

        Assert.NotNull(Assert.Single(journal.FindIncidents(new())).ClosedAt);
        Assert.Equal(told, journal.ReadMails(null, null, 10).Reverse().Select(mail => mail.Text.Split(':')[0]));
    }

    private static async Task<IJournal> OpenAsync(TestFolder folder)
    {
        IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }

    private static Alerter Make(IJournal journal, RuleConfig rule, ManualTime time)
    {
        MailConfig mail = new() { Servers = [new() { Host = "127.0.0.1" }], From = "hub@hospital.example", To = ["team@hospital.example"] };
        return new(journal, new(mail, (_, _, _) => { }, [new(new() { Rules = [rule] }, (_, _, _) => { })], TimeZoneInfo.Utc), _ => null, time, NullLogger<Alerter>.Instance);
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}

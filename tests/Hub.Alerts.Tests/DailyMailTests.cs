using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>The mails of each day, and what is watched beside errors.</summary>
public sealed class DailyMailTests
{
    [SkippableFact]
    public async Task A_mail_a_day_says_that_the_Hub_lives_also_over_restarts()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync("""{ "heartbeat": { "at": "12:30", "to": ["watch@hospital.example"] } }""", AlertSite.Picky);
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(30));
        await site.Hub.MinuteAsync();
        ReceivedMail mail = await site.Smtp.NextAsync();
        Assert.Equal("Hub: alive on 2026-03-01", mail.Subject);
        Assert.Equal(["watch@hospital.example"], mail.To);
        Assert.Contains("Open incidents: 0", mail.Text, StringComparison.Ordinal);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);
        await site.RestartAsync();
        await site.Hub.MinuteAsync();
        site.Time.Leap(TimeSpan.FromHours(24));
        await site.Hub.MinuteAsync();
        Assert.Equal("Hub: alive on 2026-03-02", (await site.Smtp.NextAsync()).Subject);
    }

    [SkippableFact]
    public async Task A_mail_of_the_day_waits_for_the_hours_of_its_contact_and_none_is_for_nobody()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(
            """
            {
              "calendars": [{ "id": "later", "timeZone": "UTC", "from": "13:00", "to": "18:00" }], "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "later" }], "groups": { "nobody": [] },
              "heartbeat": { "at": "12:00", "to": ["desk", "always@hospital.example"] }, "dailyStatistics": { "at": "12:00", "to": ["nobody"] }
            }
            """,
            AlertSite.Picky);
        await site.Hub.MinuteAsync();
        Assert.Equal(["always@hospital.example"], (await site.Smtp.NextAsync()).To);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);
        OutgoingMail waiting = Assert.Single(((IJournalReader)site.Hub.Journal).ReadMails(MailState.Queued, null, 10));
        Assert.Equal(("desk@hospital.example", 13), (Assert.Single(waiting.To), waiting.DueAt.Hour));
        site.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Hub: alive on 2026-03-01", (await site.Smtp.NextAsync()).Subject);
    }

    [SkippableFact]
    public async Task A_mail_a_day_has_the_numbers_of_the_day_before()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync("""{ "dailyStatistics": { "at": "07:00" }, "rules": [{ "id": "none", "silent": true }] }""", AlertSite.Picky);
        // Of the day before the Hub was started there is nothing.
        await site.Hub.MinuteAsync();
        await site.Smtp.NextAsync();
        await site.SendAsync("2.5", 3);
        await site.SendAsync("2.3");
        site.Time.Advance(TimeSpan.FromHours(20));
        await site.Hub.MinuteAsync();
        ReceivedMail mail = await site.Smtp.NextAsync();
        Assert.Equal("Hub: numbers of 2026-03-01", mail.Subject);
        Assert.Matches(@"adt: 4 received, 1 rejected, [^\n]*, there [0-9]+\.[0-9]{3}% of the last 30 days", mail.Text);
    }

    [SkippableFact]
    public async Task A_silent_feed_is_told_and_so_is_its_end()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync("""{ "watches": [{ "on": "silence", "minutes": 10 }] }""", AlertSite.Picky);
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(9));
        await site.Hub.MinuteAsync();
        Assert.Empty(site.Hub.Journal.FindIncidents(new()));
        site.Time.Advance(TimeSpan.FromMinutes(2));
        await site.Hub.MinuteAsync();
        Assert.Contains("Nothing has come in for 10 minutes.", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        await site.Hub.MinuteAsync();
        Assert.Contains("Over: feed is silent, adt", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Metrics_count_what_the_Hub_did()
    {
        await using HubHost hub = await HubHost.StartAsync(AlertSite.Picky);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A"));
        await sender.SendAsync(Samples.Adt("B", version: "2.3"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        using HttpClient client = new();
        string page = await client.GetStringAsync(new Uri($"{hub.AdminUrl}/metrics"));
        Assert.Contains("# TYPE hub_messages_received_total counter\nhub_messages_received_total{channel=\"adt\"} 2\n", page, StringComparison.Ordinal);
        Assert.Contains("hub_messages_rejected_total{channel=\"adt\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("hub_deliveries_delivered_total{channel=\"adt\",destination=\"files\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("hub_delivery_latency_seconds_bucket{channel=\"adt\",destination=\"files\",le=\"+Inf\"} 1\n", page, StringComparison.Ordinal);
    }
}

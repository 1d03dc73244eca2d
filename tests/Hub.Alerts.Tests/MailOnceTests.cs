using Hub.Contracts;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Alerts.Tests;

/// <summary>A mail that a server took leaves once, and a call that a party took, though the journal cannot keep that for a while.</summary>
public sealed class MailOnceTests
{
    private const string Webhook = """{ "url": "http://127.0.0.1:{port}/hub", "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" }""";

    private const string Rejected = "Hub: messages rejected, adt [incident 1]";

    [SkippableFact]
    public async Task A_mail_whose_outcome_cannot_be_stored_leaves_once()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        using SemaphoreSlim refused = Refuse(site);
        await site.SendAsync("2.3");
        ReceivedMail first = await site.Smtp.NextAsync();
        await TryAgainAsync(site, refused);
        site.Hub.Journal.Refuse = null;
        await RingAsync(site);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);

        Assert.Contains("messages rejected", first.Subject, StringComparison.Ordinal);
        Assert.Empty(await site.StopMailAsync());
    }

    [SkippableFact]
    public async Task A_call_whose_outcome_cannot_be_stored_is_made_once()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using HttpReceiver party = await HttpReceiver.StartAsync();
        party.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
        string rules = $$"""{ "rules": [{ "id": "none", "silent": true }], "subscriptions": [{ "id": "partner", "events": ["rejected"], "everyMinutes": 1, "webhook": {{Webhook.Replace("{port}", $"{party.Port}", StringComparison.Ordinal)}} }] }""";
        await using AlertSite site = await AlertSite.StartAsync(rules, AlertSite.Picky);
        await site.Hub.MinuteAsync();
        using SemaphoreSlim refused = Refuse(site);
        await site.SendAsync("2.3");
        for (int i = 0; i < 2; i++)
        {
            site.Time.Advance(TimeSpan.FromMinutes(1));
            await site.Hub.MinuteAsync();
        }

        await TryAgainAsync(site, refused);
        site.Hub.Journal.Refuse = null;
        await RingAsync(site);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);

        Assert.Single(party.Requests);
    }

    [SkippableFact]
    public async Task A_mail_leaves_once_while_another_program_holds_the_journal()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        // It is due an hour from now, so that the journal can be held before it leaves.
        await using AlertSite site = await AlertSite.StartAsync(
            """{ "calendars": [{ "id": "later", "timeZone": "UTC", "from": "13:00", "to": "18:00" }], "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "later" }], "rules": [{ "id": "all", "to": ["desk"] }] }""",
            AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10).Count == 1);
        using (SqliteConnection other = new($"Data Source={site.Folder.Path("data/journal.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using SqliteTransaction held = other.BeginTransaction(deferred: false);
            site.Time.Advance(TimeSpan.FromHours(1));
            ReceivedMail first = await site.Smtp.NextAsync();
            Assert.Equal(["desk@hospital.example"], first.To);
            Assert.Equal(Rejected, first.Subject);
            // Refused when the journal has waited as long as it does, and by then the outcome of the mail before it is.
            using MllpSender sender = await MllpSender.ConnectAsync(site.Hub.Port("adt"));
            Assert.Equal("AR", (await sender.SendAsync(Samples.Adt("J", version: "2.5"))).Code);
            await RingAsync(site);
            Assert.Equal("AR", (await sender.SendAsync(Samples.Adt("K", version: "2.5"))).Code);
        }

        await RingAsync(site);
        await site.PassUntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Any(mail => mail.To[0] == "desk@hospital.example"), TimeSpan.FromSeconds(5));

        // That the incident is over may be told too.
        Assert.DoesNotContain(await site.StopMailAsync(), mail => mail.Subject == Rejected);
    }

    // Outcomes of mails are refused, and nothing else.
    private static SemaphoreSlim Refuse(AlertSite site)
    {
        SemaphoreSlim refused = new(0);
        site.Hub.Journal.Refuse = entry =>
        {
            if (entry is not MailAttempted)
                return null;
            refused.Release();
            return new("The table of mails is damaged.");
        };
        return refused;
    }

    private static async Task TryAgainAsync(AlertSite site, SemaphoreSlim refused)
    {
        for (int i = 0; i < 4; i++)
        {
            Assert.True(await refused.WaitAsync(TimeSpan.FromSeconds(60)));
            await RingAsync(site);
        }
    }

    // Files that are read again ring for both queues.
    private static Task<bool> RingAsync(AlertSite site) => site.Hub.ChangeAlertsAsync(() => { });
}

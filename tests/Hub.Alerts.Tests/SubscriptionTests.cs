using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Alerts.Mail;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>What parties asked to be told of, from messages of a whole Hub to a mail or a call.</summary>
public sealed class SubscriptionTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private const string Batches = """
        {
          "id": "batches", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [ { "type": "splitMessage", "by": "batch" } ],
          "destinations": [ { "id": "files", "type": "file", "folder": "out", "name": "${message.id}" } ]
        }
        """;

    [SkippableFact]
    public async Task A_party_is_mailed_what_happened_on_its_channels_once_in_its_time()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(
            Rules("""{ "id": "lab-team", "events": ["received", "rejected", "delivered"], "channels": ["adt"], "to": ["lab@hospital.example"], "everyMinutes": 5 }"""), AlertSite.Picky, AlertSite.Picky.Replace("\"adt\"", "\"other\"", StringComparison.Ordinal));
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.5", 3);
        await site.SendAsync("2.3", 2);
        await site.SendAsync("2.5", 7, "other");
        await site.Hub.UntilAsync(DeliveryState.Sent, 10);
        await PassAsync(site, 6);

        ReceivedMail mail = await site.Smtp.NextAsync();

        Assert.Equal(["lab@hospital.example"], mail.To);
        Assert.Equal("Hub: lab-team", mail.Subject);
        Assert.Contains("adt: 5 received", mail.Text, StringComparison.Ordinal);
        Assert.Contains("adt: 2 rejected (messages 4, 5)", mail.Text, StringComparison.Ordinal);
        Assert.Contains("adt → files: 3 delivered", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("other", mail.Text, StringComparison.Ordinal);
        // Nothing more happened, so nothing more is told; a restart tells nothing twice.
        await site.RestartAsync();
        await PassAsync(site, 12);
        await site.SendAsync("2.5");
        await PassAsync(site, 6);
        Assert.Contains("adt: 1 received", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_contact_with_hours_is_mailed_when_they_begin_and_a_group_without_members_not_at_all()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(
            """
            {
              "calendars": [{ "id": "later", "timeZone": "UTC", "from": "13:00", "to": "18:00" }], "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "later" }], "groups": { "nobody": [] },
              "rules": [{ "id": "none", "silent": true }],
              "subscriptions": [
                { "id": "team", "events": ["rejected"], "to": ["desk", "always@hospital.example"], "everyMinutes": 1 }, { "id": "empty", "events": ["rejected"], "to": ["nobody"], "everyMinutes": 1 },
                { "id": "days", "events": ["dailyStatistics"], "to": ["desk", "nobody"], "at": "12:00" }
              ]
            }
            """,
            AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.3");
        await PassAsync(site, 3);

        ReceivedMail atOnce = await site.Smtp.NextAsync();
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);
        Assert.Equal(["always@hospital.example"], atOnce.To);
        IReadOnlyList<OutgoingMail> waiting = ((IJournalReader)site.Hub.Journal).ReadMails(MailState.Queued, null, 10);
        Assert.Equal(["Hub: numbers of 2026-02-28", "Hub: team"], waiting.Select(mail => mail.Subject).Order());
        Assert.All(waiting, mail => Assert.Equal(("desk@hospital.example", 13), (Assert.Single(mail.To), mail.DueAt.Hour)));
        site.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["desk@hospital.example"], (await site.Smtp.NextAsync()).To);
    }

    [SkippableFact]
    public async Task A_webhook_is_called_with_a_signature_and_again_until_it_takes_the_call()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using HttpReceiver party = await HttpReceiver.StartAsync();
        int calls = 0;
        using SemaphoreSlim called = new(0);
        party.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? StatusCodes.Status500InternalServerError : StatusCodes.Status204NoContent;
            called.Release();
            return Task.CompletedTask;
        };
        await using AlertSite site = await AlertSite.StartAsync(
            Rules($$"""{ "id": "partner", "events": ["rejected", "batchComplete"], "everyMinutes": 1, "webhook": { "url": "http://127.0.0.1:{{party.Port}}/hub", "secret": "{{Secret}}", "timeoutSeconds": 60 } }"""), AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.3");
        await PassAsync(site, 2);
        Assert.True(await called.WaitAsync(TimeSpan.FromSeconds(60)));
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10) is [{ Attempts: 1, Reason: "It answered 500." }]);
        // Its round is over when the next one is waited for.
        await site.Time.TimerSetAsync(site.Time.GetUtcNow().AddMinutes(1));
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await called.WaitAsync(TimeSpan.FromSeconds(60)));
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10).Count == 0);

        Assert.Equal(2, party.Requests.Count);
        Assert.Equal(Header(party.Requests[0], "webhook-id"), Header(party.Requests[1], "webhook-id"));
        Assert.All(party.Requests, AssertSigned);
        using JsonDocument body = JsonDocument.Parse(party.Requests[1].Body);
        Assert.Equal("partner", body.RootElement.GetProperty("subscription").GetString());
        JsonElement rejected = Assert.Single(body.RootElement.GetProperty("events").EnumerateArray());
        Assert.Equal("rejected", rejected.GetProperty("event").GetString());
        Assert.Equal(1, rejected.GetProperty("messages")[0].GetInt64());
    }

    [SkippableFact]
    public async Task A_party_that_never_answers_holds_up_no_mail()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using HttpReceiver party = await HttpReceiver.StartAsync();
        TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        party.Answer = _ =>
        {
            called.TrySetResult();
            return never.Task;
        };
        string webhook = $$"""{ "url": "http://127.0.0.1:{{party.Port}}/hub", "secret": "{{Secret}}", "timeoutSeconds": 300 }""";
        await using AlertSite site = await AlertSite.StartAsync(
            Rules($$"""{ "id": "partner", "events": ["rejected"], "everyMinutes": 1, "webhook": {{webhook}} }, { "id": "ward", "events": ["rejected"], "everyMinutes": 1, "to": ["httpd@hospital.example"] }"""), AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.3");
        await PassAsync(site, 2);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["httpd@hospital.example"], (await site.Smtp.NextAsync()).To);
        Assert.Single(party.Requests);
        never.SetResult();
    }

    [SkippableFact]
    public async Task A_party_that_takes_no_call_is_tried_once_a_round_whatever_waits_for_it()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using HttpReceiver party = await HttpReceiver.StartAsync();
        party.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        string webhook = $$"""{ "url": "http://127.0.0.1:{{party.Port}}/hub", "secret": "{{Secret}}" }""";
        await using AlertSite site = await AlertSite.StartAsync(
            Rules($$"""{ "id": "one", "events": ["rejected"], "everyMinutes": 1, "webhook": {{webhook}} }, { "id": "two", "events": ["rejected"], "everyMinutes": 1, "webhook": {{webhook}} }"""), AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.3");
        await PassAsync(site, 2);

        await site.UntilAsync(journal => journal.ReadWaiting(calls: true, 10).Count(call => call.Attempts == 1) == 2);
        Assert.Single(party.Requests);
    }

    [Fact]
    public async Task A_call_that_is_always_refused_keeps_back_no_other_and_none_is_given_up_that_was_not_called()
    {
        using TestFolder folder = new();
        ManualTime time = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        await journal.AppendAsync(new IncidentsChanged { Through = 0, Mails = [OldCall("a", time), OldCall("b", time)] });
        List<string> called = [];
        MailQueue queue = new(journal, calls: true, (call, _) => AnswerAsync(call), time, NullLogger.Instance);

        await queue.SendDueAsync(CancellationToken.None);
        Assert.Equal(["b", "a"], journal.ReadWaiting(calls: true, 10).Select(call => call.MessageId));
        time.Advance(TimeSpan.FromSeconds(30));
        await queue.SendDueAsync(CancellationToken.None);

        Assert.Equal(["a", "b"], called);
        Assert.Equal("b", Assert.Single(journal.ReadMails(MailState.Sent, null, 10)).MessageId);

        Task<NotSent?> AnswerAsync(OutgoingMail call)
        {
            called.Add(call.MessageId);
            return Task.FromResult<NotSent?>(call.MessageId == "a" ? new("It answered 400.", call.To) : null);
        }
    }

    [Fact]
    public async Task A_mail_is_given_up_when_it_was_tried_for_three_days_and_not_because_it_is_old()
    {
        using TestFolder folder = new();
        ManualTime time = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        // It waited for the hours of a contact.
        await journal.AppendAsync(new IncidentsChanged { Through = 0, Mails = [OldCall("a", time)] });
        DateTimeOffset begun = time.GetUtcNow();
        MailQueue queue = new(journal, calls: true, (call, _) => Task.FromResult<NotSent?>(new("It answered 503.", call.To)), time, NullLogger.Instance);

        while (await queue.SendDueAsync(CancellationToken.None) is { } next)
            time.Advance(next - time.GetUtcNow());

        Assert.Equal(MailState.Failed, Assert.Single(journal.ReadMails(null, null, 10)).State);
        Assert.InRange(time.GetUtcNow() - begun, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.1));
    }

    [SkippableFact]
    public async Task A_batch_is_told_when_its_last_delivery_has_come_to_its_end()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(Rules("""{ "id": "team", "events": ["batchComplete"], "to": ["team@hospital.example"], "everyMinutes": 1 }"""), Batches);
        await site.Hub.MinuteAsync();
        await site.Hub.PauseAsync("batches", "files", true);
        using (MllpSender sender = await MllpSender.ConnectAsync(site.Hub.Port("batches")))
            await sender.SendAsync($"BHS|^~\\&|A|B|C|D|20260301||||B1\r{Samples.Adt("1")}{Samples.Adt("2")}BTS|2\r");
        await PassAsync(site, 3);
        Assert.Empty(((IJournalReader)site.Hub.Journal).ReadMails(null, null, 10));

        await site.Hub.PauseAsync("batches", "files", false);
        await site.Hub.UntilAsync(DeliveryState.Sent, 2);
        await PassAsync(site, 3);

        Assert.Contains("batches: batch 1 of 2 messages is complete", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
        await site.UntilAsync(journal => journal.ReadMails(MailState.Sent, null, 10).Count == 1);
        await PassAsync(site, 3);
        Assert.Single(((IJournalReader)site.Hub.Journal).ReadMails(null, null, 10));
    }

    [SkippableFact]
    public async Task The_numbers_of_the_day_before_are_told_once_a_day()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(Rules("""{ "id": "team", "events": ["dailyStatistics"], "channels": ["adt"], "to": ["team@hospital.example"], "at": "11:00" }"""), AlertSite.Picky);
        await site.Hub.MinuteAsync();
        ReceivedMail before = await site.Smtp.NextAsync();
        await site.SendAsync("2.5", 4);
        site.Time.Leap(TimeSpan.FromHours(24));
        await site.Hub.MinuteAsync();
        ReceivedMail mail = await site.Smtp.NextAsync();
        await site.RestartAsync();
        await site.Hub.MinuteAsync();
        site.Time.Leap(TimeSpan.FromHours(24));
        await site.Hub.MinuteAsync();

        Assert.Equal("Hub: numbers of 2026-02-28", before.Subject);
        Assert.Contains("Nothing happened.", before.Text, StringComparison.Ordinal);
        Assert.Equal("Hub: numbers of 2026-03-01", mail.Subject);
        Assert.Contains("adt: 4 received", mail.Text, StringComparison.Ordinal);
        Assert.Equal("Hub: numbers of 2026-03-02", (await site.Smtp.NextAsync()).Subject);
    }

    [Theory]
    [InlineData("""{ "id": "a b", "events": ["received"], "to": ["x@hospital.example"] }""", "HUB6033", "no name for a subscription")]
    [InlineData("""{ "id": "a", "events": [], "to": ["x@hospital.example"] }""", "HUB6033", "Nothing is asked for")]
    [InlineData("""{ "id": "a", "events": ["received"] }""", "HUB6033", "Who is told?")]
    [InlineData("""{ "id": "a", "events": ["received"], "to": ["nobody"] }""", "HUB6018", "\"nobody\" is no contact")]
    [InlineData("""{ "id": "a", "events": ["received"], "everyMinutes": 0, "to": ["x@hospital.example"] }""", "HUB6013", "1 to 1440")]
    [InlineData("""{ "id": "a", "events": ["received"], "webhook": { "url": "ftp://x", "secret": "0123456789012345678901234" } }""", "HUB6033", "no address that can be called")]
    [InlineData("""{ "id": "a", "events": ["received"], "webhook": { "url": "http://partner.example/x", "secret": "0123456789012345678901234" } }""", "HUB6015", "unprotected")]
    [InlineData("""{ "id": "a", "events": ["received"], "webhook": { "url": "https://partner.example/x", "secret": "short" } }""", "HUB6033", "too short")]
    [InlineData("""{ "id": "a", "events": ["received"], "webhook": { "url": "https://partner.example/x", "secret": "whsec_?" } }""", "HUB6033", "too short, or no base64")]
    [InlineData("""{ "id": "a", "events": ["received"], "webhook": { "url": "https://p.example/x", "secret": "0123456789012345678901234" } }, { "id": "b", "events": ["received"], "webhook": { "url": "https://p.example/x", "secret": "another-one-of-as-many-bytes" } }""", "HUB6033", "with another secret")]
    public async Task A_subscription_that_cannot_work_is_told(string subscription, string code, string text)
    {
        using TestFolder folder = new();
        folder.Write("alerts/mail.json", """{ "servers": [{ "host": "127.0.0.1" }], "from": "hub@hospital.example", "to": ["team@hospital.example"] }""");
        folder.Write("alerts/rules.json", Rules(subscription));

        CommandResult result = await HubProcess.RunAsync("alerts", "check", "--alerts", folder.Path("alerts"), "--secrets", folder.Path("secrets"));

        Assert.Equal(1, result.Exit);
        Assert.Contains(code, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.Contains(text, result.Output + result.Errors, StringComparison.Ordinal);
    }

    private static string Rules(string subscription) => $$"""{ "rules": [{ "id": "none", "silent": true }], "subscriptions": [{{subscription}}] }""";

    // It waits longer than calls are tried.
    private static OutgoingMail OldCall(string id, ManualTime time) => new()
    {
        To = ["https://partner.example/hub"],
        Subject = "partner",
        Text = "{}",
        MessageId = id,
        At = time.GetUtcNow().AddDays(-4),
        DueAt = time.GetUtcNow(),
    };

    // Minutes go by one after the other, as they do.
    private static async Task PassAsync(AlertSite site, int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            site.Time.Advance(TimeSpan.FromMinutes(1));
            await site.Hub.MinuteAsync();
        }
    }

    private static string Header(ReceivedRequest request, string name) => request.Headers[name].ToString();

    // As a party does it that has read the specification.
    private static void AssertSigned(ReceivedRequest request)
    {
        byte[] signed = Encoding.UTF8.GetBytes($"{Header(request, "webhook-id")}.{Header(request, "webhook-timestamp")}.{Encoding.UTF8.GetString(request.Body)}");
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret[6..]), signed))}", Header(request, "webhook-signature"));
    }
}

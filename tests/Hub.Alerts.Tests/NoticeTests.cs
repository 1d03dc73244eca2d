using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>Mails that are about no incident: plain and HTML like those that are, from templates that a site can change, with nothing of what messages say.</summary>
public sealed class NoticeTests
{
    private const string Daily = """
        {
          "rules": [{ "id": "none", "silent": true }],
          "heartbeat": { "at": "12:01" }, "dailyStatistics": { "at": "12:01" },
          "subscriptions": [{ "id": "ward", "events": ["received", "rejected", "delivered"], "to": ["ward@hospital.example"], "everyMinutes": 5 }]
        }
        """;

    [SkippableFact]
    public async Task Mails_of_each_day_and_of_subscriptions_are_plain_and_HTML_with_nothing_of_messages()
    {
        Require();
        await using AlertSite site = await StartAsync(_ => { });

        IReadOnlyList<ReceivedMail> mails = await MailsAsync(site);

        Assert.All(mails, mail =>
        {
            Assert.Contains($">{mail.Subject.Replace("&", "&amp;", StringComparison.Ordinal)}</p>", mail.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("PRAWF", mail.ToString() + mail.Text + mail.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("9990000018", mail.Text + mail.Html, StringComparison.Ordinal);
        });
        ReceivedMail alive = mails.Single(mail => mail.Subject == "North & West: alive on 2026-03-01");
        Assert.StartsWith("The Hub lives. Open incidents: 1.", alive.Text, StringComparison.Ordinal);
        Assert.Contains("<p>The Hub lives. Open incidents: 1.", alive.Html, StringComparison.Ordinal);
        ReceivedMail none = mails.Single(mail => mail.Subject == "North & West: numbers of 2026-02-28");
        Assert.Contains("<p>Nothing came in and nothing went out.</p>", none.Html, StringComparison.Ordinal);
        ReceivedMail ward = mails.Single(mail => mail.Subject == "North & West: ward");
        Assert.Contains("adt: 2 rejected (messages 3, 4)\n", ward.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<td>adt</td><td>2 rejected (messages 3, 4)</td>", ward.Html, StringComparison.Ordinal);
        ReceivedMail numbers = await NumbersAsync(site);
        Assert.Contains("adt: 4 received, 2 rejected", numbers.Text, StringComparison.Ordinal);
        Assert.Contains("<td>adt</td><td>4 received, 2 rejected", numbers.Html, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_site_writes_notices_in_its_own_words()
    {
        Require();
        await using AlertSite site = await StartAsync(folder =>
        {
            folder.Write("alerts/templates/notice.txt", "Nodyn {{headline}}{{#each rows}} [{{place}} = {{what}}]{{/each}}");
            folder.Write("alerts/templates/notice.html", "<b>{{headline}}</b>{{#each lines}}<i>{{this}}</i>{{/each}}");
        });

        IReadOnlyList<ReceivedMail> mails = await MailsAsync(site);

        ReceivedMail ward = mails.Single(mail => mail.Subject == "North & West: ward");
        Assert.StartsWith("Nodyn North & West: ward", ward.Text, StringComparison.Ordinal);
        Assert.Contains("[adt = 2 rejected (messages 3, 4)]", ward.Text, StringComparison.Ordinal);
        Assert.Contains(mails, mail => mail.Html.Contains("<b>North &amp; West: alive on 2026-03-01</b><i>The Hub lives.", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_mail_to_try_is_plain_and_HTML_in_the_words_of_the_site()
    {
        Require();
        using TestFolder folder = new();
        await using SmtpPeer smtp = await SmtpPeer.StartAsync();
        folder.Write("alerts/mail.json", $$"""{ "servers": [{ "host": "127.0.0.1", "port": {{smtp.Port}} }], "from": "hub@hospital.example", "to": ["team@hospital.example"] }""");
        folder.Write("alerts/templates/notice.txt", "{{#each lines}}* {{this}}{{/each}}");

        CommandResult result = await HubProcess.RunAsync(new HubSurroundings(), "alerts", "test", "--alerts", folder.Path("alerts"), "--secrets", folder.Path("secrets"));

        Assert.Equal((0, ""), (result.Exit, result.Errors));
        ReceivedMail mail = await smtp.NextAsync();
        Assert.StartsWith("* Mails of the Hub arrive.", mail.Text, StringComparison.Ordinal);
        Assert.Contains("<p>Mails of the Hub arrive.", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_notices_do_not_have_is_told_with_those_they_have()
    {
        using TestFolder folder = new();
        folder.Write("alerts/templates/notice.html", "{{#each rows}}{{channel}}{{/each}}");

        CommandResult result = await HubProcess.RunAsync(new HubSurroundings(), "alerts", "check", "--alerts", folder.Path("alerts"), "--secrets", folder.Path("secrets"));

        Assert.Contains("notice.html: HUB6032", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Known names are headline, lines, rows.", result.Errors, StringComparison.Ordinal);
    }

    private static Task<AlertSite> StartAsync(Action<TestFolder> prepare) => AlertSite.PreparedAsync(
        folder =>
        {
            folder.Write("alerts/mail.json", File.ReadAllText(folder.Path("alerts", "mail.json")).Replace("{ \"servers\"", "{ \"name\": \"North & West\", \"servers\"", StringComparison.Ordinal));
            prepare(folder);
        },
        Daily,
        AlertSite.Picky);

    // The two of the day, and the subscription's.
    private static async Task<IReadOnlyList<ReceivedMail>> MailsAsync(AlertSite site)
    {
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.5", 2);
        await site.SendAsync("2.3", 2);
        await site.Hub.UntilAsync(DeliveryState.Sent, 2);
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Rejected }]);
        for (int i = 0; i < 7; i++)
        {
            site.Time.Advance(TimeSpan.FromMinutes(1));
            await site.Hub.MinuteAsync();
        }

        return [await site.Smtp.NextAsync(), await site.Smtp.NextAsync(), await site.Smtp.NextAsync()];
    }

    private static async Task<ReceivedMail> NumbersAsync(AlertSite site)
    {
        site.Time.Leap(TimeSpan.FromHours(24));
        await site.Hub.MinuteAsync();
        while (true)
        {
            ReceivedMail mail = await site.Smtp.NextAsync();
            if (mail.Subject == "North & West: numbers of 2026-03-01")
                return mail;
        }
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}

using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>A Hub that starts with a mistake in its files of alerts, or without a mail server, tells people all the same, or as soon as it can.</summary>
public sealed class AlertStartTests
{
    private const string Mail = """{ "servers": [{ "host": "127.0.0.1", "port": 9 }], "from": "hub@hospital.example", "to": ["team@hospital.example"] }""";
    private const string Broken = """{ "rules": [{ "id": "all", "to": ["nobody"] }] }""";

    [SkippableTheory]
    [InlineData(Broken)]
    [InlineData("""{ "rules": [{ "id": "all", "digestMinutes": 0 }] }""")]
    [InlineData("{")]
    public async Task A_Hub_that_starts_with_a_mistake_in_its_rules_mails_by_its_own(string rules)
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(rules, AlertSite.Picky);
        await site.SendAsync("2.3");

        ReceivedMail mail = await NextAsync(site, "messages rejected, adt");

        Assert.Equal(["team@hospital.example"], mail.To);
        // What is put right is used from then on, and what has a mistake changes nothing again.
        Assert.True(await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", IncidentTests.Rules("\"to\": [\"one@hospital.example\"]"))));
        Assert.False(await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", Broken)));
        // The incident before keeps its rule.
        site.Time.Advance(TimeSpan.FromMinutes(31));
        await NextAsync(site, "Re: Hub: messages rejected, adt");
        await site.SendAsync("2.3");
        Assert.Equal(["one@hospital.example"], (await NextAsync(site, "messages rejected, adt")).To);
    }

    [SkippableFact]
    public async Task People_whom_mail_json_names_are_looked_for_in_the_files_beside_a_broken_one()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder =>
            {
                folder.Write("alerts/mail.json", File.ReadAllText(folder.Path("alerts", "mail.json")).Replace("team@hospital.example", "desk", StringComparison.Ordinal));
                folder.Write("alerts/people.json", """{ "contacts": [{ "id": "desk", "address": "desk@hospital.example" }] }""");
            },
            Broken,
            AlertSite.Picky);
        await site.SendAsync("2.3");

        Assert.Equal(["desk@hospital.example"], (await NextAsync(site, "messages rejected, adt")).To);
    }

    [SkippableFact]
    public async Task What_was_rejected_before_a_mail_server_was_named_is_mailed_as_new_once_one_is()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(folder => File.Move(folder.Path("alerts", "mail.json"), folder.Path("mail.json")), null, AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Rejected }]);
        site.Time.Advance(TimeSpan.FromMinutes(10));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 2, Mails: 0 }]);

        await site.Hub.ChangeAlertsAsync(() => File.Move(site.Folder.Path("mail.json"), site.Folder.Path("alerts", "mail.json")));

        ReceivedMail mail = await site.Smtp.NextAsync();
        Assert.Equal("Hub: messages rejected, adt [incident 1]", mail.Subject);
        Assert.Contains("New: messages rejected, adt", mail.Text, StringComparison.Ordinal);
        Assert.Contains("2 times", mail.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_began_before_its_rule_could_be_read_is_mailed_by_its_rule()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(folder => File.Move(folder.Path("alerts", "mail.json"), folder.Path("mail.json")), Broken, AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new() { Channel = "adt" }) is [{ Kind: EventKind.Rejected, Rule: "default" }]);

        await site.Hub.ChangeAlertsAsync(() =>
        {
            site.Folder.Write("alerts/rules.json", IncidentTests.Rules("\"to\": [\"one@hospital.example\"]"));
            File.Move(site.Folder.Path("mail.json"), site.Folder.Path("alerts", "mail.json"));
        });

        Assert.Equal(["one@hospital.example"], (await NextAsync(site, "messages rejected, adt")).To);
    }

    [SkippableFact]
    public async Task What_begins_while_a_secret_cannot_be_read_is_mailed_as_soon_as_it_can()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => folder.Write("alerts/mail.json", File.ReadAllText(folder.Path("alerts", "mail.json")).Replace("{ \"servers\"", "{ \"name\": \"${secret:site}\", \"servers\"", StringComparison.Ordinal)),
            null,
            AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        // Longer than it would be open.
        site.Time.Advance(TimeSpan.FromMinutes(45));

        site.Folder.WriteSecret("site", "North");
        Task<ReceivedMail> mail = NextAsync(site, "North: messages rejected, adt");
        // A folder is looked at every five seconds, and again when it rests.
        while (!mail.IsCompleted)
        {
            Task set = site.Time.NextTimerAsync();
            site.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(mail, set);
        }

        Assert.Contains("New: messages rejected, adt", (await mail).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_nobody_could_be_told_of_is_over_in_its_time()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(folder => File.Delete(folder.Path("alerts", "mail.json")), null, AlertSite.Picky);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Mails: 0, ClosedAt: null }]);
        site.Time.Advance(TimeSpan.FromMinutes(30));

        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Mails: 0, ClosedAt: not null }]);
    }

    [Theory]
    [InlineData(Mail, Broken, "Until it is put right, the Hub's own rules hold, and all mails go to those whom mail.json or HUB_MAIL_TO names", false)]
    [InlineData("{", null, "Until it is put right, nobody is mailed", false)]
    [InlineData(null, Broken, "Until it is put right, the Hub's own rules hold", true)]
    public async Task A_start_with_a_mistake_says_what_holds_until_it_is_put_right(string? mail, string? rules, string told, bool isNoServerNamed)
    {
        using RecordedLog log = new();
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        if (mail is not null)
            folder.Write("alerts/mail.json", mail);
        if (rules is not null)
            folder.Write("alerts/rules.json", rules);
        await using HubHost hub = await HubHost.StartAsync(folder, new ManualTime(), log, AlertSite.Picky);
        await hub.StopAsync();

        IReadOnlyList<(int Id, string Text)> lines = log.Take();
        string[] problems = [.. lines.Where(line => line.Id == 6001).Select(line => line.Text)];
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.EndsWith(told, problem, StringComparison.Ordinal));
        Assert.Equal(isNoServerNamed, lines.Any(line => line.Id == 6005));
    }

    // The mistake is mailed too, as any other error.
    private static async Task<ReceivedMail> NextAsync(AlertSite site, string subject)
    {
        while (true)
        {
            ReceivedMail mail = await site.Smtp.NextAsync();
            if (mail.Subject.Contains(subject, StringComparison.Ordinal))
                return mail;
        }
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}

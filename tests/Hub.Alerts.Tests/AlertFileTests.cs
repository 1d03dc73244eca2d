using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>The files of <c>alerts/</c>: what is wrong with them is told with file, line and remedy, and they are followed.</summary>
public sealed class AlertFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_mistakes_of_all_files_are_told_at_once_with_file_line_and_remedy()
    {
        _folder.Write("alerts/mail.json", """
            {
              "servers": [{ "host": "smtp.example", "tls": "none" }, { "host": "mail.example", "port": 465 }],
              "from": "hub",
              "to": []
            }
            """);
        _folder.Write("alerts/rules.json", """
            {
              "rules": [
                { "id": "a", "kinds": ["rejectd"], "digestMinutes": 0 },
                { "id": "b", "escalateAfterMinutes": 5 }
              ],
              "calendars": [{ "id": "day", "timeZone": "Europe/Cardif", "from": "8" }],
              "watches": [{ "on": "queue" }]
            }
            """);

        CommandResult result = await CheckAsync();

        Assert.Equal(1, result.Exit);
        Assert.All(
            (string[])[
                "mail.json(2): HUB6015 $.servers[0].tls: Mails to smtp.example would leave this machine unprotected.",
                "mail.json(2): HUB6014 $.servers[1].port:",
                "mail.json(3): HUB6011 $.from: \"hub\" is no address.",
                "mail.json(4): HUB6012 $.to: Nobody is named.",
                "rules.json(3): HUB1024 $.rules[0].kinds[0]: ",
                "Did you mean \"rejected\"?",
                "rules.json(3): HUB6013 $.rules[0].digestMinutes: 0 minutes are not possible.",
                "rules.json(4): HUB6012 $.rules[1].escalateTo:",
                "rules.json(6): HUB6019 $.calendars[0].timeZone: This machine knows no time zone \"Europe/Cardif\".",
                "rules.json(6): HUB6019 $.calendars[0].from: \"8\" is no time of day.",
                "rules.json(7): HUB6031 $.watches[0].on:",
            ],
            problem => Assert.Contains(problem, result.Errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_are_looked_for_in_all_files_together()
    {
        WriteMail();
        _folder.Write("alerts/people.json", """
            {
              "contacts": [{ "id": "desk", "address": "desk@hospital.example", "hours": "nights" }],
              "groups": { "all": ["desk", "others"], "others": ["all"] }
            }
            """);
        _folder.Write("alerts/rules.json", """
            {
              "rules": [
                { "id": "a", "to": ["dekc"] },
                { "id": "a", "to": ["desk", "all", "x@hospital.example"], "during": "day" }
              ]
            }
            """);

        string errors = (await CheckAsync()).Errors;

        Assert.Contains("people.json(2): HUB6018 $.contacts[0].hours: There is no calendar \"nights\".", errors, StringComparison.Ordinal);
        Assert.Contains("people.json(3): HUB6030 $.groups.all:", errors, StringComparison.Ordinal);
        Assert.Contains("rules.json(3): HUB6018 $.rules[0].to[0]: \"dekc\" is no contact, no group and no address.", errors, StringComparison.Ordinal);
        Assert.Contains("rules.json(4): HUB6017 $.rules[1].id:", errors, StringComparison.Ordinal);
        Assert.Contains("rules.json(4): HUB6018 $.rules[1].during:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_says_who_is_mailed_over_which_server_and_never_a_password()
    {
        _folder.WriteSecret("smtp", "hunter2");
        _folder.Write("alerts/mail.json", """
            { "servers": [{ "host": "smtp.example", "user": "hub", "password": "${secret:smtp}" }], "from": "hub@hospital.example", "to": ["a@hospital.example"] }
            """);
        CommandResult result = await CheckAsync();
        Assert.Equal((0, ""), (result.Exit, result.Errors));
        Assert.Contains("Mails go over smtp.example:587 with STARTTLS to a@hospital.example", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_alone_name_a_server_and_people()
    {
        CommandResult result = await HubProcess.RunAsync(
            new HubSurroundings() { Environment = new Dictionary<string, string> { ["HUB_SMTP_HOST"] = "127.0.0.1", ["HUB_MAIL_FROM"] = "hub@hospital.example", ["HUB_MAIL_TO"] = "a@hospital.example, b@hospital.example" } },
            "alerts", "check", "--alerts", _folder.Path("alerts"));
        Assert.Contains("Mails go over 127.0.0.1:25 to a@hospital.example, b@hospital.example", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Changed_files_are_followed_and_those_with_mistakes_change_nothing()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(IncidentTests.Rules("\"to\": [\"one@hospital.example\"]"), AlertSite.Picky);
        Assert.False(await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", IncidentTests.Rules("\"too\": 1"))));
        await site.SendAsync("2.3");
        Assert.Equal(["one@hospital.example"], (await site.Smtp.NextAsync()).To);
        Assert.True(await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", IncidentTests.Rules("\"to\": [\"two@hospital.example\"]"))));
        site.Time.Advance(TimeSpan.FromMinutes(31));
        IReadOnlyList<string>[] to = [(await site.Smtp.NextAsync()).To, (await site.Smtp.NextAsync()).To];
        Assert.Contains(to, one => one.SequenceEqual(["two@hospital.example"]));
    }

    [SkippableFact]
    public async Task A_site_writes_mails_in_its_own_words_and_a_broken_template_is_told()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        _folder.Write("alerts/templates/incident.html", "<p>{{headlin}}</p>");
        WriteMail();
        Assert.Contains("incident.html: HUB6032", (await CheckAsync()).Errors, StringComparison.Ordinal);

        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/templates/incident.txt", "Rhybudd {{id}}: {{channel}} & {{count}}"));
        await site.SendAsync("2.3");
        Assert.Equal("Rhybudd 1: adt & 1", (await site.Smtp.NextAsync()).Text.Trim());
    }

    [SkippableFact]
    public async Task Mails_go_over_STARTTLS_with_a_login_to_a_server_whose_certificate_is_trusted()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        TestAuthority authority = new("Hospital CA");
        string certificate = _folder.Write("smtp.pem", TestAuthority.PemWithKey(authority.Issue("CN=localhost", host: "localhost")));
        string trusted = _folder.Write("ca.pem", authority.Certificate.ExportCertificatePem());
        await using SmtpPeer smtp = await SmtpPeer.StartAsync(0, certificate, "hub:hunter2");
        _folder.WriteSecret("smtp", "hunter2");
        _folder.Write("alerts/mail.json", $$"""
            { "servers": [{ "host": "localhost", "port": {{FreePort.Take()}} }, { "host": "localhost", "port": {{smtp.Port}}, "tls": "startTls", "user": "hub", "password": "${secret:smtp}" }],
              "from": "hub@hospital.example", "to": ["a@hospital.example"] }
            """);

        CommandResult refused = await RunAsync("test", []);
        CommandResult sent = await RunAsync("test", new() { ["SSL_CERT_FILE"] = trusted });

        Assert.Equal(1, refused.Exit);
        Assert.Contains("certificate", refused.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0, ""), (sent.Exit, sent.Errors));
        ReceivedMail mail = await smtp.NextAsync();
        Assert.Equal((true, "hub", "Hub: a mail to try"), (mail.Tls, mail.User, mail.Subject));
    }

    private Task<CommandResult> CheckAsync() => RunAsync("check", []);

    private Task<CommandResult> RunAsync(string command, Dictionary<string, string> variables) =>
        HubProcess.RunAsync(new HubSurroundings() { Environment = variables }, "alerts", command, "--alerts", _folder.Path("alerts"), "--secrets", _folder.Path("secrets"));

    private void WriteMail() => _folder.Write("alerts/mail.json", """{ "servers": [{ "host": "127.0.0.1" }], "from": "hub@hospital.example", "to": ["a@hospital.example"] }""");
}

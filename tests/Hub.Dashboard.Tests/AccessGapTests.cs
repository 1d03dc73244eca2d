using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Tests.Api;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Limits by channel of certificates and replays, reasons that a role has to give, and how the admin address is reached.</summary>
public sealed class AccessGapTests
{
    [Fact]
    public async Task Certificates_of_other_channels_are_not_for_who_is_limited_to_some()
    {
        TestAuthority authority = new("North Authority");
        TestFolder folder = new();
        foreach (string channel in new[] { "adt", "lab" })
            WriteOwn(folder, $"channels/{channel}.pem", authority, $"CN={channel}.example");
        await using HubHost hub = await HubHost.StartAsync(folder, Secure("adt"), Secure("lab"));
        using Visitor limited = await Visitor.AsAsync(hub, Role.Operator, "adt");
        using ApiClient all = new(hub);
        using ApiClient some = new(hub.AdminUrl);
        string token = await hub.Access.Tokens.AddAsync("some", Role.Viewer, ["adt"], 1, Doer.Local);

        (_, string page) = await limited.GetAsync("/certificates");
        ApiAnswer own = await some.GetAsync("/certificates", ("Authorization", $"Bearer {token}"));

        Assert.Contains("CN=adt.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("CN=lab.example", page, StringComparison.Ordinal);
        Assert.Equal(["CN=adt.example"], own.Items.Select(item => item.GetProperty("subject").GetString()));
        Assert.Equal(["CN=adt.example", "CN=lab.example"], (await all.WalkAsync("/certificates?limit=1")).Select(item => item.GetProperty("subject").GetString()).Order());
    }

    [Fact]
    public async Task Who_is_limited_to_channels_sees_and_changes_the_replays_that_are_about_no_other()
    {
        await using MllpReceiver receiver = new();
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", receiver.Port), Samples.PassThrough("lab", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Hub.Port("adt"));
        using MllpSender lab = await MllpSender.ConnectAsync(hub.Hub.Port("lab"));
        await adt.SendAsync(Samples.Adt("A"));
        await lab.SendAsync(Samples.Adt("L"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 2);
        using ApiClient client = new(hub.Url);
        foreach (string body in new[] { """{ "messages": [1], "waits": true }""", """{ "messages": [2], "waits": true }""", """{ "messages": [1, 2], "waits": true }""", """{ "filter": { "channel": "lab" }, "waits": true }""", """{ "filter": { "type": "ADT" }, "waits": true }""" })
            Assert.Equal(201, (await client.AskAsync(HttpMethod.Post, "/replays", body, headers: ("Role", "Administrator"))).Status);
        (string, string)[] me = [("Role", "Operator"), ("Channels", "lab")];

        ApiAnswer list = await client.GetAsync("/replays", me);

        Assert.Equal([4L, 2], list.Items.Select(item => item.GetProperty("id").GetInt64()));
        Assert.Equal((200, 404, 404, 404), ((await client.GetAsync("/replays/2", me)).Status, (await client.GetAsync("/replays/1", me)).Status, (await client.GetAsync("/replays/3/failures", me)).Status, (await client.GetAsync("/replays/5", me)).Status));
        Assert.Equal(404, (await client.AskAsync(HttpMethod.Post, "/replays/1/pause", "{}", "application/json", me)).Status);
        Assert.NotEqual(404, (await client.AskAsync(HttpMethod.Post, "/replays/2/pause", "{}", "application/json", me)).Status);
        // A message that is not there yet may be one of any channel when its turn comes.
        Assert.Equal(403, (await client.AskAsync(HttpMethod.Post, "/replays", """{ "messages": [2, 999] }""", "application/json", me)).Status);
        Assert.Equal("lab", hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Replayed, Who = "somebody", Limit = 1 })[0].Record.Channel);
    }

    [Fact]
    public async Task A_role_that_has_to_say_why_sees_no_content_until_it_does()
    {
        TestFolder folder = new();
        folder.Write("admin.json", """{ "reasonFor": ["analyst"] }""");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", FreePort.Take()));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A"));
        await hub.UntilAsync(journal => journal.Find(new()).Count == 1);
        using Visitor analyst = await Visitor.AsAsync(hub, Role.Analyst);
        using ApiClient client = new(hub.AdminUrl);
        (string, string) token = ("Authorization", $"Bearer {await hub.Access.Tokens.AddAsync("api", Role.Analyst, [], 1, Doer.Local)}");

        // A word that is no control id is not looked for in content unasked.
        (_, string search) = await analyst.GetAsync("/messages?q=9990000018");
        Assert.Contains("href=\"/messages?patient=9990000018\"", search, StringComparison.Ordinal);
        Assert.DoesNotContain("instead, in what messages say", search, StringComparison.Ordinal);
        Assert.DoesNotContain("patient id in content", hub.Journal.FindAudit(new() { Act = AuditAct.Searched })[0].Record.Text, StringComparison.Ordinal);

        foreach ((string path, string handler, string step) in new[] { ("/messages/1?tab=content", "show", ""), ("/messages/1?tab=why", "why", ""), ("/messages/1?tab=actions&do=rewrite", "edit", "open"), ("/messages/1?tab=actions&do=rewrite", "edit", "look") })
        {
            (_, string text) = await analyst.PostAsync(path, handler, ("what", ""), ("step", step), ("text", "MSH|^~\\&|A|B|||20260301||ADT^A01|X|P|2.5"), ("reason", "  "));
            Assert.Contains("says why this is looked at", text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRAWF", text, StringComparison.Ordinal);
        }

        ApiAnswer[] refused = [await client.GetAsync("/messages/1/content", token), await client.GetAsync("/deliveries/1/content", token), await client.GetAsync("/messages/1/content", token, ("Hub-Reason", "%20"))];
        Assert.All(refused, answer => Assert.Equal((403, "HUB7165"), (answer.Status, answer["code"].GetString())));
        Assert.Empty(hub.Journal.FindAudit(new() { Act = AuditAct.SawContent }));

        (_, string shown) = await analyst.PostAsync("/messages/1?tab=content", "show", ("what", ""), ("reason", "ticket 7"));
        ApiAnswer given = await client.GetAsync("/messages/1/content", token, ("Hub-Reason", "ticket%208"));
        ApiAnswer other = await client.GetAsync("/messages/1/content?reason=ticket%209", token);
        using ApiClient administrator = new(hub);
        ApiAnswer unasked = await administrator.GetAsync("/messages/1/content");

        Assert.Contains("PRAWF", shown, StringComparison.Ordinal);
        Assert.Equal((200, 200, 200), (given.Status, other.Status, unasked.Status));
        Assert.Equal(["", "ticket 9", "ticket 8", "ticket 7"], hub.Journal.FindAudit(new() { Act = AuditAct.SawContent }).Select(one => one.Record.Reason));
    }

    [Fact]
    public async Task A_role_that_has_to_say_why_searches_no_content_until_it_does()
    {
        TestFolder folder = new();
        folder.Write("admin.json", """{ "reasonFor": ["analyst"] }""");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", FreePort.Take()));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A"));
        await sender.SendAsync(Samples.Adt("B"));
        await hub.UntilAsync(journal => journal.Find(new()).Count == 2);
        using Visitor analyst = await Visitor.AsAsync(hub, Role.Analyst);
        using Visitor administrator = await Visitor.AsAsync(hub, Role.Administrator);
        using ApiClient client = new(hub.AdminUrl);
        (string, string) token = ("Authorization", $"Bearer {await hub.Access.Tokens.AddAsync("api", Role.Analyst, [], 1, Doer.Local)}");

        foreach (string search in new[] { "patient=9990000018", "text=PRAWF" })
        {
            (_, string page) = await analyst.GetAsync($"/messages?{search}");
            Assert.Contains("says why this is looked at", page, StringComparison.Ordinal);
            Assert.Contains("name=\"reason\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"/messages/1\"", page, StringComparison.Ordinal);
            ApiAnswer[] refused = [await client.GetAsync($"/messages?{search}", token), await client.GetAsync($"/messages?{search}", token, ("Hub-Reason", "%20"))];
            Assert.All(refused, answer => Assert.Equal((403, "HUB7165"), (answer.Status, answer["code"].GetString())));
        }

        Assert.Empty(hub.Journal.FindAudit(new() { Act = AuditAct.Searched }));

        (_, string shown) = await analyst.GetAsync("/messages?patient=9990000018&reason=ticket+7");
        (_, string unasked) = await administrator.GetAsync("/messages?patient=9990000018");
        ApiAnswer first = await client.GetAsync("/messages?patient=9990000018&limit=1&reason=ticket%208", token);
        ApiAnswer second = await client.GetAsync($"/messages?patient=9990000018&limit=1&cursor={first.Next}", token, ("Hub-Reason", "ticket%209"));

        Assert.Contains("href=\"/messages/1\"", shown, StringComparison.Ordinal);
        Assert.Contains("href=\"/messages/1\"", unasked, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"reason\"", unasked, StringComparison.Ordinal);
        // A search that is kept is made again by another reason.
        Assert.Contains("href=\"/messages/searches?patient=9990000018\"", shown, StringComparison.Ordinal);
        Assert.Equal((1, 1), (first.Items.Count, second.Items.Count));
        Assert.Equal(["ticket 9", "ticket 8", "", "ticket 7"], hub.Journal.FindAudit(new() { Act = AuditAct.Searched }).Select(one => one.Record.Reason));
        Assert.All(hub.Journal.FindAudit(new() { Act = AuditAct.Searched }), one => Assert.DoesNotContain("ticket", one.Record.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_audit_is_read_page_by_page_by_who_may_and_each_page_is_kept()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1), Samples.PassThrough("lab", 1));
        for (int i = 0; i < 5; i++)
            await hub.Journal.AppendAsync(new AuditRecord { At = new(2026, 3, 1, 8, i, 0, TimeSpan.Zero), Who = "mair", Act = AuditAct.SawContent, Channel = i % 2 == 0 ? "adt" : "lab", Message = new(i + 1), Text = $"message {i + 1}", Reason = "asked" });
        using ApiClient client = new(hub.AdminUrl);
        async Task<(string, string)> AsAsync(Role role, params string[] channels) => ("Authorization", $"Bearer {await hub.Access.Tokens.AddAsync(role.ToString(), role, channels, 1, Doer.Local)}");
        (string, string) auditor = await AsAsync(Role.Auditor);

        ApiAnswer first = await client.GetAsync("/audit?who=mair&limit=2", auditor);
        ApiAnswer second = await client.GetAsync($"/audit?who=mair&limit=2&cursor={first.Next}", auditor);
        ApiAnswer timed = await client.GetAsync("/audit?act=SawContent&since=2026-03-01T08:01:00Z&until=2026-03-01T08:03:00Z", auditor);
        ApiAnswer one = await client.GetAsync("/audit?message=3", auditor);
        ApiAnswer limited = await client.GetAsync("/audit?who=mair", await AsAsync(Role.Auditor, "lab"));

        static string[] Texts(ApiAnswer answer) => [.. answer.Items.Select(item => item.GetProperty("text").GetString()!)];
        Assert.Equal(["message 5", "message 4"], Texts(first));
        Assert.Equal(["message 3", "message 2"], Texts(second));
        Assert.Equal(["message 3", "message 2"], Texts(timed));
        JsonElement row = Assert.Single(one.Items);
        Assert.Equal(("mair", "SawContent", "adt", 3L, "asked"), (row.GetProperty("who").GetString(), row.GetProperty("act").GetString(), row.GetProperty("channel").GetString(), row.GetProperty("message").GetInt64(), row.GetProperty("reason").GetString()));
        Assert.Equal(["message 4", "message 2"], Texts(limited));
        Assert.Equal(403, (await client.GetAsync("/audit", await AsAsync(Role.Analyst))).Status);
        Assert.Equal(["list message 3", "list act SawContent, since 2026-03-01T08:01:00.0000000Z, until 2026-03-01T08:03:00.0000000Z", "list who mair (a later page)", "list who mair"],
            hub.Journal.FindAudit(new() { Act = AuditAct.SawAudit, Who = "token:Auditor" }).Skip(1).Select(kept => kept.Record.Text));
    }

    [Fact]
    public async Task With_a_certificate_the_address_is_https_and_cookies_are_for_it_alone_and_commands_know_it()
    {
        TestAuthority authority = new("North Authority");
        TestFolder folder = new();
        WriteOwn(folder, "hub.pem", authority, "CN=hub.example");
        folder.Write("admin.json", """{ "tls": { "certificate": "hub.pem" } }""");
        await using HubHost hub = await HubHost.StartAsync(folder);
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
        string? subject = null;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject) is not null;
        using HttpClient client = new(handler) { BaseAddress = new(hub.AdminUrl) };

        using HttpResponseMessage login = await client.GetAsync(new Uri("/login", UriKind.Relative));

        Assert.StartsWith("https://127.0.0.1:", hub.AdminUrl, StringComparison.Ordinal);
        Assert.Equal("CN=hub.example", subject);
        Assert.All(login.Headers.GetValues("Set-Cookie"), cookie => Assert.Matches("^__Host-.*; secure", cookie));
        Assert.Equal("live\n", await hub.GetAsCommandAsync("/health/live"));
        // Another one at the same place is not the Hub.
        await Assert.ThrowsAsync<HttpRequestException>(() => hub.GetAsCommandAsync("/health/live", new string('0', 64)));
        using HttpClient plain = new() { BaseAddress = new(hub.AdminUrl.Replace("https:", "http:", StringComparison.Ordinal)) };
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetStringAsync(new Uri("/health/live", UriKind.Relative)));
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9, 127.0.0.7", "203.0.113.9")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.5", "203.0.113.9", "127.0.0.1")]
    public async Task What_a_proxy_says_is_believed_of_proxies_that_are_named_alone(string proxy, string forwarded, string from)
    {
        TestFolder folder = new();
        folder.Write("admin.json", $$"""{ "proxies": ["{{proxy}}"] }""");
        await using HubHost hub = await HubHost.StartAsync(folder);
        using HttpClient client = Visits.Client(hub);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https, https");

        using HttpResponseMessage login = await client.GetAsync(new Uri("/login", UriKind.Relative));
        await client.GetStringAsync(new Uri("/audit", UriKind.Relative));

        Assert.Equal(from, hub.Journal.FindAudit(new() { Act = AuditAct.SawAudit }).Single().Record.From);
        Assert.Equal(from != "127.0.0.1", login.Headers.GetValues("Set-Cookie").All(cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("""{ "proxies": ["everywhere"] }""", "HUB7032")]
    [InlineData("""{ "reasonFor": ["viewer"] }""", "HUB7035")]
    [InlineData("""{ "reasonsFor": ["analyst"] }""", "reasonsFor")]
    [InlineData("""{ "tls": { "certificate": "none.pem" } }""", "none.pem")]
    public async Task A_Hub_does_not_start_with_settings_of_its_address_that_it_cannot_keep(string text, string said)
    {
        TestFolder folder = new();
        folder.Write("admin.json", text);

        IOException refused = await Assert.ThrowsAsync<IOException>(() => HubHost.StartAsync(folder));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private static string Secure(string id) => $$"""{ "id": "{{id}}", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "{{id}}.pem" } }, "destinations": [{ "id": "out", "type": "mllp", "endpoint": "127.0.0.1:1" }] }""";

    private static void WriteOwn(TestFolder folder, string name, TestAuthority authority, string subject)
    {
        string file = folder.Write(name, TestAuthority.PemWithKey(authority.Issue(subject)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Tests.Api;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Dashboard.Tests;

/// <summary>Ways around a role, a limit or the audit that are shut; each by a real request.</summary>
public sealed partial class AccessLeakTests
{
    private const string Name = "JONES";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task To_look_where_a_change_differs_is_a_view_of_content_and_kept()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Analyst);

        (_, string shown) = await visitor.PostAsync("/messages/1?tab=actions&do=rewrite", "edit", ("step", "look"), ("text", "MSH|^~\\&|PAS|WARD|||20260301120000||ADT^A01^ADT_A01|X|P|2.5"));
        (_, string other) = await visitor.PostAsync("/messages/1?tab=actions&do=rewrite", "edit", ("step", "none"), ("text", "MSH|^~\\&|PAS|WARD|||20260301120000||ADT^A01^ADT_A01|X|P|2.5"));

        Assert.Contains(Name, shown, StringComparison.Ordinal);
        Assert.Contains(Name, other, StringComparison.Ordinal);
        Assert.Equal(2, hub.Hub.Journal.FindAudit(new() { Act = AuditAct.SawContent, Message = new(1) }).Count);
    }

    [Fact]
    public async Task Why_a_try_failed_is_on_no_page_for_who_only_looks()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        string reason = hub.Hub.Journal.Read(new(1))!.Deliveries[0].Reason!;
        using Visitor viewer = await Visitor.AsAsync(hub.Hub, Role.Viewer);
        using Visitor auditor = await Visitor.AsAsync(hub.Hub, Role.Auditor);
        using Visitor operates = await Visitor.AsAsync(hub.Hub, Role.Operator);
        const string pause = "the bed of 9990001112 is moved";
        using ApiClient client = new(hub.Hub);
        await client.PutAsync("/channels/adt/destinations/lab/state", $$"""{ "paused": true, "reason": "{{pause}}" }""");

        foreach ((string path, string said) in new[] { ("/messages/1", reason), ("/messages/1?tab=story", reason), ("/queues", reason), ("/queues", pause), ("/channels/adt", pause) })
        {
            Assert.DoesNotContain(said, WebUtility.HtmlDecode((await viewer.GetAsync(path)).Text), StringComparison.Ordinal);
            Assert.DoesNotContain(said, WebUtility.HtmlDecode((await auditor.GetAsync(path)).Text), StringComparison.Ordinal);
            Assert.Contains(said, WebUtility.HtmlDecode((await operates.GetAsync(path)).Text), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_script_says_of_a_message_is_nowhere_for_who_only_looks()
    {
        const string Checked = """
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "validate": { "level": "standard" },
              "steps": [ { "type": "script", "code": "Reject(\"Patient \" + Message.Get(\"PID-5.1\") + \" has no ward\");" } ],
              "destinations": [ { "id": "out", "type": "file", "folder": "out", "name": "${message.id}" } ] }
            """;
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using HubHost hub = await HubHost.StartAsync(folder, Checked);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(MessageHub.Admission("C1"));
        // Also one that the standard is against: what a rule says is the same for every value.
        await sender.SendAsync(MessageHub.Admission("C2").Replace("|19800101|", "|198X0101|", StringComparison.Ordinal));
        await hub.UntilAsync(journal => journal.Find(new()).Count == 2 && journal.FindIncidents(new() { IsOpen = true }).Count > 0);
        MessageProblem script = hub.Journal.Read(new(1))!.Problems.Single();
        MessageProblem rule = hub.Journal.Read(new(2))!.Problems.First(problem => problem.Rule is not null);
        Assert.Contains(Name, script.Text, StringComparison.Ordinal);
        using Visitor viewer = await Visitor.AsAsync(hub, Role.Viewer);
        using Visitor auditor = await Visitor.AsAsync(hub, Role.Auditor);
        using Visitor operates = await Visitor.AsAsync(hub, Role.Operator);
        string[] told = ["/messages/1", "/messages/1?tab=story", "/messages/2", "/api/v1/messages", "/api/v1/messages?state=Rejected", "/api/v1/messages/1", "/api/v1/messages/2"];
        string[] others =
        [
            "/", "/messages", "/messages/1?tab=why", "/messages/1?tab=tree", "/messages/1?tab=raw", "/messages/1?tab=actions", "/queues", "/channels", "/channels/adt", "/incidents", "/incidents/1", "/statistics", "/statistics.csv",
            "/api/v1/incidents", "/api/v1/incidents/1", "/api/v1/deliveries", "/api/v1/statistics", "/api/v1/channels", "/metrics",
        ];

        foreach (string path in (string[])[.. told, .. others])
        {
            Assert.DoesNotContain(Name, (await viewer.GetAsync(path)).Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Name, (await auditor.GetAsync(path)).Text, StringComparison.Ordinal);
        }

        (_, string why) = await viewer.PostAsync("/messages/1?tab=why", "why");
        Assert.DoesNotContain(Name, why, StringComparison.Ordinal);
        // What is left says as much as may be said.
        foreach (string path in told.Where(path => !path.EndsWith('2')))
            Assert.Contains(Name, (await operates.GetAsync(path)).Text, StringComparison.Ordinal);
        using JsonDocument one = JsonDocument.Parse((await viewer.GetAsync("/api/v1/messages/1")).Text);
        JsonElement left = one.RootElement.GetProperty("problems")[0];
        Assert.Equal(("Error", script.Code), (left.GetProperty("severity").GetString(), left.GetProperty("code").GetInt32()));
        Assert.False(left.TryGetProperty("text", out JsonElement text) && text.ValueKind != JsonValueKind.Null);
        foreach (string path in new[] { "/messages/2", "/messages/2?tab=story", "/api/v1/messages/2" })
            Assert.Contains(rule.Text, WebUtility.HtmlDecode((await viewer.GetAsync(path)).Text), StringComparison.Ordinal);
        Assert.Contains("Code 207", WebUtility.HtmlDecode((await viewer.GetAsync("/messages/1")).Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_codes_at_once_are_no_more_tries_than_one_after_the_other()
    {
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance);
        await MakeAsync(hub, time);
        using HttpClient browser = Browser(hub);
        await PostAsync(browser, "/login", "login", ("UserName", "mair"), ("Password", Password));
        string token = await TokenAsync(browser, "/login/code");

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => SendAsync(browser, "/login/code", "code", token, ("Code", $"{i:D6}"))));

        Assert.InRange(hub.Journal.FindAudit(new() { Act = AuditAct.LoginFailed, Limit = 100 }).Count, 1, LoginDelays.Free + 1);
    }

    [Fact]
    public async Task A_code_is_no_good_after_the_password_was_changed()
    {
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance);
        string secret = await MakeAsync(hub, time);
        using HttpClient browser = Browser(hub);
        await PostAsync(browser, "/login", "login", ("UserName", "mair"), ("Password", Password));
        string token = await TokenAsync(browser, "/login/code");
        await hub.Access.Accounts.ChangePasswordAsync("mair", "another horse battery", "", "");
        time.Advance(TimeSpan.FromSeconds(60));

        await SendAsync(browser, "/login/code", "code", token, ("Code", Totp.Code(secret, time.GetUtcNow())));

        Assert.Empty(hub.Access.Sessions.Of("mair"));
        Assert.Empty(hub.Journal.FindAudit(new() { Act = AuditAct.LoggedIn }));
    }

    [Fact]
    public async Task What_is_about_no_channel_is_not_for_who_is_limited_to_some()
    {
        await using MessageHub hub = await MessageHub.StartAsync(withAlerts: true);
        using HttpClient attacker = new() { BaseAddress = new(hub.Hub.AdminUrl) };
        attacker.DefaultRequestHeaders.Add("Authorization", $"Bearer hub_12345678_{new string('x', 43)}");
        for (int i = 0; i <= LoginDelays.Free; i++)
        {
            using HttpResponseMessage refused = await attacker.GetAsync(new Uri("/api/v1/channels", UriKind.Relative));
        }

        await hub.Hub.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Count > 0);
        long id = hub.Hub.Journal.FindIncidents(new() { IsOpen = true }).Single().Id;
        using Visitor limited = await Visitor.AsAsync(hub.Hub, Role.Operator, "adt");

        Assert.DoesNotContain($"/incidents/{id}", (await limited.GetAsync("/incidents")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await limited.GetAsync($"/incidents/{id}")).Status);
        Assert.NotEqual(HttpStatusCode.Found, (await limited.PostAsync($"/incidents/{id}", "incident", ("do", "Mute"), ("hours", "4"))).Status);
        Assert.Null(hub.Hub.Journal.FindIncidents(new() { IsOpen = true }).Single().MutedUntil);
    }

    [Fact]
    public async Task A_mistake_under_another_spelling_of_the_address_is_a_problem_too()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = Visits.Client(hub);

        using HttpResponseMessage answer = await client.GetAsync(new Uri("/API/v1/messages?limit=x", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("HUB7150", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_names_no_channel_is_none_for_all()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using Visitor administrator = await Visitor.AsAsync(hub, Role.Administrator);

        (_, string text) = await administrator.PostAsync("/access/tokens", "add", ("TokenName", "export"), ("RoleName", "Viewer"), ("ChannelList", " , "), ("Days", "1"), ("once", "1"));

        Assert.Contains("names no channel", text, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Access.Tokens.All, token => token.Name == "export");
        Assert.Throws<AccessException>(() => Accounts.ChannelsOf(""));
        Assert.Equal(["adt", "oru"], Accounts.ChannelsOf("adt, oru,adt"));
        Assert.Empty(Accounts.ChannelsOf(null));
    }

    private static async Task<string> MakeAsync(HubHost hub, ManualTime time)
    {
        string link = await hub.Access.Accounts.AddAsync("mair", Role.Operator, [], Doer.Local);
        await hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], Password, "");
        string secret = await hub.Access.Accounts.BeginTotpAsync("mair");
        Assert.NotNull(await hub.Access.Accounts.ConfirmTotpAsync("mair", Totp.Code(secret, time.GetUtcNow()), ""));
        return secret;
    }

    private static HttpClient Browser(HubHost hub)
    {
        HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(hub.AdminUrl) };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        return browser;
    }

    private static async Task<string> TokenAsync(HttpClient browser, string path)
    {
        string page = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
        return WebUtility.HtmlDecode(Token().Match(page[page.IndexOf("access-form", StringComparison.Ordinal)..]).Groups["token"].Value);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient browser, string path, string handler, params (string Name, string Value)[] fields) =>
        await SendAsync(browser, path, handler, await TokenAsync(browser, path), fields);

    private static async Task<HttpStatusCode> SendAsync(HttpClient browser, string path, string handler, string token, params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("_handler", handler), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using HttpResponseMessage response = await browser.PostAsync(new Uri(path, UriKind.Relative), form);
        return response.StatusCode;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}

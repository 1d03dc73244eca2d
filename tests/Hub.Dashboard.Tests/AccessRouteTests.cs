using System.Net;
using System.Text.RegularExpressions;
using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Tests;

/// <summary>Who may go where: every address of a running Hub, asked by nobody, by each role, and by a command of the machine.</summary>
public sealed partial class AccessRouteTests
{
    private const string Anyone = "anyone";
    private const string Machine = "machine";

    /// <summary>Every address, and who may: anyone, the commands of the machine alone, or who has a permission. A new address needs a row.</summary>
    private static readonly Dictionary<string, string> s_table = new()
    {
        // Pages
        ["/"] = nameof(Permission.SeeState),
        ["/account"] = nameof(Permission.SeeState),
        ["/access"] = nameof(Permission.ManageAccess),
        ["/access/tokens"] = nameof(Permission.ManageAccess),
        ["/denied"] = Anyone,
        ["/login"] = Anyone,
        ["/login/code"] = Anyone,
        ["/welcome"] = Anyone,
        ["/audit"] = nameof(Permission.SeeAudit),
        ["/incidents"] = nameof(Permission.SeeState),
        ["/incidents/{Id:long}"] = nameof(Permission.SeeState),
        ["/messages"] = nameof(Permission.SeeState),
        ["/messages/searches"] = nameof(Permission.SeeState),
        ["/messages/{Id:long}"] = nameof(Permission.SeeState),
        ["/certificates"] = nameof(Permission.SeeState),
        ["/channels"] = nameof(Permission.SeeState),
        ["/channels/{Id}"] = nameof(Permission.SeeState),
        ["/estate"] = nameof(Permission.SeeState),
        ["/queues"] = nameof(Permission.SeeState),
        ["/queues/do"] = nameof(Permission.Operate),
        ["/queues/pause"] = nameof(Permission.Operate),
        ["/settings"] = nameof(Permission.SeeState),
        ["/statistics"] = nameof(Permission.SeeState),
        // What pages are made of
        ["/appearance"] = Anyone,
        ["/assets/{name}"] = Anyone,
        ["/live"] = nameof(Permission.SeeState),
        ["/estate.svg"] = nameof(Permission.SeeState),
        ["/statistics.csv"] = nameof(Permission.SeeState),
        // The platform's, for its own script, which is not used here: it names no permission.
        ["/_framework/opaque-redirect"] = nameof(Permission.ManageAccess),
        // For machines that watch the Hub
        ["/health/live"] = Anyone,
        ["/health/ready"] = Anyone,
        ["/metrics"] = Anyone,
        // The API; where methods of an address differ, each has a row
        ["/api/v1/openapi.json"] = nameof(Permission.SeeState),
        ["/api/v1/audit"] = nameof(Permission.SeeAudit),
        ["/api/v1/certificates"] = nameof(Permission.SeeState),
        ["/api/v1/channels"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/destinations/{destination}"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/destinations/{destination}/state"] = nameof(Permission.Operate),
        ["/api/v1/channels/{channel}/diff"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/file"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/problems"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/state"] = nameof(Permission.Operate),
        ["/api/v1/channels/{channel}/versions"] = nameof(Permission.SeeState),
        ["/api/v1/channels/{channel}/versions/{number:int}"] = nameof(Permission.SeeState),
        ["/api/v1/deliveries"] = nameof(Permission.SeeState),
        ["/api/v1/deliveries/operations"] = nameof(Permission.Operate),
        ["/api/v1/deliveries/{delivery:long}"] = nameof(Permission.SeeState),
        ["/api/v1/deliveries/{delivery:long}/attempts/{attempt:int}/answer"] = nameof(Permission.SeeContent),
        ["/api/v1/deliveries/{delivery:long}/content"] = nameof(Permission.SeeContent),
        ["/api/v1/deliveries/{delivery:long}/differences"] = nameof(Permission.SeeContent),
        ["/api/v1/destinations"] = nameof(Permission.SeeState),
        ["/api/v1/incidents"] = nameof(Permission.SeeState),
        ["/api/v1/incidents/{incident:long}"] = nameof(Permission.SeeState),
        ["/api/v1/incidents/{incident:long}/acknowledge"] = nameof(Permission.Operate),
        ["/api/v1/incidents/{incident:long}/mails"] = nameof(Permission.SeeState),
        ["/api/v1/incidents/{incident:long}/mute"] = nameof(Permission.Operate),
        ["/api/v1/incidents/{incident:long}/unmute"] = nameof(Permission.Operate),
        ["/api/v1/journal/keys"] = nameof(Permission.Change),
        ["/api/v1/messages"] = nameof(Permission.SeeState),
        ["/api/v1/messages/{message:long}"] = nameof(Permission.SeeState),
        ["/api/v1/messages/{message:long}/content"] = nameof(Permission.SeeContent),
        ["/api/v1/messages/{message:long}/explanation"] = nameof(Permission.SeeContent),
        ["/api/v1/messages/{message:long}/resubmit"] = nameof(Permission.EditContent),
        ["GET /api/v1/replays"] = nameof(Permission.SeeState),
        ["POST /api/v1/replays"] = nameof(Permission.Operate),
        ["/api/v1/replays/preview"] = nameof(Permission.Operate),
        ["/api/v1/replays/{replay:long}"] = nameof(Permission.SeeState),
        ["/api/v1/replays/{replay:long}/cancel"] = nameof(Permission.Operate),
        ["/api/v1/replays/{replay:long}/failures"] = nameof(Permission.SeeState),
        ["/api/v1/replays/{replay:long}/pause"] = nameof(Permission.Operate),
        ["/api/v1/replays/{replay:long}/resume"] = nameof(Permission.Operate),
        ["/api/v1/retention"] = nameof(Permission.SeeState),
        ["/api/v1/retention/prune"] = nameof(Permission.Change),
        ["/api/v1/statistics"] = nameof(Permission.SeeState),
        ["/api/v1/statistics.csv"] = nameof(Permission.SeeState),
        ["/api/v1/statistics/availability"] = nameof(Permission.SeeState),
        // For the commands of the machine
        ["/api/access"] = Machine,
    };

    [Fact]
    public async Task Every_address_is_open_to_those_whom_the_table_names_and_to_nobody_else()
    {
        await using HubHost hub = await HubHost.StartAsync();
        List<string> wrong = [];
        (string Who, Role? Role, string? Authorization)[] all = [.. await TokensAsync(hub), ("nobody", null, null), (Machine, Role.Administrator, hub.AdminAuthorization)];
        RouteEndpoint[] endpoints = [.. hub.Endpoints.OfType<RouteEndpoint>()];
        (HttpMethod Method, string Pattern, string Row)[] asked = [.. endpoints.SelectMany(endpoint => MethodsOf(endpoint).Select(method => (method, PatternOf(endpoint), RowOf(method, PatternOf(endpoint)))))];
        wrong.AddRange(asked.Where(one => !s_table.ContainsKey(one.Row)).Select(one => $"{one.Method} {one.Pattern} has no row in the table"));
        wrong.AddRange(s_table.Keys.Except(asked.Select(one => one.Row)).Select(row => $"{row} is in the table and not there"));
        foreach ((HttpMethod method, string pattern, string row) in asked.Where(one => s_table.ContainsKey(one.Row)))
        {
            foreach ((string who, Role? role, string? authorization) in all)
            {
                HttpStatusCode status = await AskAsync(hub, method, pattern, authorization);
                bool isIn = status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                if (isIn != MayGo(s_table[row], who, role) || (who == "nobody" && status == HttpStatusCode.Forbidden))
                    wrong.Add($"{method} {pattern} by {who}: {(int)status}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_page_sends_a_browser_without_a_session_to_the_login_and_back_and_the_API_says_401()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(hub.AdminUrl) };
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        using HttpResponseMessage page = await client.GetAsync(new Uri("/access?a=b", UriKind.Relative));
        using HttpResponseMessage api = await client.GetAsync(new Uri("/api/v1/destinations", UriKind.Relative));

        Assert.Equal("/login?to=%2Faccess%3Fa%3Db", page.Headers.Location!.OriginalString);
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json", null), (api.StatusCode, api.Content.Headers.ContentType!.MediaType, api.Headers.Location));
        Assert.Contains("HUB7153", await api.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_run_no_code_and_to_be_in_no_frame()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = new() { BaseAddress = new(hub.AdminUrl) };

        using HttpResponseMessage response = await client.GetAsync(new Uri("/login", UriKind.Relative));

        string policy = string.Concat(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.All(response.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("samesite=strict; httponly", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = Visits.Client(hub);
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["_handler"] = "add", ["UserName"] = "mallory", ["RoleName"] = "Administrator" });

        using HttpResponseMessage response = await client.PostAsync(new Uri("/access", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(hub.Access.Accounts.Find("mallory"));
    }

    [Fact]
    public async Task Keys_of_cookies_are_beside_the_journals_keys_for_their_owner_alone()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = Visits.Client(hub);
        using HttpResponseMessage page = await client.GetAsync(new Uri("/login", UriKind.Relative));
        string folder = hub.Folder.Path("data.keys", "web");

        string key = Assert.Single(Directory.GetFiles(folder));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }

    private static async Task<IEnumerable<(string, Role?, string?)>> TokensAsync(HubHost hub)
    {
        List<(string, Role?, string?)> tokens = [];
        foreach (Role role in Enum.GetValues<Role>())
            tokens.Add((role.ToString(), role, $"Bearer {await hub.Access.Tokens.AddAsync(role.ToString(), role, [], 1, Doer.Local)}"));
        return tokens;
    }

    private static bool MayGo(string row, string who, Role? role) => row switch
    {
        Anyone => true,
        Machine => who == Machine,
        _ => role is { } given && Rights.Of(given, Enum.Parse<Permission>(row)),
    };

    private static string RowOf(HttpMethod method, string pattern) => s_table.ContainsKey($"{method} {pattern}") ? $"{method} {pattern}" : pattern;

    private static string PatternOf(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}";

    // Pages take both: what is refused by GET is refused by POST.
    private static IEnumerable<HttpMethod> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE").Select(method => new HttpMethod(method));

    private static async Task<HttpStatusCode> AskAsync(HubHost hub, HttpMethod method, string pattern, string? authorization)
    {
        // A watcher with a token of its own is told that it asks the wrong Hub: health is for those without.
        bool isHealth = pattern is "/health/live" or "/health/ready" or "/metrics";
        using HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpRequestMessage request = new(method, hub.AdminUrl.TrimEnd('/') + Name().Replace(Number().Replace(pattern, "1"), "none"));
        if (authorization is not null && !isHealth)
            request.Headers.Add("Authorization", authorization);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    [GeneratedRegex(@"\{\w+:(long|int)\}")]
    private static partial Regex Number();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Name();
}

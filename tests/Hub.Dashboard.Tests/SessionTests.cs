using System.Net;
using System.Text.RegularExpressions;
using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Dashboard.Tests;

/// <summary>Which requests of a browser keep a session alive; time is moved by the test.</summary>
public sealed partial class SessionTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task A_page_that_stays_fresh_by_itself_does_not_keep_a_session_alive()
    {
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance);
        using HttpClient browser = await LoggedInAsync(hub);
        time.Advance(TimeSpan.FromMinutes(20));

        // As browsers do by plain http to another machine: without Sec-Fetch-Mode.
        Assert.Equal(HttpStatusCode.OK, await GetAsync(browser, "/", isLive: true));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(browser, "/live"));
        time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(browser, "/live"));
        Assert.Equal(HttpStatusCode.Found, await GetAsync(browser, "/"));
    }

    [Fact]
    public async Task A_page_that_a_person_opens_keeps_it_alive()
    {
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance);
        using HttpClient browser = await LoggedInAsync(hub);
        time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(browser, "/"));
        time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(browser, "/"));
    }

    private static async Task<HttpClient> LoggedInAsync(HubHost hub)
    {
        string link = await hub.Access.Accounts.AddAsync("mair", Role.Operator, [], Doer.Local);
        await hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], Password, "");
        HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(hub.AdminUrl) };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        string login = await browser.GetStringAsync(new Uri("/login", UriKind.Relative));
        string form = login[login.IndexOf("access-form", StringComparison.Ordinal)..];
        using FormUrlEncodedContent sent = new(new Dictionary<string, string>
        {
            ["_handler"] = "login",
            ["UserName"] = "mair",
            ["Password"] = Password,
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(Token().Match(form).Groups["token"].Value),
        });
        using HttpResponseMessage answer = await browser.PostAsync(new Uri("/login", UriKind.Relative), sent);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return browser;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient browser, string path, bool isLive = false)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (isLive)
            request.Headers.Add("Hub-Live", "1");
        if (path == "/live")
            request.Headers.Add("Accept", "text/event-stream");
        using HttpResponseMessage response = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}

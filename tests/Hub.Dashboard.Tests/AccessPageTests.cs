using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Logging in and managing access, as people do it in a browser.</summary>
[Collection(nameof(Chromium))]
public sealed class AccessPageTests(Chromium chromium)
{
    private const string Password = "correct horse battery";

    [SkippableFact]
    public async Task A_person_sets_a_password_by_link_logs_in_and_out_without_script()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync();
        string link = (await hub.Access.Accounts.FirstLinkAsync())!;
        IPage page = await chromium.OpenAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 360, Height = 740 } });

        await page.GotoAsync(hub.AdminUrl.TrimEnd('/') + link);
        await page.FillAsync("#new-password", Password);
        await page.FillAsync("#again", "something else altogether");
        await page.ClickAsync("main button");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("not the same");
        await page.FillAsync("#new-password", Password);
        await page.FillAsync("#again", Password);
        await page.ClickAsync("main button");
        await Expect(page.Locator("[role=status]")).ToContainTextAsync("password is set");
        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/access/tokens");
        Assert.Equal("/login?to=%2Faccess%2Ftokens", new Uri(page.Url).PathAndQuery);
        await LogInAsync(page, "admin", "wrong wrong wrong");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("not right");
        await LogInAsync(page, "admin", Password);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Access");
        Assert.Equal("/access/tokens", new Uri(page.Url).PathAndQuery);
        Assert.False(await page.IsTooWideAsync());
        BrowserContextCookiesResult cookie = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "hub");
        Assert.True(cookie.HttpOnly);
        Assert.Equal((SameSiteAttribute.Strict, -1f), (cookie.SameSite, cookie.Expires));

        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/account");
        Assert.False(await page.IsTooWideAsync());
        await page.ClickAsync("text=Log out");
        await page.Context.AddCookiesAsync([new() { Name = cookie.Name, Value = cookie.Value, Url = hub.AdminUrl }]);
        await page.GotoAsync(hub.AdminUrl);

        Assert.Equal("/login", new Uri(page.Url).AbsolutePath);
    }

    [SkippableFact]
    public async Task A_person_sets_up_a_second_factor_and_logs_in_with_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        IPage page = await LoggedInAsync(hub, Role.Operator);
        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/account");
        await page.FillAsync("#factor-password", Password);
        await page.ClickAsync("text=Set up a second factor");
        string secret = (await page.InnerTextAsync("dd code")).Replace(" ", "", StringComparison.Ordinal);
        await page.FillAsync("#factor-code", Totp.Code(secret, time.GetUtcNow()));
        await page.ClickAsync("text=Turn on");
        Assert.Equal(10, await page.Locator(".access-codes li").CountAsync());
        string recovery = await page.InnerTextAsync(".access-codes li:first-child");
        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/account");
        await page.ClickAsync("text=Log out");

        await LogInAsync(page, "mair", Password);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Second factor");
        await page.FillAsync("#code", "000000");
        await page.ClickAsync("main button");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("not right");
        await page.FillAsync("#code", recovery);
        await page.ClickAsync("main button");

        await Expect(page.Locator(".person")).ToHaveTextAsync("mair");
    }

    [SkippableFact]
    public async Task An_administrator_adds_a_person_and_a_token_and_revokes_it_and_each_is_shown_once()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync();
        IPage page = await LoggedInAsync(hub, Role.Administrator);
        List<string> complaints = [];
        page.Console += (_, message) => complaints.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/access");
        await page.FillAsync("#new-name", "Rhys");
        await page.SelectOptionAsync("#role-new", "Analyst");
        await page.FillAsync("#channels-new", "adt, oru");
        await page.ClickAsync("text=Make account and link");
        string link = await page.InnerTextAsync("#link");
        Assert.StartsWith(hub.AdminUrl, link, StringComparison.Ordinal);
        Account rhys = hub.Access.Accounts.Find("rhys")!;
        Assert.Equal(Role.Analyst, rhys.Role);
        Assert.Equal(["adt", "oru"], rhys.Channels);

        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/access/tokens");
        await page.FillAsync("#token-name", "<script>alert(1)</script>");
        await page.ClickAsync("text=Make token");
        string token = await page.InnerTextAsync("#token");
        Assert.NotNull(await hub.Access.Tokens.LookAsync(token));
        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/access/tokens");
        await Expect(page.Locator("tbody")).ToContainTextAsync("<script>");
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);
        await page.ClickAsync("tbody >> text=Revoke");
        await Expect(page.Locator("tbody")).ToContainTextAsync("Revoked");
        Assert.Null(await hub.Access.Tokens.LookAsync(token));
        Assert.Empty(complaints);
    }

    [SkippableFact]
    public async Task A_role_that_may_not_is_told_so()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync();
        IPage page = await LoggedInAsync(hub, Role.Operator);

        await page.GotoAsync($"{hub.AdminUrl.TrimEnd('/')}/access");

        await Expect(page.Locator("h1")).ToContainTextAsync("not for your role");
        Assert.Equal("/denied", new Uri(page.Url).AbsolutePath);
    }

    private async Task<IPage> LoggedInAsync(HubHost hub, Role role)
    {
        string link = await hub.Access.Accounts.AddAsync("mair", role, [], Doer.Local);
        await hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], Password, "");
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(hub.AdminUrl.TrimEnd('/') + "/login");
        await LogInAsync(page, "mair", Password);
        await Expect(page.Locator(".person")).ToHaveTextAsync("mair");
        return page;
    }

    private static async Task LogInAsync(IPage page, string name, string password)
    {
        await page.FillAsync("#name", name);
        await page.FillAsync("#password", password);
        await page.ClickAsync("main button");
    }
}

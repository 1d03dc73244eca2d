using System.Text;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Each page, as people of all kinds have it in front of them.</summary>
[Collection(nameof(Chromium))]
public sealed class PageTests(Chromium chromium)
{
    public static TheoryData<string, string, string> Pages => new()
    {
        { "/", "Overview", "Trosolwg" },
        { "/estate", "Estate", "Ystad" },
        { "/channels", "Channels", "Sianeli" },
        { "/channels/orders-to-lab", "orders-to-lab", "orders-to-lab" },
        { "/statistics", "Statistics", "Ystadegau" },
        { "/certificates", "Certificates and partners", "Tystysgrifau a phartneriaid" },
        { "/settings", "Settings", "Gosodiadau" },
    };

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_fits_its_window_in_both_themes_on_a_desk_and_on_a_phone(string path, string english, string welsh)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (ViewportSize size in new ViewportSize[] { new() { Width = 1280, Height = 900 }, new() { Width = 360, Height = 740 } })
            {
                IPage page = await chromium.VisitAsync(hub, path, new() { ColorScheme = scheme, ViewportSize = size });
                await Expect(page.Locator("h1")).ToHaveTextAsync(english);
                Assert.False(await page.IsTooWideAsync(), $"{path} at {size.Width}");
                await page.CloseAsync();
            }
        }

        IPage cymraeg = await chromium.VisitAsync(hub, path, new() { Locale = "cy", ViewportSize = new() { Width = 360, Height = 740 } });
        await Expect(cymraeg.Locator("h1")).ToHaveTextAsync(welsh);
        Assert.False(await cymraeg.IsTooWideAsync(), $"{path} in Welsh");
    }

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_small_needs_no_script_and_makes_no_mistake_in_the_browser(string path, string english, string welsh)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        using HttpClient client = Visits.Client(hub);
        string text = await client.GetStringAsync(new Uri(path, UriKind.Relative));
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 100_000);

        IPage quiet = await chromium.VisitAsync(hub, path, new() { JavaScriptEnabled = false });
        await Expect(quiet.Locator("h1")).ToHaveTextAsync(english);
        IPage page = await chromium.OpenAsync(new() { ExtraHTTPHeaders = new Dictionary<string, string> { ["Authorization"] = hub.AdminAuthorization } });
        List<string> mistakes = [];
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                mistakes.Add(message.Text);
        };
        page.PageError += (_, error) => mistakes.Add(error);
        await page.GotoAsync(hub.AdminUrl + path);
        await page.EvaluateAsync("document.title");

        Assert.Empty(mistakes);
        Assert.NotEmpty(welsh);
    }

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task Each_place_the_keyboard_comes_to_is_shown_and_has_a_name(string path, string english, string welsh)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        Assert.NotEqual("", english + welsh);
        await using HubHost hub = await Site.StartAsync();
        IPage page = await chromium.VisitAsync(hub, path);

        for (int i = 0; i < 25; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            string place = await page.EvaluateAsync<string>(
                """
                (() => {
                    const at = document.activeElement;
                    if (at === document.body) return "";
                    const name = at.getAttribute("aria-label") || at.getAttribute("aria-labelledby") || at.labels?.length || at.textContent.trim();
                    const ring = getComputedStyle(at).outlineWidth;
                    return (name ? "" : "no name: " + at.outerHTML) + (ring === "3px" ? "" : "no ring: " + at.outerHTML);
                })()
                """);
            Assert.Equal("", place);
        }
    }

    [SkippableFact]
    public async Task The_overview_says_what_needs_a_person_and_what_the_Hub_does_about_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        IPage page = await chromium.VisitAsync(hub, "/");

        ILocator problem = page.Locator("#needs .problem");
        await Expect(problem).ToContainTextAsync("orders-to-lab → lab: the receiver cannot be reached", new() { Timeout = 60_000 });
        await Expect(problem).ToContainTextAsync("The Hub");
        await Expect(page.Locator("#sentence")).ToHaveTextAsync("2 of 2 channels are running; 1 thing needs you.");
        await Expect(page.Locator("tr:has-text('orders-to-lab') .state")).ToContainTextAsync("Trouble");
        await problem.GetByRole(AriaRole.Link, new() { Name = "See the channel" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("orders-to-lab");
    }

    [SkippableFact]
    public async Task Numbers_move_without_a_reload()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        IPage page = await chromium.VisitAsync(hub, "/");
        ILocator received = page.Locator("#figures .figure-value").First;
        await Expect(received).ToContainTextAsync("6");
        await page.EvaluateAsync("window.isTheSamePage = true");

        await Site.SendAsync(hub, "adt-to-files", 5);

        await Expect(received).ToContainTextAsync("11", new() { Timeout = 60_000 });
        Assert.True(await page.EvaluateAsync<bool>("window.isTheSamePage"));
    }

    [SkippableFact]
    public async Task A_channel_shows_its_owner_its_runbook_and_the_problems_of_its_file_at_their_lines()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Site.Adt.Replace("\"folder\": \"out\"", "\"fodler\": \"out\"", StringComparison.Ordinal)));

        IPage page = await chromium.VisitAsync(hub, "/channels/adt-to-files");

        await Expect(page.GetByText("Integration team, 555 0100", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".runbook")).ToContainTextAsync("Look whether the disk is full");
        await Expect(page.Locator(".note-bad")).ToContainTextAsync("The version before goes on running");
        await Expect(page.Locator(".line-bad")).ToContainTextAsync("fodler");
        await Expect(page.GetByText("Admissions <b>for</b> the archive", new() { Exact = true })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_channel_that_is_not_there_is_said_to_be_none()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await Site.StartAsync();
        using HttpClient client = Visits.Client(hub);

        using HttpResponseMessage answer = await client.GetAsync(new Uri("/channels/none", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no channel none", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

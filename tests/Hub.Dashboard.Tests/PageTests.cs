using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>What the overview and the pages of channels say.</summary>
[Collection(nameof(Chromium))]
public sealed class PageTests(Chromium chromium, SiteHub site) : IClassFixture<SiteHub>
{
    [SkippableFact]
    public async Task The_overview_says_what_needs_a_person_and_what_the_Hub_does_about_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        HubHost hub = site.Hub;
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
        HubHost hub = site.Hub;
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
        HubHost hub = site.Hub;
        using HttpClient client = Visits.Client(hub);

        using HttpResponseMessage answer = await client.GetAsync(new Uri("/channels/none", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no channel none", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

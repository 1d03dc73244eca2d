using Hub.Contracts;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>What people do on the page of a channel: stop and start it, and see what changed in its file.</summary>
[Collection(nameof(Chromium))]
public sealed class ChannelPageTests(Chromium chromium)
{
    [SkippableFact]
    public async Task A_channel_is_stopped_and_started_again_and_who_did_so_and_why_is_shown_and_kept()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        IPage page = await chromium.VisitAsync(hub, "/channels/adt", new() { JavaScriptEnabled = false });

        await page.ClickAsync("summary:has-text('Stop adt')");
        await page.FillAsync("#reason", "new <b>disk</b>");
        await page.ClickAsync("form button:has-text('Stop adt')");
        await Expect(page.Locator("#state")).ToContainTextAsync("Stopped");
        await Expect(page.Locator("#stop")).ToContainTextAsync("Stopped by local");
        await Expect(page.Locator("#stop")).ToContainTextAsync("new <b>disk</b>");
        Assert.Equal("Stopped", hub.Status("adt").State);
        await page.ReloadAsync();
        await page.ClickAsync("summary:has-text('Start adt')");
        await page.ClickAsync("form button:has-text('Start adt')");

        await Expect(page.Locator("summary:has-text('Stop adt')")).ToBeVisibleAsync();
        await Expect(page.Locator("#stop")).ToHaveCountAsync(0);
        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Equal([("start", ""), ("stop", "new <b>disk</b>")], hub.Journal.FindAudit(new() { Act = AuditAct.Operated }).Select(stored => (stored.Record.Text, stored.Record.Reason)));
    }

    [SkippableFact]
    public async Task A_channel_that_cannot_be_started_says_why()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Site.Off);
        IPage page = await chromium.VisitAsync(hub, "/channels/old-feed");

        await page.ClickAsync("summary:has-text('Start old-feed')");
        await page.ClickAsync("form button:has-text('Start old-feed')");

        await Expect(page.Locator("form [role=alert]")).ToContainTextAsync("enabled");
    }

    [SkippableFact]
    public async Task What_a_version_of_the_file_changed_is_shown_line_by_line()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Site.Adt);
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Site.Adt.Replace("555 0100", "555 0199", StringComparison.Ordinal)));
        await hub.UntilAsync(journal => journal.ReadChannelVersions("adt-to-files").Count == 2);
        IPage page = await chromium.VisitAsync(hub, "/channels/adt-to-files");

        await page.GetByRole(AriaRole.Link, new() { Name = "See the difference" }).First.ClickAsync();

        await Expect(page.Locator("#difference-title")).ToHaveTextAsync("What version 2 changed");
        await Expect(page.Locator("#difference .line-added")).ToContainTextAsync("555 0199");
        await Expect(page.Locator("#difference .line-removed")).ToContainTextAsync("555 0100");
    }

    [Fact]
    public async Task The_channels_own_tests_are_shown_as_they_went_when_its_file_changed()
    {
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Site.Adt);
        using HttpClient client = Visits.Client(hub);
        Uri place = new("/channels/adt-to-files", UriKind.Relative);
        folder.Write("channels/tests/adt-to-files/good.in.hl7", Samples.Adt("T1"));
        folder.Write("channels/tests/adt-to-files/good.json", """{ "expect": { "outcome": "accepted" } }""");
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Site.Adt.Replace("555 0100", "555 0101", StringComparison.Ordinal)));
        Assert.Contains("All 1 passed", await client.GetStringAsync(place), StringComparison.Ordinal);

        folder.Write("channels/tests/adt-to-files/bad.in.hl7", Samples.Adt("T2"));
        folder.Write("channels/tests/adt-to-files/bad.json", """{ "expect": { "outcome": "filtered" } }""");
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Site.Adt.Replace("555 0100", "555 0102", StringComparison.Ordinal)));

        string page = await client.GetStringAsync(place);
        Assert.Contains("1 of 2 fail", page, StringComparison.Ordinal);
        Assert.Contains("<li><code>bad</code></li>", page, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_that_is_refused_is_shown_with_its_problems_at_their_lines()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Site.Adt);
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Site.Adt.Replace("adt-to-files", "second", StringComparison.Ordinal).Replace("\"owner\"", "\"ownre\"", StringComparison.Ordinal)));

        IPage page = await chromium.VisitAsync(hub, "/channels/second");

        await Expect(page.Locator("#state")).ToContainTextAsync("Refused");
        await Expect(page.Locator(".line-bad")).ToHaveCountAsync(1);
        await Expect(page.Locator(".line-bad")).ToContainTextAsync("ownre");
        await Expect(page.Locator(".line-bad + .bad")).ToContainTextAsync("ownre");
        await Expect(page.Locator("summary:has-text('second')")).ToHaveCountAsync(0);
    }
}

using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>A person names a search, finds it again, changes and deletes it; nobody else sees it.</summary>
[Collection(nameof(Chromium))]
public sealed class SavedSearchTests(Chromium chromium)
{
    [SkippableFact]
    public async Task A_search_is_saved_opened_renamed_replaced_and_deleted_without_script()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages?type=ADT%5EA01&patient=9990001112", new() { JavaScriptEnabled = false });

        await page.ClickAsync("#saved a:has-text('Save this search')");
        await Expect(page.Locator("form.confirm")).ToContainTextAsync("9990001112");
        await page.FillAsync("#name", "Mair's <b>admissions</b>");
        await page.ClickAsync("form.confirm button");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved.");
        await page.GotoAsync(hub.Hub.AdminUrl + "/messages");
        await page.ClickAsync("#saved a:has-text('admissions')");
        await Expect(page.Locator("#saved a[aria-current=page]")).ToHaveTextAsync("Mair's <b>admissions</b>");
        Assert.EndsWith("/messages?type=ADT%5EA01&patient=9990001112", page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(1);

        await page.ClickAsync("#saved a:has-text('Change the list')");
        await page.FillAsync("#searches input[name=name]", "Admissions");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(page.Locator("#searches th[scope=row]")).ToHaveTextAsync("Admissions");

        await page.GotoAsync(hub.Hub.AdminUrl + "/messages/searches?state=Rejected");
        await page.FillAsync("#name", "admissions");
        await page.ClickAsync("form.confirm button");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("in place of");
        await Expect(page.Locator("#searches tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#searches tbody tr")).ToContainTextAsync("Rejected");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete admissions" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Deleted.");
        await Expect(page.Locator("#searches")).ToHaveCountAsync(0);
        string[] audit = [.. hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Changed }).Select(stored => stored.Record.Text)];
        Assert.Equal(["saved search 1: deleted", "saved search 1: replaced, by state", "saved search 1: renamed", "saved search 1: made, by type, patient"], audit);
    }

    [SkippableFact]
    public async Task A_search_is_its_owners_alone_and_a_restart_keeps_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));
        await first.Access.Searches.SaveAsync(new("local", ""), "Mine", new() { Type = "ADT" });
        await first.StopAsync();
        await using HubHost hub = await HubHost.StartAsync(folder);
        using HttpClient other = new() { BaseAddress = new(hub.AdminUrl) };
        other.DefaultRequestHeaders.Add("Authorization", $"Bearer {await hub.Access.Tokens.AddAsync("viewer", Role.Viewer, [], 1, Doer.Local)}");

        Assert.DoesNotContain("Mine", await other.GetStringAsync(new Uri("/messages", UriKind.Relative)), StringComparison.Ordinal);
        using HttpClient own = Visits.Client(hub);
        Assert.Contains("href=\"/messages?type=ADT\">Mine</a>", await own.GetStringAsync(new Uri("/messages", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_saved_says_why_and_changes_nothing()
    {
        await using HubHost hub = await HubHost.StartAsync();
        Search.SavedSearches searches = hub.Access.Searches;
        Doer mair = new("mair", "");
        Search.MessageSearch search = new() { Type = "ADT" };
        await searches.SaveAsync(mair, "One", search);
        await searches.SaveAsync(mair, "Two", search);

        Assert.Equal("searches.no-name", await RefusedAsync(() => searches.SaveAsync(mair, "  ", search)));
        Assert.Equal("searches.no-name", await RefusedAsync(() => searches.SaveAsync(mair, new string('x', 81), search)));
        Assert.Equal("searches.nothing", await RefusedAsync(() => searches.SaveAsync(mair, "x", new() { Before = new(7) })));
        Assert.Equal("searches.too-long", await RefusedAsync(() => searches.SaveAsync(mair, "x", new() { Text = new string('^', 1_400) })));
        Assert.Equal("searches.name-taken", await RefusedAsync(() => searches.RenameAsync(mair, 2, "ONE")));
        Assert.Equal("searches.gone", await RefusedAsync(() => searches.RemoveAsync(mair, 3)));
        Assert.Equal("searches.gone", await RefusedAsync(() => searches.RemoveAsync(new("gwen", ""), 1)));
        Assert.Equal(["One", "Two"], searches.Of("mair").Select(one => one.Name));
        for (int i = 3; i <= Search.SavedSearches.MostSearches; i++)
            await searches.SaveAsync(mair, $"S{i}", search);
        Assert.Equal("searches.too-many", await RefusedAsync(() => searches.SaveAsync(mair, "x", search)));
    }

    private static async Task<string> RefusedAsync(Func<Task> work) => (await Assert.ThrowsAsync<AccessException>(work)).Key;
}

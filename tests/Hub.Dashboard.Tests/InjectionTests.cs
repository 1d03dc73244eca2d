using Hub.Contracts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>
/// Senders and receivers are hostile: whatever they write into fields, ids, names, types and answers is text on every page, and so are the reasons that people give.
/// 200 texts that would run a script, add an element or leave an attribute are put into each of these places and looked at in a real browser.
/// </summary>
[Collection(nameof(Chromium))]
public sealed class InjectionTests(Chromium chromium)
{
    [SkippableFact]
    public async Task Two_hundred_texts_of_senders_receivers_and_people_stay_text_on_every_page()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        Assert.Equal(200, Payloads.All.Distinct(StringComparer.Ordinal).Count());
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.Hub.PauseAsync("adt", "lab", isPaused: true);
        await HostileSite.FillAsync(hub);
        List<string> trouble = [];
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        Watch(page, trouble);

        // Lists, 200 messages with a text of their own in each column; then what was typed into the search.
        List<string> texts = [];
        foreach (string path in new[] { "/messages", "/messages?before=152", "/messages?before=102", "/messages?before=52", "/messages?before=2" })
            texts.Add(await TextAsync(page, hub, path));
        Assert.All(Payloads.All, payload => Assert.Contains(texts, text => text.Contains(payload, StringComparison.Ordinal)));
        foreach (string payload in Payloads.All.Where((_, i) => i % 20 == 0))
        {
            string word = Uri.EscapeDataString(payload);
            Assert.Contains(payload, await TextAsync(page, hub, $"/messages?q={word}&sender={word}&type={word}&from={word}"), StringComparison.Ordinal);
        }

        // One message with all of them: as problems, reasons of failures, names of people, answers.
        string story = await TextAsync(page, hub, "/messages/201");
        Assert.All(Payloads.All, payload => Assert.Contains(payload, story, StringComparison.Ordinal));
        await TextAsync(page, hub, "/messages/201?tab=actions");
        await TextAsync(page, hub, "/messages/201?tab=actions&do=send&to=" + Uri.EscapeDataString(Payloads.All[0]));
        foreach (int number in new[] { 1, 7, 13, 100 })
            await TextAsync(page, hub, $"/messages/{number}?tab=actions");

        // What it says: tree, raw, an answer, why, and in a field to edit.
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=content");
        await PressAsync(page, "Show what it says");
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        string content = await page.Locator("main").InnerTextAsync();
        Assert.All(Payloads.All, payload => Assert.Contains(payload, content, StringComparison.Ordinal));
        await page.Locator("#what").SelectOptionAsync(await page.Locator("#what option").Last.GetAttributeAsync("value") ?? "");
        await PressAsync(page, "Show what it says");
        await CheckAsync(page);
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=why");
        await PressAsync(page, "Explain");
        await CheckAsync(page);
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=actions&do=rewrite");
        await PressAsync(page, "Show and edit");
        string edited = await page.Locator("textarea").InputValueAsync();
        Assert.All(Payloads.All, payload => Assert.Contains(HostileSite.Escaped(payload), edited, StringComparison.Ordinal));
        await page.Locator("textarea").FillAsync(edited.Replace("NTE|1|", "NTE|1|L", StringComparison.Ordinal));
        await PressAsync(page, "Look at the changes");
        await CheckAsync(page);

        string queues = await TextAsync(page, hub, "/queues?which=Queued");
        Assert.Contains(Payloads.All[^1], queues, StringComparison.Ordinal);
        string incidents = await TextAsync(page, hub, "/incidents");
        Assert.All(Payloads.All, payload => Assert.Contains(payload, incidents, StringComparison.Ordinal));
        foreach (int number in new[] { 1, 50, 150 })
            await TextAsync(page, hub, $"/incidents/{number}");

        await LookAtPeopleAndFilesAsync(page, hub);
        await LookAtEveryPageAsync(page, hub);
        Assert.Empty(trouble);
    }

    [SkippableFact]
    public async Task A_page_that_does_not_escape_is_noticed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        IPage page = await chromium.OpenAsync();
        foreach (string payload in Payloads.All.Take(Payloads.Forms.Length).Where(payload => payload.StartsWith('<') && !payload.StartsWith("<!", StringComparison.Ordinal) && !payload.StartsWith("<a ", StringComparison.Ordinal)))
        {
            await page.SetContentAsync($"<main><p>{payload}</p></main>");
            Assert.True(await FindAsync(page) is not null, payload);
        }
    }

    // What people wrote, and what stands in files and what these are called.
    private static async Task LookAtPeopleAndFilesAsync(IPage page, MessageHub hub)
    {
        string[] records = [.. hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Operated, Limit = 1_000 }).Where(one => Payloads.All.Contains(one.Record.Who)).Select(one => $"/audit?act=Operated&before={one.Id + 1}")];
        List<string> audit = [];
        for (int i = 0; i < records.Length; i += 40)
            audit.Add(await TextAsync(page, hub, records[i]));
        Assert.All(Payloads.All, payload => Assert.Contains(audit, text => text.Contains(payload, StringComparison.Ordinal)));
        string word = Uri.EscapeDataString(Payloads.Short);
        await TextAsync(page, hub, $"/audit?who={word}&channel={word}&message={word}&from={word}&to={word}");

        string searches = await TextAsync(page, hub, "/messages/searches");
        Assert.All(HostileSite.Searches, payload => Assert.Contains(payload, searches, StringComparison.Ordinal));
        string messages = await TextAsync(page, hub, "/messages");
        Assert.All(HostileSite.Searches, payload => Assert.Contains(payload, messages, StringComparison.Ordinal));
        Assert.Contains(Payloads.Short, await TextAsync(page, hub, $"/messages/searches?q={word}&sender={word}&text={word}"), StringComparison.Ordinal);

        string channel = await TextAsync(page, hub, "/channels/hostile");
        Assert.All(Payloads.All, payload => Assert.Contains(payload, channel, StringComparison.Ordinal));
        await TextAsync(page, hub, "/channels/hostile-case");
        await Expect(page.Locator("#stop")).ToContainTextAsync($"Stopped by {Payloads.Short}");
        await Expect(page.Locator(".problems").First).ToContainTextAsync(Payloads.Short);
        await TextAsync(page, hub, "/channels/hostile?version=1");
        await TextAsync(page, hub, $"/channels/{word}");
        foreach (string path in new[] { "/channels", "/estate", "/certificates", "/queues", "/channels/adt", "/access/tokens" })
            Assert.Contains(Payloads.Short, await TextAsync(page, hub, path), StringComparison.Ordinal);
        Assert.Contains(Payloads.All[198], await TextAsync(page, hub, "/estate"), StringComparison.Ordinal);
        await TextAsync(page, hub, $"/statistics?channel={word}&hours={word}");
    }

    // Each page there is, also one that is made later, and then as somebody whose browser called itself something.
    private static async Task LookAtEveryPageAsync(IPage page, MessageHub hub)
    {
        Dictionary<string, string> values = new() { ["channel"] = "hostile", ["troubled"] = "adt", ["message"] = "201", ["delivery"] = "201", ["destination"] = "out", ["incident"] = "7", ["key"] = Payloads.Short };
        foreach (SitePage one in SitePages.All)
        {
            await TextAsync(page, hub, one.In(values));
            foreach (string press in one.Presses)
                await PressAsync(page, page.Locator(press).First);
        }

        await page.Context.SetExtraHTTPHeadersAsync([]);
        await page.GotoAsync($"{hub.Hub.AdminUrl}/login?to=%2Faccount");
        await page.FillAsync("#name", HostileSite.Person);
        await page.FillAsync("#password", HostileSite.Password);
        await PressAsync(page, page.Locator("main button"));
        string account = await page.Locator("main").InnerTextAsync();
        Assert.All(Payloads.All.Take(3), payload => Assert.Contains(payload, account, StringComparison.Ordinal));
    }

    private static void Watch(IPage page, List<string> trouble)
    {
        page.Dialog += async (_, dialog) =>
        {
            trouble.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Console += (_, message) =>
        {
            // Of the page of a channel that is none.
            if (message.Type is "error" or "warning" && !message.Text.EndsWith("404 (Not Found)", StringComparison.Ordinal))
                trouble.Add($"console: {message.Text}");
        };
        page.PageError += (_, error) => trouble.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            // The page's own script fetches it again, with what a person looked for in its address.
            if (request.Url.Contains("pwned", StringComparison.Ordinal) && !request.IsNavigationRequest && !(request.Headers.ContainsKey("hub-live") && new Uri(request.Url).AbsolutePath == "/messages"))
                trouble.Add($"request: {request.Url}");
        };
    }

    private static async Task<string> TextAsync(IPage page, MessageHub hub, string path)
    {
        IResponse response = (await page.GotoAsync(hub.Hub.AdminUrl + path))!;
        Assert.True(response.Status < 500, $"{path}: {response.Status}");
        await CheckAsync(page);
        return await page.Locator("main").InnerTextAsync();
    }

    private static Task PressAsync(IPage page, string name) => PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = name }).First);

    private static async Task PressAsync(IPage page, ILocator button)
    {
        // The next page is one without this mark.
        await page.EvaluateAsync("document.documentElement.dataset.before = 1");
        await button.ClickAsync();
        await Expect(page.Locator("html:not([data-before])")).ToHaveCountAsync(1);
        await page.WaitForLoadStateAsync(LoadState.Load);
        await CheckAsync(page);
    }

    // Nothing ran, and nothing is there but what the pages themselves have.
    private static async Task CheckAsync(IPage page) => Assert.Null(await FindAsync(page));

    private static Task<string?> FindAsync(IPage page) =>
        page.EvaluateAsync<string?>("""
            () => {
              if (window.pwned || document.body.dataset.pwned) return "a script ran";
              const bad = document.querySelector("main :is(script, img, iframe, svg:not(.spark, .chart-picture, .chart-key, .map, .qr), video, source, object, embed, base, meta, link, style, math, b, i, x, body), [data-pwned], body base, [onerror], [onload], [onmouseover], [onfocus], [ontoggle], [onanimationstart], main [style], main [autofocus]");
              if (bad) return bad.outerHTML;
              const link = [...document.querySelectorAll("a, form")].find(one => /^\s*(javascript|data):/i.test(one.getAttribute("href") ?? one.getAttribute("action") ?? ""));
              return link ? link.outerHTML : [...document.scripts].some(one => !one.src.startsWith(location.origin + "/assets/")) ? "another script" : null;
            }
            """);
}

using System.Text;
using Hub.Contracts;
using Hub.Testing;
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
    private static readonly string[] s_scripts =
    [
        "window.pwned=1", "alert(1)", "fetch('/pwned')", "document.body.dataset.pwned=1", "confirm`1`",
    ];

    // What breaks out of text, of attributes with either quote and with none, of elements whose text is no markup, and of addresses.
    private static readonly string[] s_forms =
    [
        "<script>{0}</script>", "<ScRiPt>{0}</sCrIpT>", "<script src=data:,{0}></script>", "<img src=x onerror={0}>", "\"><img src=x onerror={0}>", "'><img src=x onerror={0}>",
        "<svg onload={0}>", "<svg><script>{0}</script></svg>", "<body onload={0}>", "<iframe srcdoc=\"<script>{0}</script>\"></iframe>", "<iframe src=javascript:{0}></iframe>",
        "</title><script>{0}</script>", "</textarea><script>{0}</script>", "</pre><script>{0}</script>", "</code><b data-pwned>x</b><script>{0}</script>", "</option></select><script>{0}</script>",
        "\" onmouseover=\"{0}", "' onfocus='{0}' autofocus='", " autofocus onfocus={0} x=", "\" style=\"animation-name:x\" onanimationstart=\"{0}", "javascript:{0}", "JaVaScRiPt:{0}//",
        "<a href=javascript:{0}>x</a>", "<math><mi xlink:href=javascript:{0}>x</mi></math>", "<details open ontoggle={0}>", "<video><source onerror={0}></video>", "<object data=javascript:{0}></object>",
        "<embed src=javascript:{0}>", "<base href=//pwned.example/><i>{0}</i>", "<meta http-equiv=refresh content=0;url=javascript:{0}>", "<link rel=stylesheet href=data:text/css,{0}>",
        "<style>@import 'data:text/css,{0}';</style>", "<form action=javascript:{0}><button data-pwned>x</button></form>", "<!--><script>{0}</script>-->", "<![CDATA[<script>{0}</script>]]>",
        "&lt;script&gt;{0}&lt;/script&gt;", "&#60;script&#62;{0}&#60;/script&#62;", "@({0})", "{{{{constructor.constructor('{0}')()}}}}", "<x data-live id=live-line>{0}</x>",
    ];

    private static readonly string[] s_payloads = [.. s_scripts.SelectMany(script => s_forms.Select(form => form.Replace("{0}", script, StringComparison.Ordinal).Trim()))];

    [SkippableFact]
    public async Task Two_hundred_texts_of_senders_receivers_and_people_stay_text_on_every_page()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        Assert.Equal(200, s_payloads.Distinct(StringComparer.Ordinal).Count());
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.Hub.PauseAsync("adt", "lab", isPaused: true);
        await FillAsync(hub);
        List<string> trouble = [];
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        Watch(page, trouble);

        // Lists, 200 messages with a text of their own in each column; then what was typed into the search.
        List<string> texts = [];
        foreach (string path in new[] { "/messages", "/messages?before=152", "/messages?before=102", "/messages?before=52", "/messages?before=2" })
            texts.Add(await TextAsync(page, hub, path));
        Assert.All(s_payloads, payload => Assert.Contains(texts, text => text.Contains(payload, StringComparison.Ordinal)));
        foreach (string payload in s_payloads.Where((_, i) => i % 20 == 0))
        {
            string word = Uri.EscapeDataString(payload);
            Assert.Contains(payload, await TextAsync(page, hub, $"/messages?q={word}&sender={word}&type={word}&from={word}"), StringComparison.Ordinal);
        }

        // One message with all of them: as problems, reasons of failures, names of people, answers.
        string story = await TextAsync(page, hub, "/messages/201");
        Assert.All(s_payloads, payload => Assert.Contains(payload, story, StringComparison.Ordinal));
        await TextAsync(page, hub, "/messages/201?tab=actions");
        await TextAsync(page, hub, "/messages/201?tab=actions&do=send&to=" + Uri.EscapeDataString(s_payloads[0]));
        foreach (int number in new[] { 1, 7, 13, 100 })
            await TextAsync(page, hub, $"/messages/{number}?tab=actions");

        // What it says: tree, raw, an answer, why, and in a field to edit.
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=content");
        await PressAsync(page, "Show what it says");
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        string content = await page.Locator("main").InnerTextAsync();
        Assert.All(s_payloads, payload => Assert.Contains(payload, content, StringComparison.Ordinal));
        await page.Locator("#what").SelectOptionAsync(await page.Locator("#what option").Last.GetAttributeAsync("value") ?? "");
        await PressAsync(page, "Show what it says");
        await CheckAsync(page);
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=why");
        await PressAsync(page, "Explain");
        await CheckAsync(page);
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/201?tab=actions&do=rewrite");
        await PressAsync(page, "Show and edit");
        string edited = await page.Locator("textarea").InputValueAsync();
        Assert.All(s_payloads, payload => Assert.Contains(Escaped(payload), edited, StringComparison.Ordinal));
        await page.Locator("textarea").FillAsync(edited.Replace("NTE|1|", "NTE|1|L", StringComparison.Ordinal));
        await PressAsync(page, "Look at the changes");
        await CheckAsync(page);

        string queues = await TextAsync(page, hub, "/queues?which=Queued");
        Assert.Contains(s_payloads[^1], queues, StringComparison.Ordinal);
        string incidents = await TextAsync(page, hub, "/incidents");
        Assert.All(s_payloads, payload => Assert.Contains(payload, incidents, StringComparison.Ordinal));
        foreach (int number in new[] { 1, 50, 150 })
            await TextAsync(page, hub, $"/incidents/{number}");

        Assert.Empty(trouble);
    }

    [SkippableFact]
    public async Task A_page_that_does_not_escape_is_noticed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        IPage page = await chromium.OpenAsync();
        foreach (string payload in s_payloads.Take(s_forms.Length).Where(payload => payload.StartsWith('<') && !payload.StartsWith("<!", StringComparison.Ordinal) && !payload.StartsWith("<a ", StringComparison.Ordinal)))
        {
            await page.SetContentAsync($"<main><p>{payload}</p></main>");
            Assert.True(await FindAsync(page) is not null, payload);
        }
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
            if (message.Type is "error" or "warning")
                trouble.Add($"console: {message.Text}");
        };
        page.PageError += (_, error) => trouble.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("pwned", StringComparison.Ordinal) && !request.IsNavigationRequest && !request.Url.Contains("/messages?", StringComparison.Ordinal))
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

    private static async Task PressAsync(IPage page, string name)
    {
        // The next page is one without this mark.
        await page.EvaluateAsync("document.documentElement.dataset.before = 1");
        await page.GetByRole(AriaRole.Button, new() { Name = name }).First.ClickAsync();
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
              const bad = document.querySelector("main :is(script, img, iframe, svg, video, source, object, embed, base, meta, link, style, math, b, i, x, body), [data-pwned], body base, [onerror], [onload], [onmouseover], [onfocus], [ontoggle], [onanimationstart], main [style], main [autofocus]");
              if (bad) return bad.outerHTML;
              const link = [...document.querySelectorAll("a, form")].find(one => /^\s*(javascript|data):/i.test(one.getAttribute("href") ?? one.getAttribute("action") ?? ""));
              return link ? link.outerHTML : [...document.scripts].some(one => !one.src.startsWith(location.origin + "/assets/")) ? "another script" : null;
            }
            """);

    private static string Escaped(string text) => text.Replace("&", "\\T\\", StringComparison.Ordinal);

    private static async Task FillAsync(MessageHub hub)
    {
        ObservedJournal journal = hub.Hub.Journal;
        List<Task> appending = [];
        for (int i = 0; i < s_payloads.Length; i++)
        {
            string text = s_payloads[i];
            MessageArrived arrived = JournalSamples.Accepted(journal.NextMessageId(), text, text);
            appending.Add(journal.AppendAsync(arrived with { Peer = text, Header = new() { Type = text, ControlId = text, Sender = text, Version = text }, Flags = [text], Channel = i % 2 == 0 ? "adt" : text }));
        }

        await Task.WhenAll(appending);
        string message = MessageHub.Admission("ALL") + string.Concat(s_payloads.Select((text, i) => $"NTE|{i + 1}|{Escaped(text)}\r"));
        MessageArrived all = JournalSamples.Accepted(journal.NextMessageId(), "ALL", "lab") with { Content = Encoding.UTF8.GetBytes(message) };
        await journal.AppendAsync(all with { Problems = [.. s_payloads.Select(text => new MessageProblem(101, text, text) { Remedy = text })] });
        long delivery = journal.Read(all.Id)!.Deliveries.Single().Delivery;
        for (int i = 0; i < s_payloads.Length; i++)
        {
            string text = s_payloads[i];
            await journal.AppendAsync(JournalSamples.Attempted(delivery, i + 1, DeliveryState.Queued) with { Reason = text, AnswerCode = text, Answer = Encoding.UTF8.GetBytes(text) });
        }

        foreach (string text in s_payloads.Take(50))
            await journal.AppendAsync(new DeliveryOperated { Delivery = delivery, Operation = DeliveryOperation.Raise, At = JournalSamples.Time.AddHours(1), By = text, Reason = text });
        await journal.AppendAsync(new IncidentsChanged
        {
            Through = 0,
            Incidents = [.. s_payloads.Select((text, i) => new Incident { Id = i + 1, Kind = EventKind.Fault, Channel = text, Destination = text, Fingerprint = $"{i}", Text = text, OpenedAt = JournalSamples.Time, LastAt = JournalSamples.Time, AcknowledgedBy = text, Rule = text, Count = 1 })],
            Mails = [.. s_payloads.Take(3).Select((text, i) => new OutgoingMail { Incident = i + 1, To = [text], Subject = text, Text = text, MessageId = $"m{i}", At = JournalSamples.Time, DueAt = JournalSamples.Time, Reason = text })],
        });
    }
}

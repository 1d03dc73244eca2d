using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>The pages of messages, queues, incidents and the audit on a telephone, in both themes and languages, and by keyboard alone.</summary>
[Collection(nameof(Chromium))]
public sealed class MessageLookTests(Chromium chromium)
{
    private static readonly string[] s_pages =
    [
        "/messages", "/messages?channel=adt&delivery=Parked", "/messages/1", "/messages/1?tab=content", "/messages/1?tab=why", "/messages/1?tab=actions", "/messages/1?tab=actions&do=Release&delivery=1",
        "/messages/1?tab=actions&do=rewrite", "/queues", "/queues/do?do=Release&d=1", "/queues/pause?channel=adt&destination=lab", "/incidents", "/incidents/1", "/audit",
    ];

    [SkippableTheory]
    [InlineData(ColorScheme.Light, "en")]
    [InlineData(ColorScheme.Dark, "cy")]
    public async Task Every_page_fits_a_telephone_and_a_desk_and_logs_no_error(ColorScheme scheme, string language)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync(withAlerts: true);
        await hub.ParkAsync("A-CONTROL-ID-THAT-GOES-ON-AND-ON-AND-ON-0001", 1);
        await hub.Hub.UntilAsync(journal => journal.FindIncidents(new()).Count > 0);
        foreach (int width in new[] { 360, 1280 })
        {
            IPage page = await chromium.VisitAsync(hub.Hub, "/messages", new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
            if (language == "cy")
                await page.GetByRole(AriaRole.Button, new() { Name = "Cymraeg" }).ClickAsync();
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
            List<string> trouble = [];
            page.Console += (_, message) => trouble.Add($"{page.Url}: {message.Text}");
            foreach (string path in s_pages)
            {
                IResponse response = (await page.GotoAsync(hub.Hub.AdminUrl.TrimEnd('/') + path))!;
                Assert.Equal(200, response.Status);
                Assert.False(await page.IsTooWideAsync(), $"{path} at {width}");
                Assert.True((await response.BodyAsync()).Length < 100_000, path);
                await Expect(page.Locator("h1, h2").First).ToBeVisibleAsync();
            }

            Assert.Empty(trouble);
        }
    }

    [SkippableFact]
    public async Task A_full_list_is_small_and_every_field_of_a_form_has_its_label()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync(withAlerts: true);
        for (int i = 0; i < 50; i++)
            await hub.SendAsync(MessageHub.Admission($"C{i}"));
        await hub.ParkAsync("P", 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(50);
        Assert.True((await page.ContentAsync()).Length < 100_000);

        foreach (string path in s_pages.Where(path => !path.StartsWith("/incidents/", StringComparison.Ordinal)))
        {
            await page.GotoAsync(hub.Hub.AdminUrl.TrimEnd('/') + path);
            string? bare = await page.EvaluateAsync<string?>("() => [...document.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')].find(one => !one.labels?.length && !one.getAttribute('aria-label'))?.outerHTML ?? null");
            Assert.Null(bare);
        }
    }

    [SkippableFact]
    public async Task Somebody_with_a_keyboard_alone_finds_a_parked_delivery_and_releases_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        hub.Lab.Answer = _ => "AA";
        IPage page = await chromium.VisitAsync(hub.Hub, "/queues");

        await TabToAsync(page, page.GetByLabel("Choose delivery 1"));
        await page.Keyboard.PressAsync("Space");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Release" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("form.confirm")).ToBeVisibleAsync();
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Release 1" }));
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Released");
    }

    // As many steps as the frame, the table and the form have, and some.
    private static async Task TabToAsync(IPage page, ILocator wanted)
    {
        for (int i = 0; i < 60 && !await wanted.EvaluateAsync<bool>("one => one === document.activeElement"); i++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(wanted).ToBeFocusedAsync();
        await Expect(wanted).ToHaveCSSAsync("outline-width", "3px");
    }
}

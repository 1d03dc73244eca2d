using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Lists that are full, and work by keyboard alone.</summary>
[Collection(nameof(Chromium))]
public sealed class MessageLookTests(Chromium chromium)
{
    [SkippableFact]
    public async Task A_full_list_is_small()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync(withAlerts: true);
        for (int i = 0; i < 50; i++)
            await hub.SendAsync(MessageHub.Admission($"C{i}"));
        await hub.ParkAsync("P", 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(50);
        Assert.True((await page.ContentAsync()).Length < 100_000);
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

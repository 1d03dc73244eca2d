using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>The pages of messages know the secrets of channels by their names alone.</summary>
[Collection(nameof(Chromium))]
public sealed class MessageSecretTests(Chromium chromium)
{
    [SkippableFact]
    public async Task Why_names_a_secret_and_never_shows_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync(wanted: "${secret:mode}");
        await hub.SendAsync(MessageHub.Admission("C1"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=why");

        await page.GetByRole(AriaRole.Button, new() { Name = "Explain with the present version of adt" }).ClickAsync();

        await Expect(page.Locator(".why")).ToContainTextAsync("MSH-11 was \"P\", wanted \"${secret:mode}\"");
        Assert.DoesNotContain("sesame", await page.ContentAsync(), StringComparison.Ordinal);
    }
}

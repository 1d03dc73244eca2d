using Hub.Contracts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>An incident tells what happened, since when, how often and what to do, and is taken on or muted.</summary>
[Collection(nameof(Chromium))]
public sealed class IncidentPageTests(Chromium chromium)
{
    [SkippableFact]
    public async Task An_incident_is_taken_on_and_muted_without_script()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync(withAlerts: true);
        await hub.ParkAsync("C1", 1);
        await hub.Hub.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Count > 0);
        IPage page = await chromium.VisitAsync(hub.Hub, "/incidents", new() { JavaScriptEnabled = false });
        await page.Locator("#open").GetByRole(AriaRole.Link, new() { Name = "Deliveries parked" }).ClickAsync();
        await Expect(page.Locator(".runbook")).ToHaveTextAsync("Ring the laboratory.");
        await Expect(page.Locator("#incident")).ToContainTextAsync("adt → lab");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take it on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("You have taken it on");
        await page.GetByLabel("Hours").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mute", Exact = true }).ClickAsync();
        await Expect(page.Locator("#incident")).ToContainTextAsync("Muted");

        Incident incident = hub.Hub.Journal.FindIncidents(new()).Single();
        Assert.Equal("local", incident.AcknowledgedBy);
        Assert.NotNull(incident.MutedUntil);
        await page.GetByRole(AriaRole.Button, new() { Name = "Unmute" }).ClickAsync();
        await Expect(page.Locator("#incident")).ToContainTextAsync("Taken on");
    }
}

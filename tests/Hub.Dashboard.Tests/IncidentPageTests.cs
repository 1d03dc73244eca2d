using System.Net;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>An incident tells what happened, since when, how often and what to do, and is taken on or muted.</summary>
[Collection(nameof(Chromium))]
public sealed class IncidentPageTests(Chromium chromium)
{
    [Fact]
    public async Task Those_that_are_over_come_in_pages_newest_first()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        Incident Over(int id) => new() { Id = id, Kind = EventKind.Rejected, Channel = id == 70 ? "lab" : "adt", Fingerprint = $"{id}", Text = $"No {id}.", OpenedAt = JournalSamples.Time, LastAt = JournalSamples.Time, ClosedAt = id is 3 or 60 ? null : JournalSamples.Time, Count = 1 };
        await hub.Hub.Journal.AppendAsync(new IncidentsChanged { Through = 0, Incidents = [.. Enumerable.Range(1, 70).Select(Over)] });
        using HttpClient client = Visits.Client(hub.Hub);
        List<int> seen = [];
        string? path = "/incidents?channel=adt";
        for (int pages = 0; path is not null && pages < 5; pages++)
        {
            string page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            string closed = page[page.IndexOf("id=\"closed\"", StringComparison.Ordinal)..];
            seen.AddRange(Regex.Matches(closed, "<code>([0-9]+)</code>").Select(row => int.Parse(row.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(pages > 0, closed.Contains("href=\"/incidents?channel=adt#closed\"", StringComparison.Ordinal));
            path = Regex.Match(closed, "rel=\"next\" href=\"([^\"]+)\"") is { Success: true } next ? next.Groups[1].Value : null;
        }

        Assert.Equal(Enumerable.Range(1, 69).Reverse().Where(id => id is not (3 or 60)), seen);
    }

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

using Hub.Contracts;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>What waits and what is parked is seen, and something is done to several at once.</summary>
[Collection(nameof(Chromium))]
public sealed class QueuePageTests(Chromium chromium)
{
    [SkippableFact]
    public async Task Several_parked_deliveries_are_released_at_once_without_script()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        for (int i = 1; i <= 3; i++)
            await hub.ParkAsync($"C{i}", i);
        hub.Lab.Answer = _ => "AA";
        IPage page = await chromium.VisitAsync(hub.Hub, "/queues", new() { JavaScriptEnabled = false });
        await Expect(page.Locator("#queues tbody tr")).ToContainTextAsync("3");

        await page.GetByLabel("Choose delivery 1").CheckAsync();
        await page.GetByLabel("Choose delivery 3").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(page.Locator("form.confirm")).ToContainTextAsync("2 parked deliveries wait for their turn again");
        Assert.Equal(3, hub.Lab.Count);
        await page.GetByRole(AriaRole.Button, new() { Name = "Release 2" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Released");
        await hub.Hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal(DeliveryState.Parked, hub.Hub.Journal.Read(new(2))!.Deliveries[0].State);
    }

    [SkippableFact]
    public async Task A_parked_delivery_is_moved_to_another_destination_from_its_message_and_several_from_the_queue()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MllpReceiver lab = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{lab.Port}}" }, { "id": "copy", "type": "file", "folder": "out", "name": "${message.id}", "when": { "path": "MSH-10", "equals": "never" } }] }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 3; i++)
            await sender.SendAsync(MessageHub.Admission($"C{i}"));
        await hub.UntilAsync(DeliveryState.Parked, 3);
        IPage page = await chromium.VisitAsync(hub, "/messages/1?tab=actions", new() { JavaScriptEnabled = false });

        await page.GetByRole(AriaRole.Link, new() { Name = "Move from lab" }).ClickAsync();
        await Expect(page.Locator("#destination option")).ToHaveTextAsync(["copy"]);
        await page.FillAsync("#reason", "the laboratory is shut");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move from lab" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Moved");
        await hub.UntilAsync(DeliveryState.Sent, 1);
        await page.GotoAsync(hub.AdminUrl + "/queues");
        await page.GetByLabel("Choose delivery 2").CheckAsync();
        await page.GetByLabel("Choose delivery 3").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move" }).ClickAsync();
        await page.SelectOptionAsync("#destination", "copy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move 2" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Moved");
        await hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal([DeliveryState.Skipped, DeliveryState.Sent], hub.Journal.Read(new(1))!.Deliveries.Select(delivery => delivery.State));
        Assert.Contains(hub.Journal.FindAudit(new() { Act = AuditAct.Operated }), stored => stored.Record is { Text: "Move of delivery 1 to lab, now to copy", Reason: "the laboratory is shut" });
    }

    [SkippableFact]
    public async Task What_cannot_be_done_to_the_chosen_is_told_before()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);

        IPage page = await chromium.VisitAsync(hub.Hub, "/queues/do?do=Retry&d=1&d=77");

        await Expect(page.Locator("form.confirm")).ToContainTextAsync("1 of the chosen are in no state for it");
        await Expect(page.Locator("form.confirm button")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_destination_is_paused_and_resumed_and_its_queue_tells_what_waits()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        IPage page = await chromium.VisitAsync(hub.Hub, "/queues");
        await page.GetByRole(AriaRole.Link, new() { Name = "Pause", Exact = true }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("move of the laboratory");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause lab" }).ClickAsync();
        ILocator row = page.Locator("#queues tbody tr");
        await Expect(row).ToContainTextAsync("Paused");
        await Expect(row).ToContainTextAsync("move of the laboratory");
        await hub.SendAsync(MessageHub.Admission("C1"));

        // No reload: the page stays fresh by itself.
        await Expect(row.Locator("td").Nth(3)).ToHaveTextAsync("1");
        await row.GetByRole(AriaRole.Link, new() { Name = "Resume" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume lab" }).ClickAsync();

        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        await Expect(row).ToContainTextAsync("Sending");
    }
}

using Hub.Contracts;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Messages are found, told, shown, explained and sent again by pages alone.</summary>
[Collection(nameof(Chromium))]
public sealed class MessagePageTests(Chromium chromium)
{
    [SkippableFact]
    public async Task One_box_finds_messages_by_what_each_word_is()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.SendAsync(MessageHub.Admission("C2").Replace("ADT^A01^ADT_A01", "ADT^A08^ADT_A01", StringComparison.Ordinal));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 2);
        await hub.ParkAsync("C3", 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        ILocator rows = page.Locator("#results tbody tr");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.First).ToContainTextAsync("C3");

        foreach ((string words, string expected) in new[] { ("C2", "C2"), ("adt^a08", "C2"), ("parked", "C3"), ("ADT lab Parked", "C3"), ("PAS^WARD parked", "C3"), ("control:C1", "C1") })
        {
            await page.GetByLabel("Find messages").FillAsync(words);
            await page.Keyboard.PressAsync("Enter");
            await Expect(rows).ToHaveCountAsync(1);
            await Expect(rows).ToContainTextAsync(expected);
            Assert.Contains("/messages?q=", page.Url, StringComparison.Ordinal);
            // What a form leaves empty is not in the address.
            Assert.DoesNotContain("channel=", page.Url, StringComparison.Ordinal);
        }

        await page.GetByLabel("Find messages").FillAsync("2");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Message 2" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByLabel("Find messages")).ToHaveValueAsync("control:C1");
    }

    [SkippableFact]
    public async Task A_patient_is_found_in_what_messages_say_and_the_page_tells_how_far_it_looked()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1", "9990001112"));
        await hub.SendAsync(MessageHub.Admission("C2", "9990002223"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");

        await page.GetByLabel("Find messages").FillAsync("9990002223");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByText("It was looked for as a patient id instead")).ToBeVisibleAsync();
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#results")).ToContainTextAsync("C2");
        await Expect(page.Locator("#results")).ToContainTextAsync("Looked into 2 messages");
    }

    [SkippableFact]
    public async Task A_list_goes_on_by_cursor_fifty_at_a_time()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        for (int i = 1; i <= 60; i++)
            await hub.SendAsync(MessageHub.Admission($"C{i}"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages", new() { JavaScriptEnabled = false });
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(50);

        await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();

        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Link, new() { Name = "Newest" }).ClickAsync();
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(50);
    }

    [SkippableFact]
    public async Task The_story_tells_each_try_and_answer()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);

        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1");

        ILocator story = page.Locator("#story");
        await Expect(story).ToContainTextAsync("Received from 127.0.0.1");
        await Expect(story).ToContainTextAsync("Accepted");
        await Expect(story).ToContainTextAsync("lab, try 1: parked");
        await Expect(story).ToContainTextAsync("answered AE");
        await Expect(page.Locator("#deliveries")).ToContainTextAsync("Parked");
    }

    [SkippableFact]
    public async Task The_story_goes_on_through_every_channel_that_the_message_was_handed_to()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(
            """{ "id": "ward", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "next", "type": "channel", "channel": "lab" }] }""",
            """{ "id": "lab", "source": { "type": "channel" }, "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }] }""");
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("ward")))
            await sender.SendAsync(MessageHub.Admission("C1"));
        await hub.UntilAsync(journal => journal.Find(new() { Channel = "lab", Delivery = DeliveryState.Sent }).Count == 1);
        MessageId second = hub.Journal.Find(new() { Channel = "lab" }).Single().Id;

        IPage page = await chromium.VisitAsync(hub, "/messages/1");

        await Expect(page.Locator("#story")).ToContainTextAsync("next: handed over to channel lab as message");
        await Expect(page.Locator("#story")).ToContainTextAsync("files, try 1: sent");
        await page.GetByRole(AriaRole.Heading, new() { Name = "In channel lab, as message" }).GetByRole(AriaRole.Link).ClickAsync();
        Assert.EndsWith($"/messages/{second}", page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("#story")).ToContainTextAsync("Handed over by another channel, from message 1");
    }

    [SkippableFact]
    public async Task Content_is_masked_until_somebody_asks_for_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=content", new() { JavaScriptEnabled = false });
        await Expect(page.Locator("main")).ToContainTextAsync("Patient Name");
        Assert.DoesNotContain("JONES", await page.ContentAsync(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it says" }).ClickAsync();

        await Expect(page.Locator("tr", new() { HasText = "PID-5.1" })).ToContainTextAsync("JONES");
        await Expect(page.Locator("tr", new() { HasText = "PID-8" })).ToContainTextAsync("Female");
        await page.GetByLabel("What").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it says" }).ClickAsync();
        await Expect(page.Locator(".differences")).ToContainTextAsync("MSH-5");
        await Expect(page.Locator(".differences")).ToContainTextAsync("LAB");
    }

    [SkippableFact]
    public async Task Content_that_is_damaged_is_told_and_the_rest_of_the_page_stays()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        hub.Hub.Journal.BeforeReadContent = () => throw new DamagedContentException("HUB5030 The content of message 1 is damaged.");

        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=content");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("HUB5030");
        await Expect(page.Locator(".message-facts")).ToContainTextAsync("C1");
    }

    [SkippableFact]
    public async Task Why_tells_each_condition_with_its_value_and_each_step_with_from_and_to_and_delivers_nothing()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=why");

        await page.GetByRole(AriaRole.Button, new() { Name = "Explain with the present version of adt" }).ClickAsync();

        await Expect(page.Locator(".why")).ToContainTextAsync("MSH-11 was \"P\", wanted \"P\"");
        await Expect(page.Locator(".why")).ToContainTextAsync("MSH-5 \"\" → \"LAB\"");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "To lab" })).ToBeVisibleAsync();
        Assert.Single(hub.Hub.Journal.Find(new()));
        Assert.Equal(1, hub.Lab.Count);
    }

    [SkippableFact]
    public async Task Why_says_that_the_file_has_changed_since()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        string file = Directory.EnumerateFiles(hub.Hub.Folder.Path("channels"), "*.json").Single();
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=why");

        await page.GetByRole(AriaRole.Button, new() { Name = "Explain with the present version of adt" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "has changed since" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_parked_delivery_is_released_after_the_page_said_what_will_happen()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        hub.Lab.Answer = _ => "AA";
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=actions", new() { JavaScriptEnabled = false });

        await page.GetByRole(AriaRole.Link, new() { Name = "Release to lab" }).ClickAsync();
        await Expect(page.Locator("form.confirm")).ToContainTextAsync("waits for its turn again");
        Assert.Equal(1, hub.Lab.Count);
        await page.GetByLabel("Reason").FillAsync("put right");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release to lab" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Released");
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("put right", hub.Hub.Journal.Read(new(1))!.Deliveries[0].Operations.Single().Reason);
        // The address after it does nothing again.
        await page.ReloadAsync();
        Assert.Single(hub.Hub.Journal.Read(new(1))!.Deliveries[0].Operations);
    }

    [SkippableFact]
    public async Task A_message_is_sent_again_through_its_channel_and_to_one_destination()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=actions");

        await page.GetByRole(AriaRole.Link, new() { Name = "Resend through adt" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resend through adt" }).ClickAsync();
        await Expect(page.Locator("#story")).ToContainTextAsync("Taken up again as message");
        await page.GotoAsync($"{hub.Hub.AdminUrl}/messages/1?tab=actions");
        await page.GetByRole(AriaRole.Link, new() { Name = "Resend to lab" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resend to lab" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Queued again");

        await hub.Hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal(new MessageId(1), hub.Hub.Journal.Read(new(2))!.ReplayOf);
    }

    [SkippableFact]
    public async Task An_edit_shows_its_changes_before_it_is_sent_and_keeps_character_set_and_line_ends()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        hub.Lab.Answer = _ => "AE";
        await hub.SendAsync(MessageHub.Admission("C1", name: "GŴYN^SIÂN").Replace("|P|2.5\r", "|P|2.5||||||UNICODE UTF-8\r", StringComparison.Ordinal));
        await hub.Hub.UntilAsync(DeliveryState.Parked, 1);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=actions", new() { JavaScriptEnabled = false });
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit for lab" }).ClickAsync();
        Assert.DoesNotContain("SIÂN", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show and edit" }).ClickAsync();
        ILocator text = page.Locator("textarea");
        string before = await text.InputValueAsync();

        // What is no message any more is not taken.
        await text.FillAsync(before.Replace("MSH", "XSH", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at the changes" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no message any more");
        await page.Locator("textarea").FillAsync(before.Replace("19800101", "19800102", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at the changes" }).ClickAsync();
        await Expect(page.Locator(".differences")).ToContainTextAsync("PID-7");
        Assert.Equal(1, hub.Lab.Count);
        hub.Lab.Answer = _ => "AA";
        await page.GetByRole(AriaRole.Button, new() { Name = "Send changed to lab" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("on their way");
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(hub.Lab.Messages[0]).Replace("19800101", "19800102", StringComparison.Ordinal), System.Text.Encoding.UTF8.GetString(hub.Lab.Messages[1]));
    }

    [SkippableFact]
    public async Task A_changed_copy_of_a_message_goes_through_the_channel()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1").Replace("|P|2.5", "|T|2.5", StringComparison.Ordinal));
        Assert.Equal(MessageState.Filtered, hub.Hub.Journal.Read(new(1))!.State);
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages/1?tab=actions&do=rewrite");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show and edit" }).ClickAsync();
        await page.Locator("textarea").FillAsync((await page.Locator("textarea").InputValueAsync()).Replace("|T|2.5", "|P|2.5", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at the changes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resend changed through adt" }).ClickAsync();

        await Expect(page.Locator("#story")).ToContainTextAsync("Taken up again as message");
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(MessageState.Accepted, hub.Hub.Journal.Read(new(2))!.State);
        Assert.Equal(MessageState.Filtered, hub.Hub.Journal.Read(new(1))!.State);
    }
}

using System.Globalization;
using System.Net;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Pages stay fresh by themselves, and say so when they are not.</summary>
[Collection(nameof(Chromium))]
public sealed class LiveTests(Chromium chromium)
{
    private const string Channel = """{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }] }""";

    [SkippableFact]
    public async Task What_changes_is_shown_without_a_reload()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        IPage page = await chromium.VisitAsync(hub, "/");
        await Expect(page.Locator("tr:has-text('adt')")).ToContainTextAsync("Running");
        await page.EvaluateAsync("window.isTheSamePage = true");

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Channel.Replace("\"source\"", "\"enabled\": false, \"source\"", StringComparison.Ordinal)));

        await Expect(page.Locator("tr:has-text('adt')")).ToContainTextAsync("Stopped", new() { Timeout = 60_000 });
        Assert.True(await page.EvaluateAsync<bool>("window.isTheSamePage"));
    }

    [SkippableFact]
    public async Task Numbers_that_grow_move_nothing_else()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C0"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/");
        await page.EvaluateAsync($"() => {{ {PageLook.Watch} }}");
        ILocator received = page.Locator("#figures .figure").First;
        for (int i = 1; i < 120; i++)
            await hub.SendAsync(MessageHub.Admission($"C{i}"));

        await Expect(received).ToContainTextAsync("120", new() { Timeout = 60_000 });
        string[][] moved = await page.EvaluateAsync<string[][]>(PageLook.Shifts);
        Assert.True(moved.Length == 0, string.Join('\n', moved.Select(one => one[1])));
        // It would have been seen.
        await page.EvaluateAsync("() => document.querySelector('main').prepend(Object.assign(document.createElement('p'), { textContent: 'News' }))");
        Assert.NotEmpty(await page.EvaluateAsync<string[][]>(PageLook.Shifts));
    }

    [SkippableFact]
    public async Task A_page_that_comes_in_pieces_is_painted_as_one()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        for (int i = 0; i < 60; i++)
            await hub.SendAsync(MessageHub.Admission($"C{i}{new string('X', i % 16)}"));
        IPage page = await chromium.VisitAsync(hub.Hub, "/messages");
        await page.AddInitScriptAsync(PageLook.Watch);
        ICDPSession browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = 16_000, ["uploadThroughput"] = 16_000 });

        await page.ReloadAsync();

        string[][] moved = await page.EvaluateAsync<string[][]>(PageLook.Shifts);
        Assert.True(moved.Length == 0, string.Join('\n', moved.Select(one => one[1])));
    }

    [SkippableFact]
    public async Task A_line_says_when_the_connection_to_the_Hub_is_lost()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        IPage page = await chromium.VisitAsync(hub, "/");
        await Expect(page.Locator("#live-line")).ToBeHiddenAsync();

        await hub.StopAsync();

        await Expect(page.Locator("#live-line")).ToContainTextAsync("lost", new() { Timeout = 60_000 });
    }

    [SkippableFact]
    public async Task A_message_that_was_opened_before_its_channel_had_it_says_what_became_of_it()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        await hub.Journal.AppendAsync(JournalSamples.Accepted(new(1), "A") with { State = MessageState.Received });
        IPage page = await chromium.VisitAsync(hub, "/messages/1");
        await Expect(page.Locator("#standing")).ToContainTextAsync("Received");
        await Expect(page.Locator("#deliveries")).ToHaveCountAsync(0);

        await hub.Journal.AppendAsync(new MessageProcessed { Id = new(1), State = MessageState.Accepted, Problems = [new(3001, null, "A note.")], Deliveries = [new("files", 0, null)] });

        await Expect(page.Locator("#standing dl")).ToContainTextAsync("Accepted", new() { Timeout = 60_000 });
        await Expect(page.Locator("#deliveries")).ToContainTextAsync("files");
        await Expect(page.Locator("#standing .problems")).ToContainTextAsync("A note.");
    }

    [SkippableFact]
    public async Task The_list_of_a_queue_moves_and_what_was_chosen_in_it_stays_chosen()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using MessageHub hub = await MessageHub.StartAsync();
        for (int i = 1; i <= 3; i++)
            await hub.ParkAsync($"C{i}", i);
        IPage page = await chromium.VisitAsync(hub.Hub, "/queues");
        await page.GetByLabel("Choose delivery 2").CheckAsync();

        await hub.Hub.OperateAsync(DeliveryOperation.Skip, [1]);
        await hub.ParkAsync("C4", 3);

        await Expect(page.Locator("#list tbody tr")).ToHaveCountAsync(3, new() { Timeout = 60_000 });
        await Expect(page.Locator("#list")).ToContainTextAsync("ADT^A01 4");
        await Expect(page.GetByLabel("Choose delivery 1")).ToHaveCountAsync(0);
        await Expect(page.GetByLabel("Choose delivery 2")).ToBeCheckedAsync();
        await Expect(page.GetByLabel("Choose delivery 2")).ToBeFocusedAsync();
        Assert.Equal(1, await page.Locator("#list input:checked").CountAsync());
        await hub.Hub.OperateAsync(DeliveryOperation.Skip, [2, 3, 4]);
        await Expect(page.Locator("#list .empty")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#list form")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task An_incident_that_is_over_asks_for_nothing_any_more_and_shows_what_was_mailed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        Incident incident = new() { Id = 1, Kind = EventKind.Unreachable, Channel = "adt", Text = "It is not reached.", OpenedAt = JournalSamples.Time, LastAt = JournalSamples.Time, Count = 1 };
        OutgoingMail mail = new() { Incident = 1, To = ["ward@hospital.example"], Subject = "All is well again", Text = "It is over.", MessageId = "a", At = JournalSamples.Time, DueAt = JournalSamples.Time };
        await hub.Journal.AppendAsync(new IncidentsChanged { Through = 0, Incidents = [incident] });
        IPage page = await chromium.VisitAsync(hub, "/incidents/1");
        await page.FillAsync("#hours", "12");
        await hub.Journal.AppendAsync(new IncidentsChanged { Through = 0, Incidents = [incident with { Count = 2, Text = "It is still not reached." }] });
        await Expect(page.Locator("#text")).ToContainTextAsync("still", new() { Timeout = 60_000 });
        // What somebody types stays while it is for the same.
        await Expect(page.Locator("#hours")).ToHaveValueAsync("12");

        await hub.Journal.AppendAsync(new IncidentsChanged { Through = 0, Incidents = [incident with { ClosedAt = JournalSamples.Time.AddHours(1) }], Mails = [mail] });

        await Expect(page.Locator("#mails")).ToContainTextAsync("All is well again", new() { Timeout = 60_000 });
        await Expect(page.Locator("#actions form")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_channel_that_somebody_else_stopped_is_not_offered_to_be_stopped()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        IPage page = await chromium.VisitAsync(hub, "/channels/adt");
        await page.ClickAsync("summary:has-text('Stop adt')");
        await page.FillAsync("#reason", "a new disk");
        using (Api.ApiClient other = new(hub))
        {
            await page.RunAndWaitForResponseAsync(() => hub.Journal.AppendAsync(JournalSamples.Accepted(new(1), "A")), response => response.Url.EndsWith("/channels/adt", StringComparison.Ordinal));
            await Expect(page.Locator("#reason")).ToHaveValueAsync("a new disk");
            await other.PutAsync("/channels/adt/state", """{ "runs": false, "reason": "moving house" }""");
        }

        await Expect(page.Locator("#stop")).ToContainTextAsync("moving house", new() { Timeout = 60_000 });
        await Expect(page.Locator("form button:has-text('Start adt')")).ToHaveCountAsync(1);
        await Expect(page.GetByText("Stop adt")).ToHaveCountAsync(0);
        await Expect(page.Locator("#reason")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Many_messages_are_few_events()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel);
        using HttpClient client = Visits.Client(hub);
        using StreamReader events = new(await client.GetStreamAsync(new Uri("/live", UriKind.Relative)));
        long begun = await NextAsync(events);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 0; i < 500; i++)
            await sender.SendAsync(Samples.Adt($"LIVE-{i}"));

        int count = 0;
        for (long told = begun; told < begun + 500; count++)
            told = await NextAsync(events);

        Assert.InRange(count, 1, 250);
    }

    [Fact]
    public async Task Pages_that_are_open_do_not_hold_up_the_stop_of_the_Hub()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel);
        using HttpClient client = Visits.Client(hub);
        using StreamReader events = new(await client.GetStreamAsync(new Uri("/live", UriKind.Relative)));
        await NextAsync(events);

        await hub.StopAsync();

        // Ended, not torn off: the stop did not have to wait for its patience to run out.
        await events.ReadToEndAsync();
    }

    [Fact]
    public async Task Connections_are_limited()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel);
        using HttpClient client = Visits.Client(hub);
        List<HttpResponseMessage> open = [];
        for (int i = 0; i < 200; i++)
            open.Add(await client.GetAsync(new Uri("/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead));

        using HttpResponseMessage oneMore = await client.GetAsync(new Uri("/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.All(open, one => Assert.Equal(HttpStatusCode.OK, one.StatusCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, oneMore.StatusCode);
        open.ForEach(one => one.Dispose());
    }

    private static async Task<long> NextAsync(StreamReader events)
    {
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return long.Parse(line["data: ".Length..], CultureInfo.InvariantCulture);
        }

        throw new EndOfStreamException();
    }
}

using System.Globalization;
using System.Net;
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
    public async Task A_line_says_when_the_connection_to_the_Hub_is_lost()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        IPage page = await chromium.VisitAsync(hub, "/");
        await Expect(page.Locator("#live-line")).ToBeHiddenAsync();

        await hub.StopAsync();

        await Expect(page.Locator("#live-line")).ToContainTextAsync("lost", new() { Timeout = 60_000 });
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

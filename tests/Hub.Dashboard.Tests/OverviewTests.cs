using System.Net;
using Hub.Testing;
using Microsoft.Playwright;

namespace Hub.Dashboard.Tests;

/// <summary>The page that is looked at first.</summary>
[Collection(nameof(Chromium))]
public sealed class OverviewTests(Chromium chromium)
{
    [SkippableFact]
    public async Task It_shows_each_channel_and_how_it_stands()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync("""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }] }""");
        IPage page = await chromium.OpenAsync(new() { ExtraHTTPHeaders = new Dictionary<string, string> { ["Authorization"] = hub.AdminAuthorization } });

        await page.GotoAsync(hub.AdminUrl);

        Assert.Contains("Running", await page.InnerTextAsync("tr:has-text('adt')"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_shows_nothing_to_somebody_unknown()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using HttpClient client = new();

        using HttpResponseMessage response = await client.GetAsync(new Uri(hub.AdminUrl));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}

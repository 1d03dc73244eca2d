using Hub.Testing;
using Microsoft.Playwright;

namespace Hub.Dashboard.Tests;

/// <summary>How tests come to a page of a Hub: let in as a command of this machine is.</summary>
internal static class Visits
{
    /// <summary>A telephone, held upright.</summary>
    public static BrowserNewContextOptions Phone => new() { ViewportSize = new() { Width = 360, Height = 740 } };

    /// <summary>Opens a page in a window of its own.</summary>
    public static async Task<IPage> VisitAsync(this Chromium chromium, HubHost hub, string path, BrowserNewContextOptions? options = null)
    {
        options ??= new() { ViewportSize = new() { Width = 1280, Height = 900 } };
        options.ExtraHTTPHeaders = new Dictionary<string, string> { ["Authorization"] = hub.AdminAuthorization };
        IPage page = await chromium.OpenAsync(options);
        IResponse response = (await page.GotoAsync(hub.AdminUrl + path))!;
        Assert.Equal(200, response.Status);
        return page;
    }

    /// <summary>Whether a page is wider than its window.</summary>
    public static Task<bool> IsTooWideAsync(this IPage page) => page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>A client that the Hub lets in.</summary>
    public static HttpClient Client(HubHost hub)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(hub.AdminUrl) };
        client.DefaultRequestHeaders.Add("Authorization", hub.AdminAuthorization);
        return client;
    }
}

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Dashboard.Tests.Api;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Dashboard.Tests;

/// <summary>How much of the time channels were there for their senders, on a page and over the API.</summary>
public sealed class AvailabilityTests
{
    [Fact]
    public async Task How_much_of_the_time_channels_were_there_is_told()
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(
            folder, time, NullLoggerFactory.Instance, Samples.PassThrough("adt", 1), Samples.PassThrough("lab", 1).Replace("\"source\"", "\"enabled\": false, \"source\"", StringComparison.Ordinal));
        await hub.MinuteAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await hub.MinuteAsync();
        using ApiClient client = new(hub);

        ApiAnswer all = await client.GetAsync("/statistics/availability");
        ApiAnswer one = await client.GetAsync("/statistics/availability?channel=lab");
        ApiAnswer month = await client.GetAsync("/statistics/availability?channel=adt&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z");
        ApiAnswer before = await client.GetAsync("/statistics/availability?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");

        JsonElement adt = all["channels"].EnumerateArray().First();
        Assert.Equal(("adt", 1.0, 2, 0, 0), (adt.GetProperty("channel").GetString(), adt.GetProperty("available").GetDouble(), adt.GetProperty("upMinutes").GetInt32(), adt.GetProperty("downMinutes").GetInt32(), adt.GetProperty("offMinutes").GetInt32()));
        Assert.Equal(time.GetUtcNow().AddDays(-30), all["from"].GetDateTimeOffset());
        // What is to come is not down.
        Assert.Equal((2, 0), (month["channels"][0].GetProperty("upMinutes").GetInt32(), month["channels"][0].GetProperty("downMinutes").GetInt32()));
        // Of a channel that was not meant to be there no share is known.
        JsonElement lab = Assert.Single(one["channels"].EnumerateArray());
        Assert.Equal(("lab", 2, false), (lab.GetProperty("channel").GetString(), lab.GetProperty("offMinutes").GetInt32(), lab.TryGetProperty("available", out _)));
        Assert.Empty(before["channels"].EnumerateArray());
        Assert.Equal(400, (await client.GetAsync("/statistics/availability?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).Status);
        ApiAnswer future = await client.GetAsync("/statistics/availability?from=2040-01-01T00:00:00Z&to=2040-02-01T00:00:00Z");
        Assert.Equal(400, future.Status);
        Assert.Contains("This is still to come.", future.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_much_of_thirty_days_each_channel_was_there_stands_under_the_charts()
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Site.Adt, Site.Off);
        await hub.MinuteAsync();
        // It did not run for a minute.
        time.Leap(TimeSpan.FromMinutes(2));
        await hub.MinuteAsync();
        using HttpClient client = Visits.Client(hub);
        async Task<string[][]> RowsAsync(string query)
        {
            string page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri($"/statistics{query}", UriKind.Relative)));
            string section = page[page.IndexOf("id=\"availability\"", StringComparison.Ordinal)..];
            return [.. Regex.Matches(section[..section.IndexOf("</section>", StringComparison.Ordinal)], "<tr>\\s*<th scope=\"row\">.*?</tr>", RegexOptions.Singleline)
                .Select(row => Regex.Replace(row.Value, "<[^>]+>", "|").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        }

        string[][] all = await RowsAsync("");

        Assert.Equal(["adt-to-files", "66.666%", "2", "1", "0"], all[0][..5]);
        Assert.Equal(["old-feed", "0.000%", "0", "1", "2"], all[1][..5]);
        Assert.Equal(["old-feed"], (await RowsAsync("?channel=old-feed")).Select(row => row[0]));
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Who is limited to a channel sees and does nothing of another on any page.</summary>
public sealed partial class ChannelLimitTests
{
    private const string Own = "adt-to-files";
    private const string Other = "orders-to-lab";

    [Fact]
    public async Task Who_is_limited_to_a_channel_sees_nothing_of_another_on_any_page()
    {
        await using HubHost hub = await Site.StartAsync();
        using HttpClient limited = await LimitedAsync(hub);
        using HttpClient other = Visits.Client(hub);
        string place = hub.View.Channels.Single(channel => channel.Id == Other).Destinations[0].Endpoint;
        foreach (string path in new[] { "/", "/estate", "/estate.svg", "/channels", "/statistics", "/statistics.csv", "/settings", "/messages", "/queues" })
        {
            Assert.Contains(Other, await other.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
            string text = await limited.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.False(text.Contains(Other, StringComparison.Ordinal) || text.Contains("old-feed", StringComparison.Ordinal) || text.Contains(place, StringComparison.Ordinal), path);
        }

        foreach (string path in new[] { "/", "/estate", "/estate.svg", "/channels", "/statistics", "/statistics.csv", "/settings", "/messages", $"/channels/{Own}" })
            Assert.Contains(Own, await limited.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_of_a_limited_person_are_of_the_persons_channels_alone()
    {
        await using HubHost hub = await Site.StartAsync();
        using HttpClient limited = await LimitedAsync(hub);

        string overview = await limited.GetStringAsync(new Uri("/", UriKind.Relative));
        string csv = await limited.GetStringAsync(new Uri($"/statistics.csv?channel={Other}", UriKind.Relative));
        using HttpResponseMessage channel = await limited.GetAsync(new Uri($"/channels/{Other}", UriKind.Relative));

        Assert.Contains("1 of 1 channels are running", overview, StringComparison.Ordinal);
        Assert.Equal("time", Assert.Single(csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split(',')[0]);
        Assert.Equal(HttpStatusCode.NotFound, channel.StatusCode);
        Assert.DoesNotContain("127.0.0.1", await channel.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_oldest_of_many_open_incidents_is_shown_to_who_may_see_it()
    {
        await using HubHost hub = await Site.StartAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        // One of the own channel is behind many of another.
        await hub.Journal.AppendAsync(new IncidentsChanged
        {
            Through = 1,
            Incidents = [.. Enumerable.Range(1, 600).Select(i => new Incident { Id = i, Kind = EventKind.Rejected, Channel = i == 1 ? Own : Other, Fingerprint = $"{i}", OpenedAt = now.AddMinutes(i - 600), LastAt = now, Count = 1, Lasts = true })],
        });
        using HttpClient limited = await LimitedAsync(hub);
        using Visitor all = await Visitor.AsAsync(hub, Role.Viewer);

        foreach (string path in new[] { "/", "/incidents" })
        {
            string text = await limited.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.Contains("/incidents/1\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/incidents/2\"", text, StringComparison.Ordinal);
            Assert.Contains("/incidents/1\"", (await all.GetAsync(path)).Text, StringComparison.Ordinal);
        }

        Assert.Contains("400 more", (await all.GetAsync("/incidents")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_auditor_of_some_channels_sees_the_audit_of_all_of_them()
    {
        await using HubHost hub = await Site.StartAsync();
        foreach (string channel in new[] { Own, Other, "old-feed", "" })
            await hub.Journal.AppendAsync(new AuditRecord { At = TimeProvider.System.GetUtcNow(), Who = "rhys", Act = AuditAct.Operated, Channel = channel, Text = $"did-{(channel.Length == 0 ? "none" : channel)}." });
        using Visitor auditor = await Visitor.AsAsync(hub, Role.Auditor, Other, Own);
        using Visitor every = await Visitor.AsAsync(hub, Role.Auditor);
        async Task<string> SeenAsync(Visitor who, string path)
        {
            string text = (await who.GetAsync(path)).Text;
            return string.Join(' ', new[] { Own, Other, "old-feed", "none" }.Where(channel => text.Contains($"did-{channel}.", StringComparison.Ordinal)));
        }

        Assert.Equal($"{Own} {Other}", await SeenAsync(auditor, "/audit"));
        Assert.Equal(Own, await SeenAsync(auditor, $"/audit?channel={Own}"));
        Assert.Equal(Other, await SeenAsync(auditor, $"/audit?channel={Other}"));
        Assert.Equal("", await SeenAsync(auditor, "/audit?channel=old-feed"));
        Assert.Equal($"{Own} {Other}", await SeenAsync(auditor, "/api/v1/audit"));
        Assert.Equal($"{Own} {Other} old-feed none", await SeenAsync(every, "/audit"));
    }

    [Fact]
    public async Task Who_is_limited_to_a_channel_stops_that_one_and_no_other()
    {
        await using HubHost hub = await Site.StartAsync();
        using HttpClient limited = await LimitedAsync(hub);

        HttpStatusCode other = await StopAsync(limited, Other);
        Assert.True((int)other >= 400, $"{other}");
        Assert.Equal("Running", hub.Status(Other).State);
        Assert.Empty(hub.Journal.FindAudit(new() { Act = AuditAct.Operated }));

        Assert.Equal(HttpStatusCode.Found, await StopAsync(limited, Own));
        Assert.Equal("Stopped", hub.Status(Own).State);
        Assert.Equal("token:limited", Assert.Single(hub.Journal.FindAudit(new() { Act = AuditAct.Operated })).Record.Who);
    }

    private static async Task<HttpClient> LimitedAsync(HubHost hub)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(hub.AdminUrl) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {await hub.Access.Tokens.AddAsync("limited", Role.Operator, [Own], 1, Doer.Local)}");
        return client;
    }

    private static async Task<HttpStatusCode> StopAsync(HttpClient client, string channel)
    {
        string token = Token().Match(await client.GetStringAsync(new Uri($"/channels/{Own}", UriKind.Relative))).Groups["token"].Value;
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["_handler"] = "change-channel", ["to"] = "stop", ["__RequestVerificationToken"] = WebUtility.HtmlDecode(token) });
        using HttpResponseMessage response = await client.PostAsync(new Uri($"/channels/{channel}", UriKind.Relative), form);
        return response.StatusCode;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}

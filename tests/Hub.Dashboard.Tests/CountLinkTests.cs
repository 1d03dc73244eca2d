using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Dashboard.Tests;

/// <summary>Each number that counts something leads to the list of what it counts, and to no more.</summary>
public sealed partial class CountLinkTests
{
    // What is for one destination is handed to another channel; what is for the other is never valid.
    private const string First = """
        { "id": "first", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [
            { "id": "next", "type": "channel", "channel": "next" },
            { "id": "strict", "type": "file", "folder": "out4", "name": "${message.id}", "steps": [{ "type": "setField", "path": "PID-7", "value": "19611345" }], "validate": {} } ] }
        """;

    private const string Next = """
        { "id": "next", "source": { "type": "channel" }, "destinations": [{ "id": "files", "type": "file", "folder": "out5", "name": "${message.id}" }] }
        """;

    [Fact]
    public async Task The_list_behind_each_count_has_as_many_rows()
    {
        await using MllpReceiver receiver = new();
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Samples.PassThrough("adt", receiver.Port, source: """, "accept": { "versions": ["2.5"] }"""), Site.Lab(FreePort.Take()), First, Next);
        // Hours ago: these are in no count of the last hour.
        await SendAsync(hub, "adt", ("OLD1", "2.5"), ("OLD2", "2.3"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await hub.MinuteAsync();
        time.Leap(TimeSpan.FromHours(3));
        await hub.MinuteAsync();
        await SendAsync(hub, "adt", ("A1", "2.5"), ("A2", "2.5"), ("A3", "2.5"), ("R1", "2.3"), ("R2", "2.3"));
        await hub.UntilAsync(DeliveryState.Sent, 4);
        receiver.Answer = _ => "AE";
        await SendAsync(hub, "adt", ("P1", "2.5"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await SendAsync(hub, "orders-to-lab", ("Q1", "2.5"), ("Q2", "2.5"));
        await hub.UntilAsync(journal => journal.Find(new() { Channel = "orders-to-lab", Destination = "copy", Delivery = DeliveryState.Sent }).Count == 2);
        await SendAsync(hub, "first", ("N1", "2.5"), ("N2", "2.5"), ("N3", "2.5"));
        await hub.UntilAsync(journal => journal.Find(new() { Channel = "next", Delivery = DeliveryState.Sent }).Count == 3);
        using HttpClient client = Visits.Client(hub);
        List<(string Page, string Href, long Count)> counts = [];
        foreach (string page in (string[])["/", "/channels", "/channels/adt", "/channels/orders-to-lab", "/channels/first", "/queues", "/estate", "/statistics?hours=1", "/statistics?hours=6&channel=adt"])
            counts.AddRange(Counts(await client.GetStringAsync(new Uri(page, UriKind.Relative))).Select(found => (page, found.Href, found.Count)));

        List<string> wrong = [];
        foreach ((string page, string href, long count) in counts.Distinct())
        {
            long rows = Rows(await client.GetStringAsync(new Uri(href, UriKind.Relative)), href);
            if (rows != count)
                wrong.Add($"{page}: {count} leads to {href}, which has {rows}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // Fourteen came in, two of them were rejected; of the first channel three were delivered, one is parked, two wait. What was handed over counts in both channels.
        Assert.Superset(new HashSet<(string, long)> { ("/", 14), ("/", 2), ("/", 1), ("/", 3), ("/channels/adt", 6), ("/channels/adt", 3), ("/queues", 2), ("/estate", 6), ("/estate", 3) }, counts.Select(found => (found.Page, found.Count)).ToHashSet());
        Assert.Contains(counts, found => found.Page == "/statistics?hours=1" && found.Count == 14);
        Assert.Contains(counts, found => found.Page == "/statistics?hours=6&channel=adt" && found.Count == 6);
        Assert.Equal((2, 3), (await RejectedAsync("/statistics?hours=1"), await RejectedAsync("/statistics?hours=6&channel=adt")));
        async Task<long> RejectedAsync(string page)
        {
            long rows = 0;
            foreach (Match share in Share().Matches(await client.GetStringAsync(new Uri(page, UriKind.Relative))))
                rows += Rows(await client.GetStringAsync(new Uri(WebUtility.HtmlDecode(share.Groups["href"].Value), UriKind.Relative)), share.Groups["href"].Value);
            return rows;
        }

        Assert.Equal([3, 0], counts.Where(found => found.Page == "/channels/first" && found.Href.Contains("delivery=Sent", StringComparison.OrdinalIgnoreCase)).Select(found => found.Count));
    }

    [Fact]
    public async Task What_an_incident_counts_has_a_list_while_that_has_just_as_many()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, source: """, "accept": { "versions": ["2.5"] }"""));
        await SendAsync(hub, "adt", ("P1", "2.5"), ("R1", "2.3"), ("P2", "2.5"), ("R2", "2.3"), ("R3", "2.3"));
        await hub.UntilAsync(journal => CountOf(journal, EventKind.Parked) == 2 && CountOf(journal, EventKind.Rejected) == 3);
        using HttpClient client = Visits.Client(hub);
        async Task<string> PageAsync(string path) => await client.GetStringAsync(new Uri(path, UriKind.Relative));
        async Task<long[]> RowsAsync(string path, string words) =>
            [.. await Task.WhenAll(Regex.Matches(await PageAsync(path), $"<a href=\"(?<href>/(?:messages|queues)\\?[^\"]*)\">{words}</a>").Select(async link => Rows(await PageAsync(WebUtility.HtmlDecode(link.Groups["href"].Value)), link.Groups["href"].Value)))];
        string parked = $"/incidents/{hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked).Id}";
        string rejected = $"/incidents/{hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Rejected).Id}";

        Assert.Equal("2 3", string.Join(' ', (await RowsAsync("/", "[0-9]+ times")).Order()));
        Assert.Equal(2, Assert.Single(await RowsAsync(parked, "2")));
        Assert.Equal(3, Assert.Single(await RowsAsync(rejected, "3")));
        Assert.Contains($"href=\"{parked}#count\">2</a>", await PageAsync("/incidents"), StringComparison.Ordinal);
        await hub.OperateAsync(DeliveryOperation.Skip, [1]);
        Assert.Empty(await RowsAsync(parked, "2"));
    }

    private static long CountOf(IJournalReader journal, EventKind kind) => journal.FindIncidents(new()).Where(incident => incident.Kind == kind).Sum(incident => incident.Count);

    [Theory]
    [InlineData("en", "Its list has the messages that came in that hour and were delivered", "The list behind has what came in that hour")]
    [InlineData("cy", "Yn ei restr mae'r negeseuon a ddaeth i mewn yn yr awr honno", "Yn y rhestr y tu ôl iddi mae'r hyn a ddaeth i mewn")]
    public async Task What_was_delivered_says_that_its_list_goes_by_when_messages_came(string language, string onChannel, string onEstate)
    {
        await using HubHost hub = await HubHost.StartAsync(Site.Adt);
        using HttpClient client = Visits.Client(hub);
        client.DefaultRequestHeaders.Add("Accept-Language", language);

        Assert.Contains(onChannel, WebUtility.HtmlDecode(await client.GetStringAsync(new Uri("/channels/adt-to-files", UriKind.Relative))), StringComparison.Ordinal);
        Assert.Contains(onEstate, WebUtility.HtmlDecode(await client.GetStringAsync(new Uri("/estate", UriKind.Relative))), StringComparison.Ordinal);
    }

    // A link whose words are a number; and a figure, with what its share or rate is of.
    private static IEnumerable<(string Href, long Count)> Counts(string page)
    {
        foreach (Match link in Link().Matches(page))
            yield return (WebUtility.HtmlDecode(link.Groups["href"].Value), Number(link.Groups["count"].Value));
        foreach (Match figure in Figure().Matches(page).Where(figure => !figure.Groups["href"].Value.StartsWith("/statistics", StringComparison.Ordinal)))
        {
            Match inNote = HourNumber().Match(figure.Groups["note"].Value);
            yield return (WebUtility.HtmlDecode(figure.Groups["href"].Value), Number(inNote.Success ? inNote.Groups["count"].Value : figure.Groups["value"].Value));
        }
    }

    private static long Rows(string page, string href)
    {
        string begin = href.StartsWith("/queues", StringComparison.Ordinal) ? "id=\"list\"" : "id=\"results\"";
        Assert.Contains(begin, page, StringComparison.Ordinal);
        string list = page[page.IndexOf(begin, StringComparison.Ordinal)..];
        string section = list[..list.IndexOf("</section>", StringComparison.Ordinal)];
        int body = section.IndexOf("<tbody>", StringComparison.Ordinal);
        return body < 0 ? 0 : Row().Count(section[body..]);
    }

    private static async Task SendAsync(HubHost hub, string channel, params (string ControlId, string Version)[] messages)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        foreach ((string controlId, string version) in messages)
            await sender.SendAsync(Samples.Adt(controlId, version: version));
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("<a [^>]*href=\"(?<href>/(?:messages|queues)\\?[^\"]*)\"[^>]*>(?<count>[0-9,]+)</a>")]
    private static partial Regex Link();

    [GeneratedRegex("<a class=\"figure\" href=\"(?<href>[^\"]*)\">.*?figure-value\">(?<value>[0-9,.]+).*?figure-note\">(?<note>[^<]*)<", RegexOptions.Singleline)]
    private static partial Regex Figure();

    [GeneratedRegex("<a href=\"(?<href>/messages\\?[^\"]*state=Rejected[^\"]*)\">[0-9.]+%</a>")]
    private static partial Regex Share();

    [GeneratedRegex("^(?<count>[0-9,]+) .*in the last hour$")]
    private static partial Regex HourNumber();

    [GeneratedRegex("<tr[ >]")]
    private static partial Regex Row();
}

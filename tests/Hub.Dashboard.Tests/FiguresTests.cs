using System.Net;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Hub.Contracts;
using Hub.Dashboard.Charts;
using Hub.Dashboard.Figures;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Dashboard.Tests;

/// <summary>The numbers and pictures of pages, without a browser.</summary>
public sealed class FiguresTests
{
    [Fact]
    public async Task A_message_counts_once_while_its_minute_lasts_when_it_is_written_and_until_the_hour_is_over()
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Site.Adt);
        await Site.SendAsync(hub, "adt-to-files", 3);
        await hub.UntilAsync(Contracts.DeliveryState.Sent, 3);
        Assert.Equal("3", await ReceivedAsync(hub));

        time.Advance(TimeSpan.FromMinutes(1));
        await hub.MinuteAsync();
        Assert.Equal("3", await ReceivedAsync(hub));
        time.Advance(TimeSpan.FromMinutes(20));
        await hub.MinuteAsync();
        Assert.Equal("3", await ReceivedAsync(hub));
        time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal("0", await ReceivedAsync(hub));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(24, false)]
    [InlineData(168, true)]
    [InlineData(720, true)]
    public async Task Messages_of_three_days_ago_are_in_the_statistics_of_the_ranges_that_reach_so_far(int hours, bool areThere)
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Site.Adt);
        using HttpClient client = Visits.Client(hub);
        await Site.SendAsync(hub, "adt-to-files", 3);
        await hub.UntilAsync(Contracts.DeliveryState.Sent, 3);
        time.Advance(TimeSpan.FromMinutes(1));
        await hub.MinuteAsync();
        Assert.Equal(3, await SumAsync(client, hours));
        time.Leap(TimeSpan.FromDays(3));
        await Site.SendAsync(hub, "adt-to-files", 2);

        Assert.Equal(areThere ? 5 : 2, await SumAsync(client, hours));
        // What is kept in memory by now says the same.
        Assert.Equal(areThere ? 5 : 2, await SumAsync(client, hours));
        time.Leap(TimeSpan.FromDays(30));
        Assert.Equal(0, await SumAsync(client, hours));
        string page = await client.GetStringAsync(new Uri($"/statistics?hours={hours}", UriKind.Relative));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), 1, 100_000);
        Assert.Contains($"<option value=\"{hours}\" selected", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_map_names_senders_as_their_messages_do_and_receivers_as_the_file_does()
    {
        await using HubHost hub = await HubHost.StartAsync(Site.Adt, Site.Lab(FreePort.Take()).Replace("\"listen\": \"127.0.0.1:0\"", "\"listen\": \"127.0.0.1:0\", \"accept\": { \"sendingApplications\": [\"ORDERS\"] }", StringComparison.Ordinal));
        await Site.SendAsync(hub, "adt-to-files", 1);
        using HttpClient client = Visits.Client(hub);
        string sender = hub.Journal.Read(new(1))!.Header.Sender;

        using XmlReader reader = XmlReader.Create(await client.GetStreamAsync(new Uri("/estate.svg", UriKind.Relative)));
        string[] texts = [.. XDocument.Load(reader).Descendants("{http://www.w3.org/2000/svg}text").Select(text => text.Value)];

        Assert.NotEmpty(sender);
        Assert.Contains(sender, texts);
        Assert.Contains("ORDERS", texts);
        Assert.Contains($"mllp 127.0.0.1:{hub.Port("adt-to-files")}", texts);
        Assert.Contains("lab", texts);
    }

    [Fact]
    public async Task Lists_of_channels_name_systems_as_the_file_does_and_give_an_address_where_it_names_none()
    {
        await using HubHost hub = await HubHost.StartAsync(Site.Adt, Site.Lab(FreePort.Take()).Replace("\"listen\": \"127.0.0.1:0\"", "\"listen\": \"127.0.0.1:0\", \"accept\": { \"sendingApplications\": [\"ORDERS\", \"PAS\"] }", StringComparison.Ordinal));
        using HttpClient client = Visits.Client(hub);

        foreach (string path in new[] { "/", "/channels" })
        {
            string page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            Assert.Contains("<td>ORDERS, PAS → lab, copy</td>", page, StringComparison.Ordinal);
            Assert.Contains($"<td>mllp 127.0.0.1:{hub.Port("adt-to-files")} → files</td>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_of_a_channel_tells_the_lanes_that_wait_and_the_messages_that_stand_before_others()
    {
        await using HubHost hub = await HubHost.StartAsync(Site.Lab(FreePort.Take()).Replace("\"retry\"", "\"lane\": \"PID-3.1\", \"maxConnections\": 4, \"retry\"", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders-to-lab"));
        foreach (string patient in new[] { "1", "2", "2" })
            await sender.SendAsync(Samples.Adt($"LANE{patient}", patient));
        await hub.UntilAsync(journal => journal.Read(new(1))!.Deliveries[0].Attempts > 0);
        using HttpClient client = Visits.Client(hub);

        string page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri("/channels/orders-to-lab", UriKind.Relative)));

        Assert.Contains("href=\"/queues?channel=orders-to-lab&destination=lab&which=Queued#list\">2 waiting</a>", page, StringComparison.Ordinal);
        Assert.Matches("<a href=\"/messages/1\">Message 1</a> stands after [0-9]+ tries, next ", page);
        Assert.DoesNotContain("Message 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_a_destination_stands_is_one_of_the_five_states_and_marked_alike_on_every_page()
    {
        await using HubHost hub = await HubHost.StartAsync(Site.Adt);
        using HttpClient client = Visits.Client(hub);
        foreach ((bool isPaused, string mark) in new[] { (false, "<span class=\"state state-running\"><span aria-hidden=\"true\">●</span> Sending</span>"), (true, "<span class=\"state state-stopped\"><span aria-hidden=\"true\">■</span> Paused</span>") })
        {
            if (isPaused)
                await hub.PauseAsync("adt-to-files", "files", isPaused);
            foreach (string path in new[] { "/queues", "/channels/adt-to-files" })
                Assert.Contains(mark, WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(path, UriKind.Relative))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_destination_with_something_parked_is_in_trouble_as_its_channel_and_its_line_of_the_map_are()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        using HttpClient client = Visits.Client(hub.Hub);
        foreach ((string path, int marks) in new[] { ("/channels/adt", 2), ("/queues", 1), ("/estate", 1) })
        {
            string page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            Assert.Equal((path, marks), (path, Regex.Count(page, "<span class=\"state state-trouble\"><span aria-hidden=\"true\">▲</span> Trouble</span>")));
            Assert.DoesNotContain("state-running", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Sending", 3, 0, true)]
    [InlineData("Sending", 1, 0, false)]
    [InlineData("Sending", 0, 1, true)]
    [InlineData("Paused", 3, 0, false)]
    [InlineData("Paused", 3, 1, true)]
    [InlineData("Unreachable", 0, 0, true)]
    public void A_destination_is_in_trouble_when_it_is_not_reached_has_something_parked_or_is_late_though_nobody_paused_it(string state, int minutes, int parked, bool isTroubled)
    {
        DateTimeOffset now = JournalSamples.Time;
        QueueStatus[] queues = [new("adt", "other", 1, now.AddHours(-1)), new("adt", "lab", 1, now.AddMinutes(-minutes))];

        Assert.Equal(isTroubled, Trouble.IsIn(new("adt", "lab", state, null, null, null, null, new("adt", "lab", 1, parked, 0)), queues, now));
    }

    private static async Task<long> SumAsync(HttpClient client, int hours)
    {
        string[] lines = (await client.GetStringAsync(new Uri($"/statistics.csv?hours={hours}", UriKind.Relative))).TrimEnd('\n').Split('\n');
        return lines.Skip(1).Sum(line => long.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_table_of_statistics_can_be_saved()
    {
        await using HubHost hub = await Site.StartAsync();
        using HttpClient client = Visits.Client(hub);

        string[] lines = (await client.GetStringAsync(new Uri("/statistics.csv?channel=adt-to-files", UriKind.Relative))).TrimEnd('\n').Split('\n');

        Assert.StartsWith("time,channel,destination,received,", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells[2].Length == 0).Sum(cells => int.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(lines.Skip(1), line => Assert.Contains(",adt-to-files,", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_map_can_be_saved_as_a_picture_of_its_own()
    {
        await using HubHost hub = await Site.StartAsync();
        using HttpClient client = Visits.Client(hub);

        using HttpResponseMessage answer = await client.GetAsync(new Uri("/estate.svg", UriKind.Relative));
        using XmlReader reader = XmlReader.Create(await answer.Content.ReadAsStreamAsync(), new() { DtdProcessing = DtdProcessing.Prohibit });
        XDocument picture = XDocument.Load(reader);

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("{http://www.w3.org/2000/svg}svg", picture.Root!.Name.ToString());
        Assert.Contains(picture.Descendants(), text => text.Value == "adt-to-files");
        // Three channels: a line into each, one destination more than channels.
        Assert.InRange(picture.Descendants("{http://www.w3.org/2000/svg}path").Count(), 5, 7);
    }

    [Fact]
    public async Task Minutes_in_which_the_Hub_did_not_run_are_gaps_and_those_in_which_nothing_came_are_zero()
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", """{ }""");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Site.Adt);
        for (int minute = 0; minute < 30; minute++)
            await MinuteAsync(TimeSpan.FromMinutes(1));
        // The machine sleeps, from 12:30 until 14:30.
        time.Leap(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1));
        for (int minute = 0; minute < 10; minute++)
            await MinuteAsync(TimeSpan.FromMinutes(1));
        using HttpClient client = Visits.Client(hub);

        string page = System.Net.WebUtility.HtmlDecode(await client.GetStringAsync(new Uri("/statistics?hours=6", UriKind.Relative)));

        Dictionary<string, string[]> cells = System.Text.RegularExpressions.Regex.Matches(page, "<tr><td>(?<time>[0-9:]{5})</td>(?<values>.*?)</tr>")
            .GroupBy(row => row.Groups["time"].Value, row => row.Groups["values"].Value).ToDictionary(rows => rows.Key, rows => rows.ToArray());
        string Received(string at) => System.Text.RegularExpressions.Regex.Match(cells[at][0], ">(?<value>[^<]+)</td>").Groups["value"].Value;
        string Waiting(string at) => System.Text.RegularExpressions.Regex.Match(cells[at][^1], ">(?<value>[^<]+)</td>").Groups["value"].Value;
        Assert.Equal(["–", "–", "0", "0", "–", "–", "0", "0"], new[] { "09:00", "11:50", "12:05", "12:25", "12:35", "14:20", "14:30", "14:35" }.Select(Received));
        Assert.Equal(["–", "0", "–", "0"], new[] { "11:50", "12:25", "14:20", "14:35" }.Select(Waiting));

        async Task MinuteAsync(TimeSpan span)
        {
            time.Leap(span);
            await hub.MinuteAsync();
        }
    }

    [Fact]
    public void What_is_not_known_is_a_gap()
    {
        Assert.Equal(["0,10 10,0", "30,5 40,10"], Plot.Lines([0, 10, null, 5, 0], 40, 10, 10, 0));
    }

    [Fact]
    public void A_value_alone_is_seen_too()
    {
        Assert.Equal(["10,5 11.5,5"], Plot.Lines([null, 5, null], 20, 10, 10, 0));
    }

    [Theory]
    [InlineData(0, true, 1, 1)]
    [InlineData(3, true, 3, 1)]
    [InlineData(7, true, 8, 2)]
    [InlineData(1234, true, 1500, 500)]
    [InlineData(0.9, false, 1, 0.25)]
    [InlineData(100, false, 100, 25)]
    public void An_axis_ends_at_a_round_number_at_or_above_the_largest_value(double most, bool whole, double top, double step)
    {
        (double Top, double Step) scale = Plot.Scale(most, whole);

        Assert.Equal(top, scale.Top, 6);
        Assert.Equal(step, scale.Step, 6);
    }

    private static async Task<string> ReceivedAsync(HubHost hub)
    {
        using HttpClient client = Visits.Client(hub);
        string page = await client.GetStringAsync(new Uri("/", UriKind.Relative));
        int figures = page.IndexOf("id=\"figures\"", StringComparison.Ordinal);
        int value = page.IndexOf("figure-value\">", figures, StringComparison.Ordinal) + "figure-value\">".Length;
        return page[value..page.IndexOfAny([' ', '<', '\n'], value)].Trim();
    }
}

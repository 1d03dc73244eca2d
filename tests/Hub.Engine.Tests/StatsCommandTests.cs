using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary><c>hub stats</c> with something to tell.</summary>
public sealed class StatsCommandTests
{
    private const string Channel = """
        {
          "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [ { "id": "files", "type": "file", "folder": "out" }, { "id": "later", "type": "file", "folder": "later" } ]
        }
        """;

    [Fact]
    public async Task It_tells_what_came_went_and_waits_by_time_and_type_in_every_form()
    {
        ManualTime time = new();
        TestFolder folder = new();
        folder.Write("alerts/alerts.json", "{ }");
        await using HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Channel);
        await hub.PauseAsync("adt", "later", true);
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
        {
            await sender.SendAsync(Samples.Adt("A"));
            await sender.SendAsync(Samples.Adt("B").Replace("ADT^A01^ADT_A01", "ADT^A03^ADT_A03", StringComparison.Ordinal));
        }

        await hub.UntilAsync(DeliveryState.Sent, 2);
        time.Advance(TimeSpan.FromSeconds(61));
        await hub.MinuteAsync();
        string data = hub.Folder.Path("data");
        string[] range = ["--from", "2026-03-01T12:00:00Z", "--to", "2026-03-01T12:05:00Z", "--data", data];

        CommandResult csv = await HubProcess.RunAsync(["stats", "--csv", "--by", "minute", "--types", .. range]);
        Assert.Equal("", csv.Errors);
        string[][] rows = [.. csv.Output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(','))];
        Assert.Equal(["adt//ADT^A01 1 0", "adt//ADT^A03 1 0", "adt/files/ADT^A01 0 1", "adt/files/ADT^A03 0 1", "adt/later/ 0 0"], rows.Select(cells => $"{cells[1]}/{cells[2]}/{cells[3]} {cells[4]} {cells[9]}"));
        Assert.Equal(("2", "61000"), (rows[4][16], rows[4][17]));
        CommandResult table = await HubProcess.RunAsync(["stats", .. range]);
        Assert.Contains("QUEUEDEPTH", table.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^adt +later .* 2 +61000 *$", table.Output);
        CommandResult json = await HubProcess.RunAsync(["stats", "--json", "--by", "day", .. range]);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal([2, 0, 0], document.RootElement.EnumerateArray().Select(row => row.GetProperty("received").GetInt32()));
        Assert.Equal([0, 0, 2], document.RootElement.EnumerateArray().Select(row => row.GetProperty("queueDepth").GetInt32()));
    }

    [Theory]
    [InlineData("--from: 2026-03-02 is not before 2026-03-01", "--from", "2026-03-02", "--to", "2026-03-01")]
    [InlineData("--from: 2926-03-02 is still to come", "--availability", "--from", "2926-03-02")]
    [InlineData("--csv and --json are different things", "--csv", "--json")]
    public async Task What_cannot_be_told_is_refused_with_what_to_give_instead(string told, params string[] options)
    {
        CommandResult result = await HubProcess.RunAsync(["stats", .. options]);

        Assert.Equal(2, result.Exit);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }
}

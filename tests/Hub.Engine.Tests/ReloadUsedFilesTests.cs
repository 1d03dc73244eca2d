using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Channels follow what their files use: environments, tables and maps.</summary>
public sealed class ReloadUsedFilesTests
{
    [Fact]
    public async Task A_changed_value_of_the_environment_is_followed_and_a_broken_environment_leaves_what_runs()
    {
        await using MllpReceiver first = new();
        await using MllpReceiver second = new();
        TestFolder folder = new(); // the Hub's from here on
        folder.Write("environments/test.json", $$"""{ "values": { "LAB": "127.0.0.1:{{first.Port}}", "ON": "true" } }""");
        string channel = Samples.PassThrough("adt", first.Port).Replace($"\"127.0.0.1:{first.Port}\"", "\"${env:LAB}\"", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(folder, channel.Replace("\"id\": \"adt\",", "\"id\": \"adt\", \"enabled\": \"${env:ON}\",", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        await hub.ChangeFilesAsync(() => folder.Write("environments/test.json", $$"""{ "values": { "LAB": "127.0.0.1:{{second.Port}}", "ON": "true" } }"""));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        await hub.ChangeFilesAsync(() => folder.Write("environments/test.json", "{ \"values\": {"));
        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Contains("test.json has problems", hub.Status("adt").Problems[0], StringComparison.Ordinal);
        await sender.SendAsync(Samples.Adt("3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal([1, 2], [first.Messages.Count, second.Messages.Count]);
    }

    [Fact]
    public async Task A_changed_table_is_followed_and_a_broken_one_is_not()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.Write("channels/tables/class.csv", "from,to\nI,INPATIENT\n");
        HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "mapTable", "path": "PV1-2", "table": "tables/class.csv", "otherwise": "keep" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/tables/class.csv", "from,to\nI,ADMITTED\n"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/tables/class.csv", "\"broken"));
        await sender.SendAsync(Samples.Adt("3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal(["INPATIENT", "ADMITTED", "ADMITTED"], receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split("PV1||")[1].Split('|')[0]));
        await hub.StopAsync();
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("../maps")]
    public async Task A_changed_map_is_followed_and_a_broken_one_is_not(string maps)
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        using TestFolder folder = new();
        string at = Path.GetRelativePath(folder.Path(""), Path.GetFullPath(folder.Path($"channels/{maps}")));
        Directory.CreateDirectory(folder.Path(at));
        HubHost hub = await HubHost.StartAsync(folder, $$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [ { "type": "convert", "to": "json", "fhir": { "bundle": "collection", "maps": "{{maps}}" } } ],
              "destinations": [ { "id": "fhir", "type": "http", "endpoint": "http://127.0.0.1:{{receiver.Port}}/" } ] }
            """);
        Assert.Equal("Refused", hub.Status("adt").State);

        // The first file of an empty folder, a change of it, a second file, and one that cannot be read.
        await hub.ChangeFilesAsync(() => folder.Write($"{at}/a.map", Map("urn:one")));
        Assert.Equal(("Running", ""), (hub.Status("adt").State, string.Join(' ', hub.Status("adt").Problems)));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => folder.Write($"{at}/a.map", Map("urn:two")));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.ChangeFilesAsync(() => folder.Write($"{at}/b.map", Map("urn:three")));
        await sender.SendAsync(Samples.Adt("3"));
        await hub.ChangeFilesAsync(() => folder.Write($"{at}/b.map", "rule without a map"));
        await sender.SendAsync(Samples.Adt("4"));
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Equal(["urn:one", "urn:two", "urn:three", "urn:three"], receiver.Requests.Select(request => Encoding.UTF8.GetString(request.Body).Split("\"valueUri\":\"")[^1].Split('"')[0]));
        await hub.StopAsync();

        static string Map(string uri) => $"segment PID Patient\nrule PID | | extension[80].url | | | \"urn:site\"\nrule PID | | extension[80].valueUri | | | \"{uri}\"\n";
    }

    [Fact]
    public async Task A_table_beside_the_channels_folder_is_followed_also_when_it_was_missing()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "mapTable", "path": "PV1-2", "table": "../tables/class.csv", "otherwise": "keep" } ]"""));
        Assert.Equal("Refused", hub.Status("adt").State);

        await hub.ChangeFilesAsync(() => folder.Write("tables/class.csv", "from,to\nI,INPATIENT\n"));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => folder.Write("tables/class.csv", "from,to\nI,ADMITTED\n"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Equal(["INPATIENT", "ADMITTED"], receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split("PV1||")[1].Split('|')[0]));
        await hub.StopAsync();
    }
}

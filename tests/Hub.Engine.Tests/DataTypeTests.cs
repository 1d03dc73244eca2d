using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Messages that are not HL7 v2 on the road from socket to file, carried by MLLP.</summary>
public sealed class DataTypeTests
{
    [Fact]
    public async Task XML_becomes_JSON_in_a_file()
    {
        await using HubHost hub = await StartAsync(folder => Channel(folder, "orders", "\"dataType\": \"xml\", \"headerPaths\": { \"controlId\": \"/order/@id\" }", "${order.@id}.json"));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders"));

        TestAnswer answer = await sender.SendAsync("<?xml version=\"1.0\"?>\n<order id=\"77\"><line>a</line><line>b</line></order>");
        TestAnswer broken = await sender.SendAsync("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><order id=\"78\">&x;</order>");
        TestAnswer mixed = await sender.SendAsync("<order id=\"79\">a<b/></order>");

        Assert.Equal(("AA", "", "AR", "AE"), (answer.Code, answer.ControlId, broken.Code, mixed.Code));
        Assert.Contains("207", mixed.Segment("ERR"), StringComparison.Ordinal);
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("""{"order":{"@id":"77","line":["a","b"]}}""", await File.ReadAllTextAsync(Path.Combine(hub.Folder.Path("out"), "77.json")));
        Assert.Equal([MessageState.Accepted, MessageState.Rejected, MessageState.Rejected], hub.Journal.Find(new()).OrderBy(message => message.Id.Value).Select(message => message.State));
    }

    [Fact]
    public async Task Rows_become_JSON_in_a_file()
    {
        await using HubHost hub = await StartAsync(folder => Channel(folder, "rows", "\"dataType\": \"delimited\", \"delimited\": { \"delimiter\": \";\", \"charset\": \"latin1\" }", "${message.id}.json"));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("rows"));

        TestAnswer answer = await sender.SendAsync(Encoding.Latin1.GetBytes("id;name\r\n007;\"Prawf; Gw\u00e9n\"\r\n"));

        Assert.Equal("AA", answer.Code);
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("[{\"id\":\"007\",\"name\":\"Prawf; Gw\u00e9n\"}]", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(hub.Folder.Path("out")))));
    }

    [Fact]
    public async Task D01_L2_raw_bytes_pass_untouched_and_a_JSON_message_that_comes_again_is_a_duplicate()
    {
        byte[] pdf = [.. "%PDF-1.7\n"u8, 0, 1, 2, 0xFF, .. Encoding.ASCII.GetBytes(new string('x', 100_000))];
        using TestFolder folder = new();
        string destinations = $"\"destinations\": [{{ \"id\": \"out\", \"type\": \"file\", \"folder\": \"{folder.Path("out")}\" }}] }}";
        await using HubHost hub = await HubHost.StartAsync(
            """{ "id": "raw", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "raw" }, """ + destinations,
            """{ "id": "json", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "json", "headerPaths": { "controlId": "/id" } }, """ + destinations);
        using MllpSender raw = await MllpSender.ConnectAsync(hub.Port("raw"));
        using MllpSender json = await MllpSender.ConnectAsync(hub.Port("json"));

        TestAnswer[] answers = [await raw.SendAsync(pdf), await json.SendAsync("""{"id":1}"""), await json.SendAsync("""{"id":1}"""), await json.SendAsync("""{"id":1 }""")];

        Assert.All(answers, answer => Assert.Equal("AA", answer.Code));
        StoredMessage stored = hub.Journal.Find(new() { Channel = "raw" }).Single();
        Assert.True(hub.Journal.ReadContent(stored.Id)!.Value.Span.SequenceEqual(pdf));
        Assert.Equal([MessageState.Accepted, MessageState.Duplicate, MessageState.Accepted], hub.Journal.Find(new() { Channel = "json" }).OrderBy(message => message.Id.Value).Select(message => message.State));
    }

    [Fact]
    public async Task The_channel_of_the_page_about_data_types_does_what_the_page_says()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "how-to", "data-types.md"));
        string json = page.Split("```json\n")[1].Split("```")[0];
        await using HubHost hub = await StartAsync(folder => json.Replace("127.0.0.1:8085", "127.0.0.1:0", StringComparison.Ordinal).Replace("\"folder\": \"out\"", $"\"folder\": \"{folder.Path("out")}\"", StringComparison.Ordinal));
        using HttpClient client = new();
        Uri address = new($"http://127.0.0.1:{hub.Port("orders")}/orders");

        using HttpResponseMessage taken = await client.PostAsync(address, Xml("<o:order xmlns:o=\"urn:orders\" id=\"7\"><o:from>W</o:from><o:line>a</o:line><o:line>b</o:line><o:to/></o:order>"));
        using HttpResponseMessage filtered = await client.PostAsync(address, Xml("<o:order xmlns:o=\"urn:orders\" id=\"8\"/>"));
        using HttpResponseMessage broken = await client.PostAsync(address, Xml("<o:order>"));

        Assert.Equal([200, 200, 400], new[] { taken, filtered, broken }.Select(answer => (int)answer.StatusCode));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        string written = await File.ReadAllTextAsync(Path.Combine(hub.Folder.Path("out"), "7.json"));
        Assert.Contains("\"o:line\":[\"a\",\"b\"],\"o:to\":\"LAB\"}", written, StringComparison.Ordinal);
        Assert.Equal(("7", "W"), (hub.Journal.Find(new() { ControlId = "7" }).Single().Header.ControlId, hub.Journal.Find(new() { ControlId = "7" }).Single().Header.Sender));
    }

    private static StringContent Xml(string text) => new(text, Encoding.UTF8, "application/xml");

    private static Task<HubHost> StartAsync(Func<TestFolder, string> channel)
    {
        TestFolder folder = new();
        return HubHost.StartAsync(folder, channel(folder));
    }

    private static string Channel(TestFolder folder, string id, string source, string name) =>
        $$"""
        { "id": "{{id}}", "source": { "type": "mllp", "listen": "127.0.0.1:0", {{source}} }, "steps": [{ "type": "convert", "to": "json" }],
          "destinations": [{ "id": "out", "type": "file", "folder": "{{folder.Path("out")}}", "name": "{{name}}" }] }
        """;
}

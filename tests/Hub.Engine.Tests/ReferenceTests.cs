using System.Text.Json.Nodes;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The reference page shows an example of every component, and each example works.</summary>
public sealed class ReferenceTests
{
    private static readonly ComponentCatalog s_catalog = Wiring.Catalog();

    // The channel that the example of the destination "channel" hands its messages to.
    private const string LabResults = """
        { "id": "lab-results", "source": { "type": "channel" }, "destinations": [{ "id": "files", "type": "file", "folder": "results", "name": "${message.id}" }] }
        """;

    public static IEnumerable<object[]> Components() =>
        new[] { "listener", "step", "destination" }.SelectMany(kind => s_catalog.Of(kind).Select(component => new object[] { kind, component.Name }));

    [Theory]
    [MemberData(nameof(Components))]
    public void The_example_of_a_component_is_a_channel_without_problems(string kind, string name)
    {
        JsonNode? example = JsonNode.Parse(ChannelSchema.Write(s_catalog))!["$defs"]![$"{kind}.{name}"]!["examples"]?[0];
        Assert.True(example is not null, $"{kind} {name} has no <example><code>…</code></example> in the documentation of its record.");
        using TestFolder folder = new();
        folder.Write("channels/tables/patient-class.csv", "from,to\nI,inpatient\n");
        folder.Write("channels/lab-results.json", LabResults);
        folder.Write("channels/example.json", ChannelWith(kind, example!.DeepClone()).ToJsonString());

        LoadedChannels loaded = new ChannelLoader(s_catalog, new Settings(folder.Path("secrets"), _ => "value")).LoadFolder(folder.Path("channels"));

        Assert.Empty(loaded.Problems.Select(problem => problem.ToString()));
        Assert.NotNull(ChannelModel.Build(loaded.Channels.Single(channel => channel.Config!.Id == "example").Config!, folder.Path("channels"), s_catalog));
    }

    private static JsonObject ChannelWith(string kind, JsonNode example) => new()
    {
        ["id"] = "example",
        // A destination of FHIR sends JSON alone, which a listener of FHIR takes.
        ["source"] = kind == "listener" ? example : JsonNode.Parse($$"""{ "type": "{{(example["type"]?.GetValue<string>() == "fhir" ? "fhir" : "mllp")}}", "listen": "127.0.0.1:0" }"""),
        ["steps"] = kind == "step" ? new JsonArray(example) : [],
        ["destinations"] = new JsonArray(kind == "destination" ? example : JsonNode.Parse("""{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }""")),
    };
}

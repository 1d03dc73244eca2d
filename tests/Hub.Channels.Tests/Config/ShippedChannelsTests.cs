using System.Text.Json.Nodes;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests.Config;

/// <summary>The channel files that come with the Hub are good examples.</summary>
public sealed class ShippedChannelsTests
{
    private static readonly ComponentCatalog s_catalog = new ComponentCatalog()
        .Listener<TestListenerConfig>("mllp", (_, _) => throw new NotSupportedException())
        .Listener<TestFhirListenerConfig>("fhir", (_, _) => throw new NotSupportedException())
        .AddSteps().AddDestinations();

    [Theory]
    [InlineData("channels")]
    [InlineData("channels/examples")]
    public void They_have_no_problem_and_agree_with_the_schema(string folder)
    {
        string path = Path.Combine(Repository.Root, folder);
        LoadedChannels loaded = new ChannelLoader(s_catalog, new Settings("no-secrets")).LoadFolder(path);
        Assert.Empty(loaded.Problems);
        JsonObject schema = JsonNode.Parse(ChannelSchema.Write(s_catalog))!.AsObject();
        foreach (string file in Directory.EnumerateFiles(path, "*.json").Where(file => Path.GetFileName(file) != ChannelLoader.SchemaFile))
            Assert.Empty(SchemaReader.Disagreements(schema, File.ReadAllText(file)));
    }

    [Theory]
    [InlineData("channels/tests")]
    [InlineData("channels/examples/tests")]
    public void Their_test_cases_agree_with_the_schema_of_cases(string folder)
    {
        JsonObject schema = JsonNode.Parse(ChannelSchema.WriteCase(s_catalog))!.AsObject();
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.json", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(SchemaReader.Disagreements(schema, File.ReadAllText(file))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_member_of_the_shipped_records_says_what_it_means(bool ofCases)
    {
        string schemaText = ofCases ? ChannelSchema.WriteCase(s_catalog) : ChannelSchema.Write(s_catalog);
        JsonObject definitions = JsonNode.Parse(schemaText)!["$defs"]!.AsObject();
        foreach ((string name, JsonNode? definition) in definitions.Where(definition => definition.Value!["additionalProperties"] is not null))
        {
            foreach ((string member, JsonNode? schema) in definition!["properties"]!.AsObject().Where(member => member.Value!["const"] is null))
                Assert.True(schema!["description"] is not null, $"{name}.{member} has no documentation.");
        }
    }
}

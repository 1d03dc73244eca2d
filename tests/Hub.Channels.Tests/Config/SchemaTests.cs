using System.Text.Json.Nodes;
using Hub.Channels.Config;
using Hub.Channels.Filters;
using Hub.Contracts;

namespace Hub.Channels.Tests.Config;

/// <summary>The schema that editors use says what the loader does.</summary>
public sealed class SchemaTests
{
    private static readonly JsonObject s_schema = JsonNode.Parse(ChannelSchema.Write(TestRecords.Catalog))!.AsObject();

    [Fact]
    public void Every_member_of_every_record_is_in_the_schema_and_no_other()
    {
        Assert.All(Records(), record => AssertLists(s_schema["$defs"]![record.Name]!.AsObject(), record.Type));
        AssertLists(s_schema, typeof(ChannelConfig));
        AssertLists(s_schema["$defs"]!["conditionConfig"]!.AsObject(), typeof(ConditionConfig));
        AssertLists(s_schema["$defs"]!["retryConfig"]!.AsObject(), typeof(RetryConfig));
        AssertLists(s_schema["$defs"]!["acceptConfig"]!.AsObject(), typeof(AcceptConfig));
    }

    [Fact]
    public void Every_reference_leads_somewhere() =>
        Assert.All(References(s_schema), reference => Assert.NotNull(s_schema["$defs"]![reference["#/$defs/".Length..]]));

    [Fact]
    public void The_type_picks_the_component()
    {
        JsonObject step = s_schema["$defs"]!["step"]!.AsObject();
        Assert.Equal(["filter", "setField", "mapTable", "forEach"], step["properties"]!["type"]!["enum"]!.AsArray().Select(word => (string?)word));
        Assert.Equal("#/$defs/step.setField", (string?)step["allOf"]![1]!["then"]!["$ref"]);
        Assert.Equal("setField", (string?)step["allOf"]![1]!["if"]!["properties"]!["type"]!["const"]);
        Assert.Equal("setField", (string?)s_schema["$defs"]!["step.setField"]!["properties"]!["type"]!["const"]);
    }

    [Fact]
    public void Members_have_their_type_meaning_default_and_words()
    {
        JsonNode listener = s_schema["$defs"]!["listener.mllp"]!["properties"]!;
        Assert.Equal("""{"description":"Longest message accepted, in bytes. Default 1 MiB.","type":["integer","string"],"pattern":"^\\$\\{env:[^}]\u002B\\}$","default":1048576}""", listener["maxMessageBytes"]!.ToJsonString());
        Assert.Equal(["processed", "received", "delivered"], listener["acknowledge"]!["enum"]!.AsArray().Select(word => (string?)word));
        Assert.Equal("processed", (string?)listener["acknowledge"]!["default"]);
        Assert.StartsWith("With acknowledge: delivered, the id", (string?)listener["acknowledgeBy"]!["description"], StringComparison.Ordinal);
        Assert.Equal("string", (string?)s_schema["$defs"]!["step.setField"]!["properties"]!["path"]!["type"]);
        Assert.Equal("integer", (string?)s_schema["$defs"]!["step.mapTable"]!["properties"]!["words"]!["additionalProperties"]!["type"]![0]);
        Assert.Equal("#/$defs/conditionConfig", (string?)s_schema["$defs"]!["conditionConfig"]!["properties"]!["all"]!["items"]!["$ref"]);
    }

    [Fact]
    public void The_schema_member_is_allowed_in_files() => Assert.Equal("string", (string?)s_schema["properties"]!["$schema"]!["type"]);

    [Fact]
    public void A_good_file_agrees_with_the_schema_and_a_changed_one_does_not()
    {
        Assert.Empty(SchemaReader.Disagreements(s_schema, ChannelFolder.Good));
        Assert.Equal(["$.destinations[0].ackTimoutSeconds"], SchemaReader.Disagreements(s_schema, ChannelFolder.With("ackTimeout", "ackTimout")));
        Assert.Equal(["$.source.acknowledge"], SchemaReader.Disagreements(s_schema, ChannelFolder.With("processed", "later")));
        Assert.Equal(["$.destinations[0].ackTimeoutSeconds"], SchemaReader.Disagreements(s_schema, ChannelFolder.With("30", "\"30\"")));
        Assert.Equal(["$.steps[1].type"], SchemaReader.Disagreements(s_schema, ChannelFolder.With("setField", "paint")));
        Assert.Equal(["$.destinations[0].endpoint"], SchemaReader.Disagreements(s_schema, ChannelFolder.With("\"endpoint\": \"lab.example:2575\", ", "")));
    }

    private static void AssertLists(JsonObject definition, Type type)
    {
        RecordShape shape = RecordShape.Of(type);
        Assert.Equal(type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(), shape.Members.Select(member => member.Property.Name).Order());
        Assert.Equal(shape.Members.Select(member => member.Name), definition["properties"]!.AsObject().Select(member => member.Key));
        Assert.Equal(shape.Members.Where(member => member.IsRequired).Select(member => member.Name), definition["required"]!.AsArray().Select(word => (string?)word));
        Assert.False((bool)definition["additionalProperties"]!);
    }

    private static IEnumerable<(string Name, Type Type)> Records() =>
        from kind in new[] { "listener", "step", "destination" }
        from component in TestRecords.Catalog.Of(kind)
        select ($"{kind}.{component.Name}", component.ConfigType);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}

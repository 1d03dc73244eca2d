using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests.Config;

/// <summary>Channels hand each other only what the other one takes.</summary>
public sealed class HandOverTypeTests
{
    private const string ToXml = """{ "type": "convert", "to": "xml" }""";
    private const string ToJson = """{ "type": "convert", "to": "json" }""";

    [Theory]
    [InlineData("json", "", "", "json")]
    [InlineData("hl7v2", "", ToXml, "xml")]
    [InlineData("hl7v2", ToXml, "", "xml")]
    [InlineData("hl7v2", ToXml, ToJson, "json")]
    [InlineData("json", "", "", "raw")]
    [InlineData("raw", "", "", "hl7v2")]
    public void What_the_other_channel_takes_is_handed_over(string first, string steps, string own, string second) => Assert.Empty(Load(first, steps, own, second));

    [Theory]
    [InlineData("json", "", "", "hl7v2", "takes HL7 v2, and the message is JSON after the steps of this destination. Add the step { \"type\": \"convert\", \"to\": \"hl7v2\", \"hl7\": {} }")]
    [InlineData("hl7v2", "", "", "xml", "Add the step { \"type\": \"convert\", \"to\": \"xml\" } to this destination, or set \"dataType\": \"hl7v2\"")]
    [InlineData("hl7v2", "", ToXml, "hl7v2", "the message is XML after the steps")]
    [InlineData("delimited", "", "", "json", "Add the step { \"type\": \"convert\", \"to\": \"json\" }")]
    public void Another_data_type_is_a_mistake_of_the_file(string first, string steps, string own, string second, string text)
    {
        ChannelProblem problem = Assert.Single(Load(first, steps, own, second));
        Assert.Equal((ProblemCodes.HandOverDataType, "$.destinations[0].channel", 4), (problem.Code, problem.JsonPath, problem.Line));
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_type_that_cannot_be_read_is_one_mistake() =>
        Assert.Equal(ProblemCodes.UnknownWord, Assert.Single(Load("json", "", "", "jsn")).Code);

    private static IReadOnlyList<ChannelProblem> Load(string first, string steps, string own, string second)
    {
        using TestFolder folder = new();
        folder.Write("channels/a.json", $$"""
            { "id": "a", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "{{first}}" }, "steps": [{{steps}}],
              "destinations": [
                { "id": "next", "type": "channel",
                  "channel": "b", "steps": [{{own}}] } ] }
            """);
        folder.Write("channels/b.json", $$"""
            { "id": "b", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "{{second}}" }, "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """);
        return ProblemsOfFile.Load(folder).Problems;
    }
}

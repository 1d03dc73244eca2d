using System.Text.Json.Nodes;
using Hub.Channels.Cases;

namespace Hub.Channels.Tests.Cases;

/// <summary>Cases say what validation finds.</summary>
public sealed class ValidationCaseTests
{
    private const string Profile = """
        { "name": "lab", "rules": [{ "rule": 3110, "severity": "off" }, { "rule": 3120, "severity": "off" }],
          "fields": [{ "path": "PID-19", "usage": "required" }, { "path": "PID-5.1", "values": ["PRAWF"], "severity": "warning" }] }
        """;

    private const string Validate = """, "validate": { "profile": "lab.json" }""";

    [Theory]
    [InlineData("""{ "outcome": "accepted", "problems": [{ "code": 101, "path": "PID-19", "rule": 3160 }], "warnings": [{ "code": 103 }], "destinations": { "lab": [] } }""")]
    [InlineData("""{ "problems": [{ "code": 101 }] }""")]
    public async Task What_a_destination_parks_reaches_nobody_and_its_errors_and_warnings_are_compared(string expect)
    {
        using CaseFixture fixture = new(destination: Validate);
        fixture.Beside("lab.json", Profile).Add("a.in.hl7").Add("a.json", $$"""{ "expect": {{expect}} }""");
        Assert.Empty(await fixture.TellAsync());
    }

    [Fact]
    public async Task A_difference_names_code_place_and_rule()
    {
        using CaseFixture fixture = new(destination: Validate);
        fixture.Beside("lab.json", Profile).Add("a.in.hl7").Add("a.json", """
            { "expect": { "problems": [{ "code": 101, "path": "PID-19", "rule": 3161 }], "warnings": [], "destinations": { "lab": [{}] } } }
            """);
        string[] told = await fixture.TellAsync();
        Assert.Equal(
            ["problems  expected 101 PID-19 HUB3161  was 101 PID-19 HUB3160", "warnings  expected none  was 103 PID-5.1 HUB3164", "to lab  expected 1 message  was nothing"],
            told.Where(line => !line.StartsWith("outcome", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_came_out_is_written_with_its_rules()
    {
        using CaseFixture fixture = new(destination: Validate);
        fixture.Beside("lab.json", Profile).Add("a.in.hl7").Add("a.json", """{ "expect": { "problems": [], "warnings": [] } }""");
        CaseWriter.Accept(await fixture.RunOneAsync());
        Assert.Equal(
            """{"problems":[{"code":101,"path":"PID-19","rule":3160}],"warnings":[{"code":103,"path":"PID-5.1","rule":3164}]}""",
            JsonNode.Parse(fixture.Text("a.json"))!["expect"]!.ToJsonString());
        Assert.Empty(await fixture.TellAsync());
    }
}

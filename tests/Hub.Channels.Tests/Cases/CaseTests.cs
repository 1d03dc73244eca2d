using Hub.Channels.Cases;

namespace Hub.Channels.Tests.Cases;

/// <summary>What cases say, and when they fail.</summary>
public sealed class CaseTests
{
    private const string SetReceiver = """{ "type": "setField", "path": "MSH-5", "value": "LAB" }""";

    private static readonly string s_output = CaseFixture.Input.Replace("|C|", "|LAB|", StringComparison.Ordinal);

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_case_of_files_alone_passes_whatever_their_line_ends(string end)
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7", CaseFixture.Input.Replace("\n", end, StringComparison.Ordinal)).Add("a01.lab.hl7", s_output.Replace("\n", end, StringComparison.Ordinal));
        Assert.Empty(await fixture.TellAsync());
    }

    [Fact]
    public async Task A_difference_is_told_by_destination_segment_and_field()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7", s_output.Replace("SMYTH", "SMITH", StringComparison.Ordinal).Replace("OBX|2||B", "OBX|2||C", StringComparison.Ordinal));
        Assert.Equal(["to lab PID-5.1  expected \"SMITH\"  was \"SMYTH\"", "to lab OBX[2]-3  expected \"C\"  was \"B\""], await fixture.TellAsync());
    }

    [Fact]
    public async Task A_destination_that_is_not_named_must_get_nothing()
    {
        using CaseFixture fixture = new(SetReceiver, more: """, { "id": "archive", "type": "file", "folder": "out2" }""");
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7", s_output);
        Assert.Equal(["to archive  expected nothing  was 1 message"], await fixture.TellAsync());
    }

    [Theory]
    [InlineData("\"archive\": [{}], \"lab\": [{}]", null)]
    [InlineData("\"lab\": []", "to lab  expected nothing  was 1 message")]
    [InlineData("\"lab\": [{}, {}], \"archive\": [{}]", "to lab  expected 2 messages  was 1 message")]
    [InlineData("\"archive\": [{}], \"lab\": [{ \"fields\": { \"PID-5.1\": \"SMYTH\", \"PID-5\": \"SMYTH^Gwen\", \"PID-9\": \"\" } }]", null)]
    [InlineData("\"archive\": [{}], \"lab\": [{ \"fields\": { \"PID-5.1\": \"SMITH\" } }]", "to lab PID-5.1  expected \"SMITH\"  was \"SMYTH\"")]
    [InlineData("\"archive\": [{}], \"lab\": [{ \"fields\": { \"PID-9\": \"1\" } }]", "to lab PID-9  expected \"1\"  was nothing")]
    public async Task Destinations_are_a_complete_list_of_what_each_gets(string destinations, string? told)
    {
        using CaseFixture fixture = new(more: """, { "id": "archive", "type": "file", "folder": "out2" }""");
        fixture.Add("a01.in.hl7").Add("a01.json", $$"""{ "expect": { "destinations": { {{destinations}} } } }""");
        string[] found = await fixture.TellAsync();
        if (told is null)
            Assert.Empty(found);
        else
            Assert.Equal(told, found[0]);
    }

    [Fact]
    public async Task A_refusal_is_compared_by_outcome_answer_and_problems()
    {
        using CaseFixture fixture = new();
        fixture.Add("old.in.hl7", CaseFixture.Input.Replace("|2.5", "|2.4", StringComparison.Ordinal));
        fixture.Add("old.json", """{ "expect": { "outcome": "rejected", "answer": "AR", "problems": [{ "code": 203, "path": "MSH-12" }], "destinations": {} } }""");
        Assert.Empty(await fixture.TellAsync());

        fixture.Add("old.json", """{ "expect": { "outcome": "accepted", "answer": "AA", "problems": [] } }""");
        string[] told = await fixture.TellAsync();
        Assert.StartsWith("outcome  expected accepted  was rejected: 203 MSH-12 ", told[0], StringComparison.Ordinal);
        Assert.Equal(["answer  expected AA  was AR", "problems  expected none  was 203 MSH-12"], told[1..]);
    }

    [Fact]
    public async Task A_message_that_the_channel_would_refuse_can_be_taken_through_its_steps()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("old.in.hl7", CaseFixture.Input.Replace("|2.5", "|2.4", StringComparison.Ordinal)).Add("old.lab.hl7", s_output.Replace("|2.5", "|2.4", StringComparison.Ordinal)).Add("old.json", """{ "admit": false }""");
        Assert.Empty(await fixture.TellAsync());
    }

    [Fact]
    public async Task The_clock_variables_and_secrets_are_the_cases_own_else_the_defaults_else_a_stand_in()
    {
        using CaseFixture fixture = new("""
            { "type": "setField", "path": "MSH-7", "value": "${now:yyyyMMddHHmm}" }, { "type": "setField", "path": "MSH-8", "value": "${secret:lab-key}" },
            { "type": "setField", "path": "ZZZ-1", "value": "${env:HOME}" }, { "type": "setField", "path": "ZZZ-2", "value": "${env:LAB_HOST}" }
            """);
        fixture.Add("defaults.json", """{ "now": "2026-11-21T10:00:00+01:00", "variables": { "LAB_HOST": "shared" } }""");
        fixture.Add("own.in.hl7").Add("own.json", """
            { "now": "2026-03-01T10:15:30Z", "variables": { "LAB_HOST": "mine" }, "secrets": { "lab-key": "invented" },
              "expect": { "destinations": { "lab": [{ "fields": { "MSH-7": "202603011015", "MSH-8": "invented", "ZZZ-1": "stand-in-for-home", "ZZZ-2": "mine" } }] } } }
            """);
        fixture.Add("plain.in.hl7").Add("plain.json", """
            { "expect": { "destinations": { "lab": [{ "fields": { "MSH-7": "202611211000", "MSH-8": "stand-in-for-lab-key", "ZZZ-2": "shared" } }] } } }
            """);
        ChannelResult result = await fixture.RunAsync();
        Assert.Equal([], result.Cases.SelectMany(one => one.Differences).Select(difference => difference.ToString()));
        Assert.True(result.Passed);
    }

    [Theory]
    [InlineData("{ \"expct\": {} }", "HUB1020(1) $.expct")]
    [InlineData("{\n \"now\": \"yesterday\" }", "HUB1127(2) $.now")]
    [InlineData("{\n \"input\": { \"file\": \"gone.hl7\" } }", "HUB1121(2) $.input.file")]
    [InlineData("{ \"input\": {} }", "HUB1120(1) $.input")]
    [InlineData("{ \"input\": { \"file\": \"/etc/hosts\" } }", "HUB1121(1) $.input.file")]
    [InlineData("{ \"expect\": {\n \"outcome\": \"acepted\" } }", "HUB1024(2) $.expect.outcome")]
    [InlineData("{ \"expect\": { \"answer\": \"OK\" } }", "HUB1123(1) $.expect.answer")]
    [InlineData("{ \"expect\": { \"outcome\": \"filtered\", \"destinations\": { \"lab\": [{}] } } }", "HUB1123(1) $.expect.outcome")]
    [InlineData("{ \"expect\": { \"destinations\": { \"lab\": [{ \"fields\": { \"PID.3\": \"x\" } }] } } }", "HUB1123(1) $.expect.destinations.lab[0].fields['PID.3']")]
    [InlineData("{ \"expect\": { \"destinations\": { \"lab\": [{ \"text\": \"x\", \"file\": \"y\" }] } } }", "HUB1123(1) $.expect.destinations.lab[0]")]
    [InlineData("{ \"expect\": { \"destinations\": { \"lab\": [{ \"file\": \"gone.hl7\" }] } } }", "HUB1121(1) $.expect.destinations.lab[0].file")]
    [InlineData("{ \"expect\": { \"destinations\": { \"lap\": [] } } }", "HUB1123(0) ")]
    [InlineData("{ }", "HUB1122(0) ")]
    public async Task A_mistake_in_a_case_is_told_with_its_line_and_place(string json, string problem)
    {
        using CaseFixture fixture = new();
        fixture.Add("a01.in.hl7").Add("a01.json", json);
        Assert.Equal([problem], await fixture.TellAsync());
    }

    [Fact]
    public async Task A_case_without_a_message_or_with_two_is_a_mistake()
    {
        using CaseFixture none = new();
        none.Add("a01.json", """{ "expect": { "outcome": "accepted" } }""");
        using CaseFixture two = new();
        two.Add("a01.in.hl7").Add("a01.in.txt").Add("a01.lab.hl7");
        Assert.Equal(["HUB1120(0) "], await none.TellAsync());
        Assert.Equal(["HUB1120(0) "], await two.TellAsync());
    }

    [Fact]
    public async Task A_file_that_belongs_to_no_case_is_a_mistake()
    {
        using CaseFixture fixture = new();
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7").Add("a02.lab.hl7").Add("README.md", "Why.");
        ChannelResult result = await fixture.RunAsync();
        Assert.False(result.Passed);
        Assert.EndsWith("a02.lab.hl7", Assert.Single(result.Problems).File, StringComparison.Ordinal);
        Assert.Equal(1128, result.Problems[0].Code);
    }

    [Fact]
    public async Task A_variable_whose_stand_in_cannot_be_used_is_explained_at_the_case()
    {
        using CaseFixture fixture = new(more: """, { "id": "far", "type": "mllp", "endpoint": "${env:FAR}" }""");
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7").Add("a01.far.hl7");
        CaseResult broken = await fixture.RunOneAsync();
        Assert.Contains("stand-in-for-far", broken.Problems[0].Text, StringComparison.Ordinal);
        Assert.Contains("\"variables\"", broken.Problems[0].Text, StringComparison.Ordinal);

        fixture.Add("defaults.json", """{ "variables": { "FAR": "far.example:2575" } }""");
        Assert.Empty(await fixture.TellAsync());
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_fails_the_case_and_nothing_else()
    {
        using CaseFixture fixture = new("""{ "type": "mapTable", "path": "MSH-5", "table": "gone.csv" }""");
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7");
        Assert.NotEmpty((await fixture.RunOneAsync()).Problems);
    }

    [Fact]
    public async Task What_a_failing_case_did_is_explained()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7");
        Assert.Contains("  MSH-5 \"C\" → \"LAB\"", (await fixture.RunOneAsync()).Explained);
    }

    [Fact]
    public async Task Coverage_tells_the_steps_conditions_and_destinations_that_no_case_has_tried()
    {
        using CaseFixture fixture = new(
            """
            { "type": "setField", "path": "MSH-5", "value": "M", "when": { "all": [{ "path": "PID-8", "equals": "M" }, { "path": "PID-7", "exists": true }] } },
            { "type": "forEach", "segment": "OBX", "steps": [{ "type": "setField", "path": "OBX-4", "value": "x", "when": { "path": "OBX-3", "equals": "A" } }] },
            { "type": "filter", "when": { "path": "MSH-9.1", "equals": "ADT" } },
            { "type": "setVariable", "name": "ward", "value": "W" },
            { "type": "filter", "when": { "not": { "variable": "ward", "equals": "X" } } }
            """,
            destination: """, "when": { "path": "PID-8", "equals": "F" } """,
            more: """, { "id": "men", "type": "file", "folder": "out2", "when": { "path": "PID-8", "equals": "M" } }""");
        fixture.Add("woman.in.hl7").Add("woman.json", """{ "expect": { "destinations": { "lab": [{}] } } }""");
        ChannelCoverage coverage = (await fixture.RunAsync()).Coverage!;
        Assert.Equal(
            [
                "$.steps[0] step setField: never ran",
                "$.steps[0].when condition all: only ever false",
                "$.steps[0].when.all[0] condition PID-8: only ever false",
                "$.steps[0].when.all[1] condition PID-7: never asked",
                "$.steps[2].when condition MSH-9.1: only ever true",
                "$.steps[4].when condition not: only ever true",
                "$.steps[4].when.not condition ward: only ever false",
                "$.destinations[0].when condition PID-8: only ever true",
                "$.destinations[1] destination men: never got a message",
                "$.destinations[1].when condition PID-8: only ever false",
            ],
            coverage.Points.Where(point => point.Missing is not null).Select(point => $"{point.Place} {point.Kind} {point.What}: {point.Missing}"));
        Assert.Equal((15, 26, 57), (coverage.Covered, coverage.Total, coverage.Percent));
    }
}

using System.Text.Json.Nodes;
using Hub.Channels.Cases;

namespace Hub.Channels.Tests.Cases;

/// <summary>What came out becomes what is expected, in the place where it was expected before.</summary>
public sealed class AcceptTests
{
    private const string SetReceiver = """{ "type": "setField", "path": "MSH-5", "value": "LAB" }""";

    private static readonly string s_output = CaseFixture.Input.Replace("|C|", "|LAB|", StringComparison.Ordinal);

    [Fact]
    public async Task A_lone_message_becomes_a_case_with_the_line_ends_of_its_file()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7");
        await AcceptAsync(fixture);
        Assert.Equal(s_output, fixture.Text("a01.lab.hl7"));
        Assert.False(fixture.Has("a01.json"));
    }

    [Fact]
    public async Task A_delivery_in_JSON_is_of_its_case_and_no_case_of_its_own()
    {
        using CaseFixture fixture = new("""{ "type": "convert", "to": "json", "fhir": {} }""");
        fixture.Add("a01.in.hl7");
        await AcceptAsync(fixture);
        Assert.True(fixture.Has("a01.lab.json"));
        Assert.Equal(["a01"], (await fixture.RunAsync()).Cases.Select(one => one.Name));
    }

    [Fact]
    public async Task A_case_whose_name_looks_like_a_delivery_stays_a_case()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7", s_output).Add("a01.late.json", """{ "input": { "file": "a01.in.hl7" } }""").Add("a01.lab.in.hl7").Add("a01.lab.json", "{}");
        Assert.Equal(["a01", "a01.lab", "a01.late"], (await fixture.RunAsync()).Cases.Select(one => one.Name));
    }

    [Fact]
    public async Task A_lone_message_that_is_refused_becomes_a_case_that_says_why()
    {
        using CaseFixture fixture = new();
        fixture.Add("old.in.hl7", CaseFixture.Input.Replace("|2.5", "|2.4", StringComparison.Ordinal));
        await AcceptAsync(fixture);
        Assert.Equal("""{"expect":{"outcome":"rejected","answer":"AR","problems":[{"code":203,"path":"MSH-12"}]}}""", JsonNode.Parse(fixture.Text("old.json"))!.ToJsonString());
    }

    [Fact]
    public async Task A_file_of_a_destination_that_gets_nothing_any_more_goes()
    {
        using CaseFixture fixture = new("""{ "type": "filter", "when": { "path": "MSH-9.2", "equals": "A01" } }""");
        fixture.Add("a08.in.hl7").Add("a08.lab.hl7");
        await AcceptAsync(fixture);
        Assert.False(fixture.Has("a08.lab.hl7"));
        Assert.Equal("""{"expect":{"outcome":"filtered","answer":"AA"}}""", JsonNode.Parse(fixture.Text("a08.json"))!.ToJsonString());
    }

    [Fact]
    public async Task Each_delivery_is_written_the_way_it_was_expected()
    {
        using CaseFixture fixture = new(SetReceiver, more: """, { "id": "b", "type": "file", "folder": "b" }, { "id": "c", "type": "file", "folder": "c" }, { "id": "d", "type": "file", "folder": "d" }""");
        fixture.Add("a01.in.hl7").Add("said.hl7", "MSH|^~\\&|old").Add("a01.json", """
            { "description": "Stays", "expect": { "answer": "AE", "destinations": {
              "lab": [{ "fields": { "MSH-5": "OLD", "PID-5.1": "OLD" } }], "b": [{ "segments": ["MSH|^~\\&|old"] }], "c": [{ "file": "said.hl7" }], "d": [] } } }
            """);
        await AcceptAsync(fixture);
        JsonNode json = JsonNode.Parse(fixture.Text("a01.json"))!;
        Assert.Equal(("Stays", "AA"), ((string?)json["description"], (string?)json["expect"]!["answer"]));
        JsonNode destinations = json["expect"]!["destinations"]!;
        Assert.Equal("""[{"fields":{"MSH-5":"LAB","PID-5.1":"SMYTH"}}]""", destinations["lab"]!.ToJsonString());
        Assert.Equal(s_output.TrimEnd('\n').Split('\n'), destinations["b"]![0]!["segments"]!.AsArray().Select(segment => (string?)segment));
        Assert.Equal("""[{"file":"said.hl7"}]""", destinations["c"]!.ToJsonString());
        Assert.Equal("""[{"file":"a01.d.hl7"}]""", destinations["d"]!.ToJsonString());
        Assert.Equal(s_output, fixture.Text("a01.d.hl7"));
    }

    [Fact]
    public async Task A_case_file_that_says_the_same_keeps_its_form()
    {
        using CaseFixture fixture = new(SetReceiver);
        fixture.Add("a01.in.hl7").Add("a01.lab.hl7").Add("a01.json", "{ \"description\":   \"Mine\" }");
        await AcceptAsync(fixture);
        Assert.Equal("{ \"description\":   \"Mine\" }", fixture.Text("a01.json"));
    }

    [Fact]
    public async Task Values_that_look_like_settings_stay_text()
    {
        using CaseFixture fixture = new("""{ "type": "setField", "path": "MSH-5", "value": "$${env:X}" }""");
        fixture.Add("a01.in.hl7").Add("a01.json", """{ "expect": { "destinations": { "lab": [{ "fields": { "MSH-5": "x" } }] } } }""");
        await AcceptAsync(fixture);
        Assert.Contains("$${env:X}", fixture.Text("a01.json"), StringComparison.Ordinal);
    }

    // Whatever was accepted passes the next time.
    private static async Task AcceptAsync(CaseFixture fixture)
    {
        CaseResult result = await fixture.RunOneAsync();
        Assert.True(CaseWriter.CanAccept(result), string.Join('\n', result.Problems));
        Assert.NotEmpty(CaseWriter.Accept(result));
        Assert.Empty(await fixture.TellAsync());
        Assert.True((await fixture.RunAsync()).Passed);
    }
}

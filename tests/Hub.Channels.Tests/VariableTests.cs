using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class VariableTests
{
    private const string Input = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\nPID|1||77~78||Jones\nPV1|1||WARD 9";
    private const string SetWard = """{ "type": "setVariable", "name": "ward", "value": "${PV1-3.1}" }""";

    [Theory]
    [InlineData("", "${var:ward}", "WARD 9")]
    [InlineData("""{ "type": "setVariable", "name": "ward", "value": "${var:ward}/${PID-1}" }""", "<${var:ward}>", "<WARD 9/1>")]
    [InlineData("""{ "type": "setVariable", "name": "ward", "value": "" }""", "<${var:ward}>", "<>")]
    [InlineData("""{ "type": "setVariable", "name": "ward", "value": "x", "when": { "variable": "ward", "equals": "WARD 9" } }""", "${var:ward}", "x")]
    [InlineData("""{ "type": "setVariable", "name": "ward", "value": "x", "when": { "variable": "ward", "exists": false } }""", "${var:ward}", "WARD 9")]
    [InlineData("""{ "type": "setVariable", "name": "ward", "value": "x", "when": { "not": { "variable": "late", "exists": true } } }""", "${var:ward}${var:late}", "x")]
    [InlineData("""{ "type": "forEach", "repetitionsOf": "PID-3", "steps": [{ "type": "setVariable", "name": "ward", "value": "${var:ward}+${PID-3}" }] }""", "${var:ward}", "WARD 9+77+78")]
    [InlineData("", "a$${var:ward}", "a${var:ward}")]
    public void A_variable_holds_what_the_last_step_set_and_is_empty_before(string steps, string value, string expected)
    {
        string all = $$"""{{SetWard}}, {{steps}}{{(steps.Length > 0 ? "," : "")}} { "type": "setField", "path": "ZZZ-1", "value": "{{value}}" }, { "type": "setVariable", "name": "late", "value": "late" }""";
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(all), Input);
        Assert.EndsWith($"\nZZZ|{expected}", TestChannels.Text(outcome, Input), StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_works_on_a_copy_and_its_condition_and_lane_see_the_channels_variables()
    {
        ChannelModel channel = TestChannels.Make($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{SetWard}}], "destinations": [
              { "id": "one", "type": "file", "folder": "out", "lane": "${var:ward}", "steps": [{ "type": "setVariable", "name": "ward", "value": "other" }, { "type": "setField", "path": "PV1-3", "value": "${var:ward}" }] },
              { "id": "two", "type": "file", "folder": "out", "lane": "${var:ward}", "steps": [{ "type": "setField", "path": "PV1-3", "value": "<${var:ward}>" }] },
              { "id": "three", "type": "file", "folder": "out", "when": { "variable": "ward", "startsWith": "BED" } } ] }
            """);
        PipelineOutcome outcome = TestChannels.Run(channel, Input);
        Assert.Equal(["one", "two"], outcome.Deliveries.Select(delivery => delivery.Destination));
        Assert.EndsWith("||other", TestChannels.Text(outcome, Input, 0), StringComparison.Ordinal);
        Assert.EndsWith("||<WARD 9>", TestChannels.Text(outcome, Input, 1), StringComparison.Ordinal);
        Assert.NotEqual(outcome.Deliveries[0].Lane, outcome.Deliveries[1].Lane);
    }

    [Fact]
    public void A_trace_tells_what_variables_hold()
    {
        Trace trace = new();
        TestChannels.Run(TestChannels.WithSteps($$"""{{SetWard}}, { "type": "filter", "when": { "variable": "ward", "in": ["A"] } }"""), Input, trace);
        Assert.Equal(["# steps[0] setVariable", "variable ward = \"WARD 9\"", "# steps[1] filter", "variable ward was \"WARD 9\", wanted one of \"A\"", "filtered"], trace.Lines.Select(line => line.Replace("wanted \"A\"", "wanted one of \"A\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(SetWard + """, { "type": "setField", "path": "MSH-5", "value": "x${var:wrad}" }""", "", "$.steps[1].value", ProblemCodes.VariableNeverSet, "Did you mean \"ward\"?")]
    [InlineData("""{ "type": "setField", "path": "MSH-5", "value": "${var:ward}" }""", "", "$.steps[0].value", ProblemCodes.VariableNeverSet, "\"setVariable\"")]
    [InlineData(SetWard + """, { "type": "filter", "when": { "any": [{ "variable": "wards", "exists": true }] } }""", "", "$.steps[1].when.any[0].variable", ProblemCodes.VariableNeverSet, "\"ward\"")]
    [InlineData(SetWard, ", \"lane\": \"${var:word}\"", "$.destinations[0].lane", ProblemCodes.VariableNeverSet, "\"ward\"")]
    [InlineData(SetWard, ", \"name\": \"${var:ward}.hl7\"", "$.destinations[0].name", ProblemCodes.VariableTooLate, "setField")]
    [InlineData("""{ "type": "setVariable", "name": "1st", "value": "" }""", "", "$.steps[0].name", ProblemCodes.VariableName, "\"ward\"")]
    [InlineData("""{ "type": "setField", "path": "MSH-5", "value": "${var:a b}" }""", "", "$.steps[0].value", ProblemCodes.NotUnderstood, "\"ward\"")]
    [InlineData("""{ "type": "setField", "path": "MSH-5", "value": "${vra:ward}" }""", "", "$.steps[0].value", ProblemCodes.NotUnderstood, "did you mean ${var:NAME}?")]
    public void Mistakes_are_told_with_their_place_and_remedy(string steps, string destination, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{steps}}], "destinations": [{ "id": "lab", "type": "file", "folder": "out" {{destination}} }] }
            """));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }
}

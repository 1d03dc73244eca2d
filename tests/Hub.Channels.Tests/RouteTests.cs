using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class RouteTests
{
    private const string Input = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\nPID|1||77||Jones";

    [Theory]
    [InlineData("", "lab archive desk")]
    [InlineData("""{ "type": "route", "to": ["archive"] }""", "archive")]
    [InlineData("""{ "type": "route", "to": ["desk"] }, { "type": "route", "to": ["lab", "desk"] }""", "lab desk")]
    [InlineData("""{ "type": "route", "to": [] }""", "")]
    [InlineData("""{ "type": "route", "to": [] }, { "type": "route", "to": ["lab"], "when": { "path": "MSH-9.2", "equals": "A01" } }""", "lab")]
    [InlineData("""{ "type": "route", "to": ["lab"], "when": { "path": "MSH-9.2", "equals": "A02" } }""", "lab archive desk")]
    [InlineData("""{ "type": "route", "to": ["never", "lab"] }""", "lab")]
    public void Routes_add_up_and_without_one_all_destinations_run(string steps, string expected)
    {
        PipelineOutcome outcome = TestChannels.Run(Channel(steps), Input);
        Assert.Equal(expected, string.Join(' ', outcome.Deliveries.Select(delivery => delivery.Destination)));
        Assert.Equal(expected.Length == 0 ? MessageState.Filtered : MessageState.Accepted, outcome.State);
    }

    [Fact]
    public void A_trace_tells_where_routes_lead()
    {
        Trace trace = new();
        TestChannels.Run(Channel("""{ "type": "route", "to": ["lab", "never"] }"""), Input, trace);
        Assert.Equal(
            [
                "# steps[0] route", "goes to lab, never",
                "# destinations[1] archive", "no route leads here", "# destinations[2] desk", "no route leads here",
                "# destinations[3] never", "MSH-11 was \"P\", wanted \"T\"",
            ],
            trace.Lines);
    }

    [Theory]
    [InlineData("{ \"type\": \"route\", \"to\": [\"lab\", \"archiv\"] }", "", "$.steps[0].to[1]", ProblemCodes.RouteUnknown, "Did you mean \"archive\"?")]
    [InlineData("{ \"type\": \"route\", \"to\": [\"xyz\"] }", "", "$.steps[0].to[0]", ProblemCodes.RouteUnknown, "Name one of \"lab\" or \"archive\".")]
    [InlineData("{ \"type\": \"forEach\", \"segment\": \"OBX\", \"steps\": [{ \"type\": \"route\", \"to\": [\"labb\"] }] }", "", "$.steps[0].steps[0].to[0]", ProblemCodes.RouteUnknown, "\"lab\"")]
    [InlineData("", "{ \"type\": \"route\", \"to\": [\"lab\"] }", "$.destinations[0].steps[0]", ProblemCodes.StepPlace, "\"when\"")]
    public void Mistakes_are_told_with_their_place_and_remedy(string steps, string own, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{steps}}], "destinations": [
              { "id": "lab", "type": "file", "folder": "out", "steps": [{{own}}] }, { "id": "archive", "type": "file", "folder": "out" } ] }
            """));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    private static ChannelModel Channel(string steps) => TestChannels.Make($$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{steps}}], "destinations": [
          { "id": "lab", "type": "file", "folder": "out" }, { "id": "archive", "type": "file", "folder": "out" },
          { "id": "desk", "type": "file", "folder": "out", "steps": [{ "type": "deleteField", "path": "PID-5" }] },
          { "id": "never", "type": "file", "folder": "out", "when": { "path": "MSH-11", "equals": "T" } } ] }
        """);
}

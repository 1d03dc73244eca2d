using System.Text;
using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class SplitMessageTests
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260301||ORU^R01|1|P|2.5\nPID|1||77\n";
    private const string ByObr = """{ "type": "splitMessage", "by": "segment", "segment": "OBR" }""";
    private const string ByBatch = """{ "type": "splitMessage", "by": "batch" }""";

    [Theory]
    [InlineData("OBR|1\nOBX|a\nOBX|b\nOBR|2\nOBX|c", "", "OBR|1\nOBX|a\nOBX|b", "OBR|2\nOBX|c")]
    [InlineData("OBR|1\nOBX|a\nOBR|2\nFT1|1\nCTI|1", ", \"trailing\": [\"FT1\", \"CTI\"]", "OBR|1\nOBX|a\nFT1|1\nCTI|1", "OBR|2\nFT1|1\nCTI|1")]
    [InlineData("OBR|1\nFT1|0\nOBR|2\nFT1|1\nNTE|1", ", \"trailing\": [\"FT1\"]", "OBR|1\nFT1|0", "OBR|2\nFT1|1\nNTE|1")]
    [InlineData("OBR|1\nOBX|a", "", "OBR|1\nOBX|a", null)]
    public void By_segment_each_part_has_what_stands_before_the_first_and_one_group(string groups, string members, string first, string? second)
    {
        string input = Header + groups;
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(ByObr.Replace(" }", members + " }", StringComparison.Ordinal)), input);
        string[] expected = [.. ((string?[])[first, second]).OfType<string>().Select(part => Header + part)];
        Assert.Equal(expected, Enumerable.Range(0, outcome.Deliveries.Count).Select(i => TestChannels.Text(outcome, input, i)));
        Assert.Equal(Enumerable.Range(1, expected.Length).Select(i => new MessagePart(i, expected.Length)), outcome.Deliveries.Select(delivery => delivery.Part));
    }

    [Fact]
    public void A_message_with_nothing_to_divide_goes_on_whole_as_the_received_bytes()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(ByObr), Header);
        Assert.Equal(new("out", 0, null), Assert.Single(outcome.Deliveries));
    }

    [Fact]
    public void Steps_after_the_split_work_on_each_part_with_its_own_variables_and_route_and_each_destination_gets_the_parts_in_order()
    {
        ChannelModel channel = TestChannels.Make($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [
                { "type": "setVariable", "name": "n", "value": "v" }, {{ByObr}},
                { "type": "setVariable", "name": "n", "value": "${var:n}${OBR-1}" },
                { "type": "filter", "when": { "not": { "path": "OBR-1", "equals": "2" } } },
                { "type": "route", "to": ["one"] },
                { "type": "route", "to": ["two"], "when": { "path": "OBR-1", "equals": "3" } },
                { "type": "setField", "path": "MSH-10", "value": "${MSH-10}-${message.part}/${message.parts}-${var:n}" } ],
              "destinations": [ { "id": "one", "type": "file", "folder": "out" }, { "id": "two", "type": "file", "folder": "out", "steps": [{ "type": "deleteSegment", "segment": "PID" }] } ] }
            """);
        PipelineOutcome outcome = TestChannels.Run(channel, Header + "OBR|1\nOBR|2\nOBR|3");
        Assert.Equal([("one", 1), ("one", 3), ("two", 3)], outcome.Deliveries.Select(delivery => (delivery.Destination, delivery.Part.Number)));
        Assert.All(outcome.Deliveries, delivery => Assert.Equal(3, delivery.Part.Of));
        Assert.Equal(["1-1/3-v1", "1-3/3-v3", "1-3/3-v3"], outcome.Deliveries.Select(delivery => Encoding.UTF8.GetString(delivery.Content!.Value.Span).Split('|')[9]));
    }

    [Fact]
    public void A_part_that_is_rejected_rejects_the_whole()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps($$"""{{ByObr}}, { "type": "filter", "when": { "path": "OBR-2", "exists": true }, "otherwise": "reject", "description": "OBR-2 is needed." }"""), Header + "OBR|1|x\nOBR|2\nOBR|3");
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error, 0), (outcome.State, outcome.Answer, outcome.Deliveries.Count));
        Assert.Equal("part 2 of 3, steps[1] filter: OBR-2 is needed.", Assert.Single(outcome.Problems).Text);
    }

    [Fact]
    public void When_every_part_is_filtered_so_is_the_message() =>
        Assert.Equal(MessageState.Filtered, TestChannels.Run(TestChannels.WithSteps($$"""{{ByObr}}, { "type": "filter", "when": { "path": "OBR-2", "exists": true } }"""), Header + "OBR|1\nOBR|2").State);

    [Theory]
    [InlineData(10_000, MessageState.Accepted)]
    [InlineData(10_001, MessageState.Rejected)]
    public void More_parts_than_the_limit_reject_the_message(int count, MessageState state) =>
        Assert.Equal(state, TestChannels.Run(TestChannels.WithSteps(ByObr), Header + string.Join('\n', Enumerable.Repeat("OBR|1", count))).State);

    [Fact]
    public void Parts_that_share_too_much_are_refused_before_they_are_made()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(ByObr), $"{Header}NTE|{new string('x', 100_000)}\n{string.Join('\n', Enumerable.Repeat("OBR|1", 5_000))}");
        Assert.Contains("too large together", Assert.Single(outcome.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void B01_a_batch_is_divided_at_every_MSH_and_then_by_segment()
    {
        string second = Header.Replace("|1|P|", "|2|P|", StringComparison.Ordinal);
        string batch = $"FHS|^~\\&|x\nBHS|^~\\&|x||||||||B7\n{Header}OBR|1\nOBR|2\n{second}OBR|3\nBTS|2\nFTS|1";
        PipelineOutcome whole = TestChannels.Run(TestChannels.WithSteps(ByBatch), batch);
        Assert.Equal([$"{Header}OBR|1\nOBR|2", $"{second}OBR|3"], Enumerable.Range(0, 2).Select(i => TestChannels.Text(whole, batch, i)));
        Assert.Equal(("ORU^R01", "B7"), (whole.Header.Type, whole.Header.ControlId));
        PipelineOutcome parts = TestChannels.Run(TestChannels.WithSteps($"{ByBatch}, {ByObr}"), batch);
        Assert.Equal(["OBR|1", "OBR|2", "OBR|3"], Enumerable.Range(0, 3).Select(i => TestChannels.Text(parts, batch, i).Split('\n')[2]));
        Assert.Equal([new(1, 3), new(2, 3), new(3, 3)], parts.Deliveries.Select(delivery => delivery.Part));
    }

    [Fact]
    public void B01_a_lone_message_of_a_channel_that_takes_batches_is_no_part() =>
        Assert.Equal(new("out", 0, null), Assert.Single(TestChannels.Run(TestChannels.WithSteps(ByBatch), Header).Deliveries));

    [Fact]
    public void B01_a_batch_without_messages_is_taken_and_goes_nowhere() =>
        Assert.Equal((MessageState.Filtered, ReceiptKind.Accepted), (Outcome("BHS|^~\\&|x\nBTS|0").State, Outcome("BHS|^~\\&|x\nBTS|0").Answer));

    [Theory]
    [InlineData("BTS|3", ReceiptKind.Error, 100, "BTS-1")]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||ORU^R01||P|2.5", ReceiptKind.Error, 101, "part 2 of 2")]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||ORU^R01|9|P|2.3", ReceiptKind.Rejected, 203, "part 2 of 2")]
    [InlineData("MSH|AAAA|A|B", ReceiptKind.Error, 102, "part 2 of 2")]
    public void B02_a_batch_with_a_message_that_is_not_taken_is_not_taken(string last, ReceiptKind answer, int code, string text)
    {
        PipelineOutcome outcome = Outcome($"BHS|^~\\&|x\n{Header}{last}", ", \"accept\": { \"versions\": [\"2.5\"] }");
        Assert.Equal((MessageState.Rejected, answer, code, 0), (outcome.State, outcome.Answer, outcome.Problems[0].Code, outcome.Deliveries.Count));
        Assert.StartsWith(text, outcome.Problems[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void B02_what_is_wrong_with_every_message_of_a_batch_is_told()
    {
        const string NoId = "MSH|^~\\&|A|B|C|D|20260301||ORU^R01||P|2.5\n";
        const string OldVersion = "MSH|^~\\&|A|B|C|D|20260301||ORU^R01|9|P|2.3\n";
        PipelineOutcome outcome = Outcome($"BHS|^~\\&|x\n{NoId}{Header}{OldVersion}MSH|AAAA|A|B\n{NoId}", ", \"accept\": { \"versions\": [\"2.5\"] }");
        // One cannot be read and others are not wanted: the sender has to look at them.
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (outcome.State, outcome.Answer));
        Assert.Equal(
            [("part 1 of 5", 101), ("part 3 of 5", 203), ("part 4 of 5", 102), ("part 5 of 5", 101)],
            outcome.Problems.Select(problem => (problem.Text[..problem.Text.IndexOf(':', StringComparison.Ordinal)], problem.Code)));
    }

    [Fact]
    public void B02_a_batch_of_nothing_but_bad_messages_is_told_within_bounds()
    {
        PipelineOutcome outcome = Outcome("BHS|^~\\&|x\n" + string.Concat(Enumerable.Repeat("MSH|^~\\&|A|B|C|D|20260301||ORU^R01||P|2.5\n", 700)));
        Assert.InRange(outcome.Problems.Count, 501, 700);
        Assert.StartsWith("part 500 of 700: ", outcome.Problems[499].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_tells_of_each_part()
    {
        Trace trace = new();
        TestChannels.Run(TestChannels.WithSteps($$"""{{ByObr}}, { "type": "setField", "path": "MSH-5", "value": "X" }"""), Header + "OBR|1\nOBR|2", trace);
        Assert.Equal(
            [
                "# steps[0] splitMessage", "divided into 2 parts",
                "# part 1 of 2", "# steps[1] setField", "MSH-5 \"C\" → \"X\"", "# part 2 of 2", "# steps[1] setField", "MSH-5 \"C\" → \"X\"",
                "# part 1 of 2", "# part 2 of 2",
            ],
            trace.Lines);
    }

    [Theory]
    [InlineData("""{ "type": "splitMessage", "by": "segment" }""", "", "$.steps[0]", ProblemCodes.StepMembers, "\"segment\": \"OBR\"")]
    [InlineData("""{ "type": "splitMessage", "by": "batch", "segment": "OBR" }""", "", "$.steps[0].segment", ProblemCodes.StepMembers, "\"by\": \"segment\"")]
    [InlineData("""{ "type": "splitMessage", "by": "batch", "when": { "path": "MSH-3", "exists": true } }""", "", "$.steps[0].when", ProblemCodes.StepMembers, "condition")]
    [InlineData("""{ "type": "trimSeparators" }, { "type": "splitMessage", "by": "batch" }""", "", "$.steps[1]", ProblemCodes.StepPlace, "first step")]
    [InlineData("""{ "type": "forEach", "segment": "OBX", "steps": [{ "type": "splitMessage", "by": "segment", "segment": "OBR" }] }""", "", "$.steps[0].steps[0]", ProblemCodes.StepPlace, "channel's steps")]
    [InlineData("", """{ "type": "splitMessage", "by": "segment", "segment": "OBR" }""", "$.destinations[0].steps[0]", ProblemCodes.StepPlace, "channel's steps")]
    [InlineData("""{ "type": "splitMessage", "by": "segment", "segment": "MSH" }""", "", "$.steps[0].segment", ProblemCodes.Place, "\"by\": \"batch\"")]
    [InlineData("""{ "type": "splitMessage", "by": "segment", "segment": "OBR-1" }""", "", "$.steps[0].segment", ProblemCodes.Place, "\"OBR\"")]
    public void Mistakes_are_told_with_their_place_and_remedy(string steps, string own, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{steps}}], "destinations": [{ "id": "lab", "type": "file", "folder": "out", "steps": [{{own}}] }] }
            """));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    private static PipelineOutcome Outcome(string input, string source = "") => TestChannels.Run(TestChannels.WithSteps(ByBatch, source: source), input);
}

using System.Text;
using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class ChannelPipelineTests
{
    private const string Input = "MSH|^~\\&|APP|FAC|C|D|20260301||ADT^A08^ADT_A01|42|P|2.5\nPID|1||77^^^X||Jones";
    private const string SetReceiver = """{ "type": "setField", "path": "MSH-5", "value": "MPI" }""";

    [Fact]
    public void A_message_nobody_changed_is_delivered_as_the_received_bytes()
    {
        byte[] raw = Encoding.UTF8.GetBytes("\n" + Input.Replace("\n", "\r\n", StringComparison.Ordinal));
        PipelineOutcome outcome = TestChannels.WithSteps("").Pipeline.Run(new(1), raw, TestChannels.Now);
        Assert.Equal((MessageState.Accepted, ReceiptKind.Accepted), (outcome.State, outcome.Answer));
        Assert.Equal(new("out", 0, null), Assert.Single(outcome.Deliveries));
        Assert.Equal(new() { Type = "ADT^A08", ControlId = "42", Sender = "APP^FAC", Version = "2.5" }, outcome.Header);
    }

    [Fact]
    public void A_message_that_was_validated_when_it_was_taken_is_not_validated_again_and_keeps_what_was_found()
    {
        ChannelModel channel = TestChannels.Make("""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "validate": { "level": "standard" },
              "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """);
        MessageProblem found = new(102, "PID-7", "as was found");
        PipelineOutcome first = channel.Pipeline.Run(new(1), TestChannels.Message(Input), TestChannels.Now);
        PipelineOutcome again = channel.Pipeline.Run(new(1), TestChannels.Message(Input), TestChannels.Now, found: [found]);
        Assert.Equal((MessageState.Rejected, MessageState.Accepted), (first.State, again.State));
        Assert.Equal([found], again.Problems);
    }

    [Theory]
    [InlineData("\"versions\": [\"2.4\"]", 203, "MSH-12")]
    [InlineData("\"sendingApplications\": [\"app\"]", 200, "MSH-3")]
    [InlineData("\"messages\": [\"ORU\"]", 200, "MSH-9")]
    [InlineData("\"messages\": [\"ADT^A01\", \"ADT^A0\"]", 201, "MSH-9")]
    [InlineData("\"processingIds\": [\"T\"]", 202, "MSH-11")]
    public void A04_what_is_not_on_the_accept_list_is_rejected(string list, int code, string path)
    {
        PipelineOutcome outcome = TestChannels.Run(WithSource($", \"accept\": {{ {list} }}"), Input);
        MessageProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal((MessageState.Rejected, ReceiptKind.Rejected, code, path), (outcome.State, outcome.Answer, problem.Code, problem.Path));
        Assert.Empty(outcome.Deliveries);
    }

    [Theory]
    [InlineData("\"versions\": [\"2.4\", \"2.5\"]")]
    [InlineData("\"sendingApplications\": [\"APP\"], \"processingIds\": [\"P\"]")]
    [InlineData("\"messages\": [\"ADT\"]")]
    [InlineData("\"messages\": [\"ADT^A01\", \"ADT^A08\"]")]
    public void A04_what_is_on_the_accept_list_is_taken(string list) =>
        Assert.Equal(MessageState.Accepted, TestChannels.Run(WithSource($", \"accept\": {{ {list} }}"), Input).State);

    [Fact]
    public void A04_everything_that_is_not_taken_is_told_at_once()
    {
        PipelineOutcome outcome = TestChannels.Run(WithSource(", \"accept\": { \"versions\": [\"2.4\"], \"messages\": [\"ORU\"] }"), Input);
        Assert.Equal([200, 203], outcome.Problems.Select(problem => problem.Code));
    }

    [Fact]
    public void A_refused_message_can_still_be_tried()
    {
        ChannelModel channel = WithSource(", \"accept\": { \"versions\": [\"2.4\"] }");
        Assert.NotNull(channel.Pipeline.Admit(TestChannels.Message(Input)).Refusal);
        Assert.Equal(MessageState.Accepted, channel.Pipeline.Run(new(1), TestChannels.Message(Input), TestChannels.Now, admit: false).State);
    }

    [Fact]
    public void A08_a_message_without_a_control_id_is_an_error_unless_the_source_says_otherwise()
    {
        string input = Input.Replace("|42|", "||", StringComparison.Ordinal);
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(""), input);
        Assert.Equal((ReceiptKind.Error, 101, "MSH-10"), (outcome.Answer, outcome.Problems[0].Code, outcome.Problems[0].Path));
        Assert.Equal(MessageState.Accepted, TestChannels.Run(WithSource(", \"requireControlId\": false"), input).State);
    }

    [Theory]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||ACK^A01|9|P|2.5|||AL", ReceiptKind.Silent)]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||RSP^K11|9|P|2.5\nMSA|AA|1", ReceiptKind.Silent)]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||RSP^K11|9|P|2.5|||\"\"\nMSA|AA|1", ReceiptKind.Silent)]
    [InlineData("MSH|^~\\&|A|B|C|D|20260301||RSP^K11|9|P|2.5|||AL\nMSA|AA|1", ReceiptKind.Accepted)]
    public void A13_an_answer_is_never_answered(string input, ReceiptKind answer)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(""), input);
        Assert.Equal(answer, outcome.Answer);
        Assert.Equal(answer == ReceiptKind.Silent, outcome.Flags.Contains("answer"));
    }

    [Theory]
    [InlineData("hello", ReceiptKind.Undecodable, 100)]
    [InlineData("MSH|AAAA|A|B|C|D|20260301||ADT^A01|9|P|2.5", ReceiptKind.Error, 102)]
    [InlineData("FHS|^~\\&|A|B", ReceiptKind.Rejected, 200)]
    public void A07_E05_what_is_no_message_is_told_apart(string input, ReceiptKind answer, int code)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(""), input);
        Assert.Equal((MessageState.Rejected, answer, code), (outcome.State, outcome.Answer, outcome.Problems[0].Code));
    }

    [Fact]
    public void A_filtered_message_is_accepted_and_goes_nowhere()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps("""{ "type": "filter", "when": { "path": "MSH-9.2", "equals": "A01" } }"""), Input);
        Assert.Equal((MessageState.Filtered, ReceiptKind.Accepted, 0), (outcome.State, outcome.Answer, outcome.Deliveries.Count));
    }

    [Fact]
    public void A_filter_can_reject_with_a_code_and_a_place()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps("""
            { "type": "filter", "when": { "path": "PID-7", "exists": true }, "otherwise": "reject", "code": 101, "path": "PID-7", "description": "PID-7 is needed." }
            """), Input);
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (outcome.State, outcome.Answer));
        Assert.Equal(new(101, "PID-7", "steps[0] filter: PID-7 is needed."), Assert.Single(outcome.Problems));
    }

    [Fact]
    public void A_step_that_fails_is_named_in_the_problem_and_content_is_not()
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps($$"""{{SetReceiver}}, { "type": "setField", "path": "OBX[3]-1", "value": "${PID-5}" }"""), Input);
        MessageProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal((ReceiptKind.Error, 207), (outcome.Answer, problem.Code));
        Assert.StartsWith("steps[1] setField: OBX[3]-1", problem.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Jones", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_destination_has_its_condition_and_its_steps_on_a_copy()
    {
        ChannelModel channel = TestChannels.Make($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{{SetReceiver}}], "destinations": [
              { "id": "one", "type": "file", "folder": "out", "steps": [{ "type": "deleteSegment", "segment": "PID" }, { "type": "setField", "path": "MSH-6", "value": "ONE" }] },
              { "id": "two", "type": "file", "folder": "out" },
              { "id": "three", "type": "file", "folder": "out", "when": { "path": "MSH-9.2", "equals": "A01" } },
              { "id": "four", "type": "file", "folder": "out", "steps": [{ "type": "filter", "when": { "path": "PID-8", "exists": true } }] },
              { "id": "five", "type": "file", "folder": "out" } ] }
            """);
        PipelineOutcome outcome = TestChannels.Run(channel, Input);
        Assert.Equal(["one", "two", "five"], outcome.Deliveries.Select(delivery => delivery.Destination));
        Assert.Equal("MSH|^~\\&|APP|FAC|MPI|ONE|20260301||ADT^A08^ADT_A01|42|P|2.5", TestChannels.Text(outcome, Input, 0));
        Assert.Equal(Input.Replace("|C|D|", "|MPI|D|", StringComparison.Ordinal), TestChannels.Text(outcome, Input, 1));
        Assert.Equal(outcome.Deliveries[1].Content, outcome.Deliveries[2].Content);
    }

    [Fact]
    public void Messages_of_one_key_are_in_one_lane_and_never_in_lane_zero()
    {
        ChannelModel channel = TestChannels.WithSteps("", destination: ", \"lane\": \"PID-3.1\"");
        long Lane(string patient) => TestChannels.Run(channel, Input.Replace("77", patient, StringComparison.Ordinal)).Deliveries[0].Lane;
        Assert.Equal(Lane("77"), Lane("77"));
        Assert.NotEqual(Lane("77"), Lane("78"));
        Assert.True(Lane("77") > 0 && Lane("") > 0);
        Assert.Equal(4, channel.Destinations[0].MaxConnections);
        Assert.Equal(1, TestChannels.WithSteps("").Destinations[0].MaxConnections);
    }

    [Fact]
    public void E19_bytes_that_are_no_text_pass_untouched_and_fail_only_a_step_that_reads_them()
    {
        byte[] raw = [.. "MSH|^~\\&|APP|FAC|C|D|20260301||ADT^A08|42|P|2.5||||||UNICODE UTF-8\rPID|1||77||J"u8, 0xF6, .. "rg\r"u8];
        PipelineOutcome passed = TestChannels.WithSteps(SetReceiver).Pipeline.Run(new(1), raw, TestChannels.Now);
        Assert.Contains("charset-invalid", passed.Flags);
        Assert.True(passed.Deliveries[0].Content!.Value.Span.EndsWith((ReadOnlySpan<byte>)[(byte)'J', 0xF6, (byte)'r', (byte)'g', (byte)'\r']));
        PipelineOutcome read = TestChannels.WithSteps("""{ "type": "filter", "when": { "path": "PID-5", "equals": "x" } }""").Pipeline.Run(new(1), raw, TestChannels.Now);
        Assert.Equal(ReceiptKind.Error, read.Answer);
    }

    [Fact]
    public void A_trace_tells_each_step_and_why()
    {
        Trace trace = new();
        TestChannels.Run(TestChannels.WithSteps(
            $$"""
            { "type": "filter", "when": { "path": "MSH-9.2", "in": ["A08", "A31"] } }, {{SetReceiver}},
            { "type": "deleteField", "path": "PID-5", "when": { "path": "PID-1", "equals": "2" } }
            """, destination: ", \"when\": { \"path\": \"MSH-11\", \"equals\": \"T\" }"), Input, trace);
        Assert.Equal(
            [
                "# steps[0] filter", "MSH-9.2 was \"A08\", wanted one of \"A08\", \"A31\"",
                "# steps[1] setField", "MSH-5 \"C\" → \"MPI\"",
                "# steps[2] deleteField", "PID-1 was \"1\", wanted \"2\"", "passed over",
                "# destinations[0] out", "MSH-11 was \"P\", wanted \"T\"",
            ],
            trace.Lines);
    }

    private static ChannelModel WithSource(string source) => TestChannels.WithSteps("", source: source);
}

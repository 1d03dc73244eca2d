using System.Text;
using Hub.Contracts;

namespace Hub.Channels.Tests;

/// <summary><c>splitMessage</c> of what is not HL7 v2.</summary>
public sealed class SplitItemsTests
{
    private const string Json = ", \"dataType\": \"json\"";
    private const string Xml = ", \"dataType\": \"xml\", \"xml\": { \"namespaces\": { \"v\": \"urn:v\" } }";
    private const string Rows = ", \"dataType\": \"delimited\"";
    private const string Fixed = """, "dataType": "fixedWidth", "fixedWidth": { "fields": [{ "name": "id", "start": 1, "length": 2 }] }""";
    private const string Whole = ", \"keep\": \"message\"";

    [Theory]
    [InlineData(Json, """{"batch":7, "orders":[ {"id":1.0}, {"id": "2"} ]}""", "\"items\": \"/orders\"", """{"id":1.0}""", """{"id": "2"}""")]
    [InlineData(Json, """[1, "a",[2],null]""", "\"items\": \".\"", "1", "\"a\"", "[2]", "null")]
    [InlineData(Json, """{"a":[{"b":[1,2]},{"b":[3]}]}""", "\"items\": \"a[*].b[*]\"", "1", "2", "3")]
    [InlineData(Json, """{"order":{"id":1}}""", "\"items\": \"order\"", """{"id":1}""")]
    [InlineData(Json, "\uFEFF {\"batch\":7, \"orders\":[ 1e400, 2 ]}\n", "\"items\": \"/orders\"" + Whole, "\uFEFF {\"batch\":7, \"orders\":[ 1e400 ]}\n", "\uFEFF {\"batch\":7, \"orders\":[ 2 ]}\n")]
    [InlineData(Json, """{"a":[{"x":1,"b":[1,2]},{"b":[3]}]}""", "\"items\": \"a[*].b[*]\"" + Whole, """{"a":[{"x":1,"b":[1]},{"b":[]}]}""", """{"a":[{"x":1,"b":[2]},{"b":[]}]}""", """{"a":[{"x":1,"b":[]},{"b":[3]}]}""")]
    [InlineData(Json, """{"a":[{"b":1,"c":2},{"b":3}]}""", "\"items\": \"a[*].b\"" + Whole, """{"a":[{"b":1,"c":2},{}]}""", """{"a":[{"c":2},{"b":3}]}""")]
    [InlineData(Json, """{"order":{"id":1},"n":2}""", "\"items\": \"order\"" + Whole, """{"order":{"id":1},"n":2}""")]
    [InlineData(Xml, "<b><o>1</o><o>2</o></b>", "\"items\": \"/b/o\"", "<o>1</o>", "<o>2</o>")]
    [InlineData(Xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:b xmlns:w=\"urn:v\" xmlns:x=\"urn:x\" xml:lang=\"cy\"><w:o t=\"x:code\"/></w:b>", "\"items\": \"/v:b/v:o\"", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:o t=\"x:code\" xmlns:w=\"urn:v\" xmlns:x=\"urn:x\" xml:lang=\"cy\" />")]
    [InlineData(Xml, "<b xmlns=\"urn:v\"><i xmlns=\"\" xmlns:p=\"urn:1\"><o xmlns:p=\"urn:2\"><p:q/></o></i></b>", "\"items\": \"/v:b/i/o\"", "<o xmlns:p=\"urn:2\"><p:q /></o>")]
    [InlineData(Xml, "<b>\n <h/>\n <o>1</o>\n <o>2</o>\n <t/>\n <o>3</o>\n</b>", "\"items\": \"/b/o\"" + Whole, "<b>\n <h />\n <o>1</o>\n <t />\n</b>", "<b>\n <h />\n <o>2</o>\n <t />\n</b>", "<b>\n <h />\n <t />\n <o>3</o>\n</b>")]
    [InlineData(Xml, "<!-- kept --><b><o/><o/></b>", "\"items\": \"/b/o\"" + Whole, "<!-- kept --><b><o /></b>", "<!-- kept --><b><o /></b>")]
    [InlineData(Xml, "<!-- kept --><b/>", "\"items\": \"/b\"" + Whole, "<!-- kept --><b />")]
    [InlineData(Rows, "id,w\r\n1,\"a,\nb\"\r\n2,\"\"\r\n", "\"items\": \"[*]\"", "id,w\r\n1,\"a,\nb\"\r\n", "id,w\r\n2,\"\"\r\n")]
    [InlineData(Rows, "id\n1\n2\n", "\"ifNone\": \"reject\"", "id\n1\n", "id\n2\n")]
    [InlineData(Rows, "id\n1\n2\n", "\"items\": \"[2]\"", "id\n2\n")]
    [InlineData(Fixed, "01 A\r\n02 B\r\n", "\"by\": \"items\"", "01 A\r\n", "02 B\r\n")]
    public void Each_item_is_a_part(string source, string message, string members, params string[] parts)
    {
        PipelineOutcome outcome = Run(source, members, message);
        Assert.Empty(outcome.Problems);
        Assert.Equal(parts, outcome.Deliveries.Select(delivery => Encoding.UTF8.GetString((delivery.Content ?? Encoding.UTF8.GetBytes(message)).Span)));
        Assert.Equal(Enumerable.Range(1, parts.Length).Select(number => new MessagePart(number, parts.Length)), outcome.Deliveries.Select(delivery => delivery.Part));
    }

    [Theory]
    [InlineData(Json, """{"orders":[]}""", "\"items\": \"/orders\"", MessageState.Filtered)]
    [InlineData(Json, """{"orders":[]}""", "\"items\": \"orders[*]\", \"ifNone\": \"whole\"", MessageState.Filtered)]
    [InlineData(Json, """{"orders":null}""", "\"items\": \"/orders\"", MessageState.Filtered)]
    [InlineData(Json, """{"order":[]}""", "\"items\": \"/orders\"", MessageState.Rejected)]
    [InlineData(Json, """{"order":[]}""", "\"items\": \"/orders\", \"ifNone\": \"filter\"", MessageState.Filtered)]
    [InlineData(Json, """{"order":[]}""", "\"items\": \"/orders\", \"ifNone\": \"whole\"", MessageState.Accepted)]
    [InlineData(Json, """{"order":[]}""", "\"items\": \"/orders\", \"when\": { \"path\": \"/orders\", \"exists\": true }", MessageState.Accepted)]
    [InlineData(Xml, "<b/>", "\"items\": \"/b/o\"", MessageState.Rejected)]
    [InlineData(Xml, "<b/>", "\"items\": \"/b/o\", \"ifNone\": \"filter\"", MessageState.Filtered)]
    [InlineData(Rows, "id,w\n", "\"items\": \"[*]\"", MessageState.Filtered)]
    [InlineData(Rows, "id,w\n1,2\n", "\"items\": \"[2]\"", MessageState.Rejected)]
    public void A_list_without_items_is_filtered_and_a_place_that_is_not_there_rejected_unless_the_file_says_otherwise(string source, string message, string members, MessageState state)
    {
        PipelineOutcome outcome = Run(source, members, message);
        Assert.Equal(state, outcome.State);
        if (state == MessageState.Rejected)
            Assert.Equal((ReceiptKind.Error, 101, true), (outcome.Answer, outcome.Problems[0].Code, outcome.Problems[0].Text.Contains("\"ifNone\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("reject", MessageState.Rejected)]
    [InlineData("filter", MessageState.Filtered)]
    [InlineData("whole", MessageState.Accepted)]
    public void A_message_without_the_segment_does_what_the_file_says(string word, MessageState state) =>
        Assert.Equal(state, TestChannels.Run(TestChannels.WithSteps($$"""{ "type": "splitMessage", "by": "segment", "segment": "OBR", "ifNone": "{{word}}" }"""), "MSH|^~\\&|A|B|C|D|20260301||ORU^R01|1|P|2.5").State);

    [Theory]
    [InlineData(10_000, MessageState.Accepted)]
    [InlineData(10_001, MessageState.Rejected)]
    public void More_parts_than_the_limit_reject_the_message(int count, MessageState state)
    {
        Assert.Equal(state, Run(Json, "\"items\": \".\"", $"[{string.Join(',', Enumerable.Repeat("1", count))}]").State);
        Assert.Equal(state, Run(Xml, "\"items\": \"/b/o\"", $"<b>{string.Concat(Enumerable.Repeat("<o/>", count))}</b>").State);
        Assert.Equal(state, Run(Rows, "\"items\": \"[*]\"", $"id\n{string.Concat(Enumerable.Repeat("1\n", count))}").State);
    }

    [Theory]
    [InlineData(Json, """{"shared":"X","o":[N]}""", "1,", "/o")]
    [InlineData(Xml, "<b><s>X</s>N</b>", "<o/>", "/b/o")]
    public void Parts_that_share_too_much_are_refused_while_they_are_made(string source, string shape, string item, string items)
    {
        string message = shape.Replace("N", string.Concat(Enumerable.Repeat(item, 300)).TrimEnd(','), StringComparison.Ordinal).Replace("X", new('x', 1_000_000), StringComparison.Ordinal);
        string text = Assert.Single(Run(source, $"\"items\": \"{items}\"{Whole}", message).Problems).Text;
        Assert.StartsWith("steps[0] splitMessage: The 300 parts would be too large together (more than 256 MiB)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_within_one_another_cannot_keep_the_message()
    {
        const string Message = "<b><o><o/></o></b>";
        Assert.Contains("within one another", Assert.Single(Run(Xml, "\"items\": \"//o\"" + Whole, Message).Problems).Text, StringComparison.Ordinal);
        Assert.Equal(2, Run(Xml, "\"items\": \"//o\"", Message).Deliveries.Count);
    }

    [Fact]
    public void Steps_conditions_and_converts_go_on_with_each_part_and_parts_can_be_divided_again()
    {
        ChannelModel channel = TestChannels.WithSteps(
            """
            { "type": "setVariable", "name": "batch", "value": "${/batch}" },
            { "type": "splitMessage", "by": "items", "items": "/orders" },
            { "type": "filter", "when": { "path": "id", "exists": true } },
            { "type": "splitMessage", "by": "items", "items": "lines", "keep": "message" },
            { "type": "setField", "path": "n", "value": "${var:batch}: ${message.part}/${message.parts}" },
            { "type": "convert", "to": "xml", "root": "order", "types": "drop" },
            { "type": "setField", "path": "/order/@x", "value": "${/order/n}" }
            """,
            source: Json);
        PipelineOutcome outcome = Run(channel, """{"batch":"B","orders":[{"id":"1","lines":["a","b"]},{"lines":["c"]},{"id":"3","lines":["d"]}]}""");
        Assert.Equal(
            ["<order x=\"B: 1/3\"><id>1</id><lines>a</lines><n>B: 1/3</n></order>", "<order x=\"B: 2/3\"><id>1</id><lines>b</lines><n>B: 2/3</n></order>", "<order x=\"B: 3/3\"><id>3</id><lines>d</lines><n>B: 3/3</n></order>"],
            outcome.Deliveries.Select(delivery => Encoding.UTF8.GetString(delivery.Content!.Value.Span).Split('\n')[^1]));
    }

    [Fact]
    public void The_parts_are_of_the_message_as_the_steps_before_made_it()
    {
        ChannelModel channel = TestChannels.WithSteps("""{ "type": "setField", "path": "a[*].b", "value": "x" }, { "type": "splitMessage", "by": "items", "items": "a" }""", source: Json);
        Assert.Equal(["""{"b":"x"}""", """{"b":"x"}"""], Run(channel, """{"a":[{"b":1},{"b":2}]}""").Deliveries.Select(delivery => Encoding.UTF8.GetString(delivery.Content!.Value.Span)));
    }

    [Theory]
    [InlineData(Json, "\"by\": \"items\"", "$.steps[0]", ProblemCodes.StepMembers, "/orders")]
    [InlineData(Json, "\"by\": \"segment\", \"segment\": \"OBR\"", "$.steps[0].segment", ProblemCodes.Hl7Place, "JSON")]
    [InlineData(Json, "\"by\": \"batch\"", "$.steps[0]", ProblemCodes.SplitDataType, "\"by\": \"items\"")]
    [InlineData(Json, "\"by\": \"items\", \"items\": \"a[\"", "$.steps[0].items", ProblemCodes.NotUnderstood, "not a path")]
    [InlineData(Xml, "\"by\": \"items\", \"items\": \"count(//o)\"", "$.steps[0].items", ProblemCodes.Place, "elements")]
    [InlineData(Xml, "\"by\": \"items\", \"items\": \"/w:o\"", "$.steps[0].items", ProblemCodes.NotUnderstood, "prefix w")]
    [InlineData(Rows, "\"by\": \"items\", \"items\": \"id\"", "$.steps[0].items", ProblemCodes.Place, "[*]")]
    [InlineData(Rows, "\"by\": \"items\", \"keep\": \"item\"", "$.steps[0].keep", ProblemCodes.StepMembers, "header")]
    [InlineData("", "\"by\": \"items\", \"items\": \"OBR\"", "$.steps[0]", ProblemCodes.SplitDataType, "\"segment\": \"OBR\"")]
    [InlineData("", "\"by\": \"segment\", \"segment\": \"OBR\", \"keep\": \"item\"", "$.steps[0].keep", ProblemCodes.StepMembers, "not HL7 v2")]
    [InlineData("", "\"by\": \"batch\", \"ifNone\": \"filter\"", "$.steps[0].ifNone", ProblemCodes.StepMembers, "batch of one")]
    [InlineData(", \"dataType\": \"raw\"", "\"by\": \"items\"", "$.steps[0]", ProblemCodes.StepDataType, "raw bytes")]
    public void Mistakes_are_told_with_their_place_and_remedy(string source, string members, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" {{source}} }, "steps": [{ "type": "splitMessage", {{members}} }], "destinations": [{ "id": "lab", "type": "file", "folder": "out" }] }
            """));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    private static PipelineOutcome Run(string source, string members, string message)
    {
        string by = members.StartsWith("\"by\"", StringComparison.Ordinal) ? members : $"\"by\": \"items\", {members}";
        return Run(TestChannels.WithSteps($"{{ \"type\": \"splitMessage\", {by} }}", source: source), message);
    }

    private static PipelineOutcome Run(ChannelModel channel, string message) => channel.Pipeline.Run(new(7), Encoding.UTF8.GetBytes(message), TestChannels.Now);
}

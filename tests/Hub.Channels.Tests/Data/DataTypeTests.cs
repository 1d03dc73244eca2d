using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests.Data;

/// <summary>Steps, conditions and values on messages that are not HL7 v2.</summary>
public sealed class DataTypeTests
{
    private const string Json = "\"dataType\": \"json\"";
    private const string Xml = "\"dataType\": \"xml\", \"xml\": { \"namespaces\": { \"v\": \"urn:v\" } }";
    private const string Fixed = """
        "dataType": "fixedWidth", "fixedWidth": { "charset": "latin1", "fields": [{ "name": "id", "start": 1, "length": 2 }, { "name": "name", "start": 3, "length": 6 }] }
        """;
    private const string Unquoted = """
        "dataType": "delimited", "delimited": { "delimiter": ";", "quote": "", "charset": "latin1" }
        """;
    private const string Rows = "\"dataType\": \"delimited\", \"delimited\": { \"delimiter\": \";\" }";

    [Theory]
    [InlineData(Json, """{"a":"1"}""", """{ "type": "setField", "path": "b.c", "value": "${/a}-${a} ${channel.id}" }""", """{"a":"1","b":{"c":"1-1 test"}}""")]
    [InlineData(Json, """{"a":1}""", """{ "type": "setField", "path": "b", "encoded": "{ \"x\": ${a}, \"y\": ${channel.id}, \"z\": ${none} }" }""", """{"a":1,"b":{ "x": 1, "y": "test", "z": null }}""")]
    [InlineData(Json, """{"a":[1,{"b":2}],"c":3}""", """{ "type": "copyField", "from": "a[1]", "to": "c" }""", """{"a":[1,{"b":2}],"c":{"b":2}}""")]
    [InlineData(Json, """{"a":[1,{"b":2}],"c":3}""", """{ "type": "moveField", "from": "/a", "to": "/d" }""", """{"c":3,"d":[1,{"b":2}]}""")]
    [InlineData(Json, """{"a":[{"b":1},{"b":2}]}""", """{ "type": "deleteField", "path": "a[*].b" }""", """{"a":[{},{}]}""")]
    [InlineData(Json, """{"d":["20260131","2025"]}""", """{ "type": "formatDate", "path": "d[*]", "to": "dd/MM/yyyy", "ifNotMatching": "keep" }""", """{"d":["31/01/2026","2025"]}""")]
    [InlineData(Json, """{"d":["a-b",5]}""", """{ "type": "replaceText", "path": "d[*]", "pattern": "[-5]", "with": "+" }""", """{"d":["a+b","+"]}""")]
    [InlineData(Json, """{"id":"i","a":[{"b":1},{"b":2}]}""", """{ "type": "forEach", "items": "a", "steps": [{ "type": "setField", "path": "c", "value": "${/id}${b}", "when": { "path": "b", "atLeast": "2" } }] }""", """{"id":"i","a":[{"b":1},{"b":2,"c":"i2"}]}""")]
    [InlineData(Json, """{"a":[{"b":1},{"b":2},{"b":3}]}""", """{ "type": "forEach", "items": "a", "steps": [{ "type": "deleteField", "path": ".", "when": { "path": "b", "in": ["1", "2"] } }, { "type": "setField", "path": "c", "value": "x" }] }""", """{"a":[{"b":3,"c":"x"}]}""")]
    [InlineData(Json, """{"a":[{"b":["1","2"]},{"b":["3"]}]}""", """{ "type": "forEach", "items": "a", "steps": [{ "type": "forEach", "items": "b", "steps": [{ "type": "replaceText", "path": ".", "text": "3", "with": "4" }] }] }""", """{"a":[{"b":["1","2"]},{"b":["4"]}]}""")]
    [InlineData(Xml, "<v:a xmlns:v=\"urn:v\"><v:b x=\"1\" /><v:b x=\"2\" /></v:a>", """{ "type": "forEach", "items": "/v:a/v:b", "steps": [{ "type": "setField", "path": "v:c", "value": "${@x}", "when": { "path": "@x", "equals": "2" } }] }""", "<v:a xmlns:v=\"urn:v\"><v:b x=\"1\" /><v:b x=\"2\"><v:c>2</v:c></v:b></v:a>")]
    [InlineData(Xml, "<a><d>20260131</d></a>", """{ "type": "formatDate", "path": "/a/d", "to": "yyyy-MM-dd" }""", "<a><d>2026-01-31</d></a>")]
    [InlineData(Xml, "<a><d>1</d><e /></a>", """{ "type": "moveField", "from": "/a/d", "to": "/a/e/@f" }""", "<a><e f=\"1\" /></a>")]
    [InlineData(Rows, "id;w\n1;a\n2;b\n", """{ "type": "forEach", "items": "[*]", "steps": [{ "type": "setField", "path": "w", "value": "${id}${w}" }, { "type": "deleteField", "path": ".", "when": { "path": "id", "equals": "1" } }] }""", "id;w\n2;2b\n")]
    [InlineData(Rows, "id;w\n1;a\n", """{ "type": "copyField", "from": "id", "to": "w" }""", "id;w\n1;1\n")]
    [InlineData(Json, """{"order":{"id":"1","line":["a","b"]}}""", """{ "type": "convert", "to": "xml" }, { "type": "setField", "path": "/order/line[2]", "value": "c" }""", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<order><id>1</id><line>a</line><line>c</line></order>")]
    [InlineData(Xml, "<a><b>1</b></a>", """{ "type": "convert", "to": "json" }, { "type": "setField", "path": "a.b", "value": "2" }""", """{"a":{"b":"2"}}""")]
    [InlineData(Rows, "id;w\n1;a\n", """{ "type": "convert", "to": "json" }, { "type": "setField", "path": "[0].w", "value": "b" }, { "type": "convert", "to": "delimited" }, { "type": "setField", "path": "id", "value": "2" }""", "id,w\r\n2,b\r\n")]
    public void Steps_work_on_every_data_type(string source, string before, string steps, string after) => Assert.Equal(after, Run(source, steps, before));

    [Fact]
    public void HL7_becomes_XML_and_back_with_steps_between()
    {
        const string Adt = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01^ADT_A01|1|P|2.5\rPID|1||77^^^X&Y~88\rZZ1||\r";
        const string Steps = """
            { "type": "convert", "to": "xml" }, { "type": "setField", "path": "//hl7:PID/hl7:PID.3[2]/hl7:CX.1", "value": "a^b" },
            { "type": "convert", "to": "hl7v2" }, { "type": "setField", "path": "PID-1", "value": "2" }
            """;
        Assert.Equal(Adt.Replace("PID|1||77^^^X&Y~88", "PID|2||77^^^X&Y~a\\S\\b", StringComparison.Ordinal), Run("\"dataType\": \"hl7v2\"", Steps, Adt));
    }

    [Theory]
    [InlineData(Json, """{"a":[{"b":"x"},{"b":"y"}],"n":18}""", "{ \"path\": \"a[*].b\", \"equals\": \"y\" }", true)]
    [InlineData(Json, """{"a":[{"b":"x"},{"b":"y"}],"n":18}""", "{ \"path\": \"a[0].b\", \"equals\": \"y\" }", false)]
    [InlineData(Json, """{"n":18}""", "{ \"path\": \"/n\", \"greaterThan\": \"17.5\" }", true)]
    [InlineData(Json, """{"n":null}""", "{ \"path\": \"n\", \"exists\": true }", false)]
    [InlineData(Json, """{"a":[]}""", "{ \"path\": \"a[*]\", \"equals\": \"\" }", true)]
    [InlineData(Xml, "<a><b>1</b><b>2</b></a>", "{ \"path\": \"/a/b\", \"equals\": \"2\" }", true)]
    [InlineData(Xml, "<a><b>1</b></a>", "{ \"path\": \"count(/a/b)\", \"equals\": \"1\" }", true)]
    [InlineData(Rows, "id\n1\n2\n", "{ \"path\": \"[*].id\", \"equals\": \"2\" }", true)]
    [InlineData(Rows, "id\n1\n2\n", "{ \"path\": \"id\", \"equals\": \"2\" }", false)]
    public void Conditions_look_into_every_data_type(string source, string message, string when, bool holds)
    {
        PipelineOutcome outcome = Outcome(Channel(source, $"{{ \"type\": \"filter\", \"when\": {when} }}"), message);
        Assert.Equal(holds ? MessageState.Accepted : MessageState.Filtered, outcome.State);
        Assert.All(outcome.Deliveries, delivery => Assert.Null(delivery.Content));
    }

    [Fact]
    public void MapTable_maps_every_item()
    {
        string folder = Directory.CreateTempSubdirectory("hub-test-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "t.csv"), "a,b\n1,one\n2,two\n");
            ChannelModel channel = Channel(Json, """{ "type": "mapTable", "path": "a[*].c", "table": "t.csv" }""", folder);
            Assert.Equal("""{"a":[{"c":"one"},{},{"c":"3"},{"c":"two"}]}""", Content(Outcome(channel, """{"a":[{"c":1},{},{"c":"3"},{"c":2}]}"""), ""));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(Json, "{\"a\":1}")]
    [InlineData(Xml, "<a/>")]
    [InlineData(Rows, "a;b\n1;2\n")]
    [InlineData("\"dataType\": \"raw\"", "%PDF\0\u0001")]
    public void L2_what_no_step_changed_is_the_received_bytes_and_stored_once(string source, string message) =>
        Assert.Equal([null], Outcome(Channel(source, ""), message).Deliveries.Select(delivery => delivery.Content));

    [Theory]
    [InlineData(Xml, "<?xml version='1.0'?>\r\n<a  x = '1'><b></b><c>&#65;<![CDATA[&]]></c></a>\r\n", "/a/@x", "1", "/a/c", "/a/*")]
    [InlineData(Json, "\uFEFF { \"a\" : \"\\u0031\" ,\"c\":[1.0, 1e400,{\"\\u0062\":12345678901234567890} ]}\r\n", "/a", "1", "c", "c")]
    [InlineData(Rows, "a;b\r\n\"1\";\" 2\r\n\"\r\n\r\n3\r\n", "a", "1", "b", "[*]")]
    public void L2_steps_that_only_read_or_write_what_is_there_leave_every_byte(string source, string message, string path, string value, string other, string items)
    {
        string steps = $$"""
            { "type": "setVariable", "name": "v", "value": "${{{other}}}" },
            { "type": "filter", "when": { "path": "{{path}}", "equals": "{{value}}" } },
            { "type": "setField", "path": "{{path}}", "value": "${{{path}}}" },
            { "type": "replaceText", "path": "{{path}}", "text": "none", "with": "x" },
            { "type": "deleteField", "path": "{{path}}", "when": { "path": "{{other}}", "exists": false } },
            { "type": "forEach", "items": "{{items}}", "steps": [{ "type": "setVariable", "name": "w", "value": "${.}" }] },
            { "type": "script", "code": "Variables[\"n\"] = Message.Text + Message.Get(\"{{path}}\");" }
            """;
        Assert.Equal([null], Outcome(Channel(source, steps), message).Deliveries.Select(delivery => delivery.Content));
    }

    [Theory]
    [InlineData(Json, "{\"a\":1", "Line 1, column 7: ")]
    [InlineData(Json, "{\n\"secret\":1,\"secret\":2}", "Line 2, column 12: ")]
    [InlineData(Xml, "<!DOCTYPE a><a/>", "document type")]
    [InlineData(Xml, "<a>\n<secret></a>", "Line 2, column ")]
    [InlineData(Rows, "a\n\"secret", "Line 2: ")]
    public void Broken_input_is_undecodable_and_told_with_its_place_and_without_content(string source, string message, string text)
    {
        PipelineOutcome outcome = Outcome(Channel(source, ""), message);
        Assert.Equal((MessageState.Rejected, ReceiptKind.Undecodable, 102), (outcome.State, outcome.Answer, outcome.Problems[0].Code));
        Assert.Contains(text, outcome.Problems[0].Text, StringComparison.Ordinal);
        // The place is what senders are told.
        string told = outcome.Problems[0].Text;
        Assert.Equal(told.StartsWith("Line ", StringComparison.Ordinal) ? $"l{told[1..told.IndexOf(':', StringComparison.Ordinal)]}" : null, outcome.Problems[0].Path);
        Assert.DoesNotContain("secret", outcome.Problems[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_comes_from_its_paths()
    {
        ChannelModel channel = Channel(Json + """, "headerPaths": { "controlId": "/id", "type": "kind", "sender": "from[0]", "version": "v" }""", "");
        Assert.Equal(new() { ControlId = "7", Type = "order", Sender = "LAB", Version = "1.0" }, Outcome(channel, """{"id":7,"kind":"order","from":["LAB"],"v":1.0}""").Header);
        PipelineOutcome without = Outcome(channel, """{"kind":"order"}""");
        Assert.Equal((ReceiptKind.Error, 101, "/id"), (without.Answer, without.Problems[0].Code, without.Problems[0].Path));
        Assert.Equal(MessageState.Accepted, Outcome(Channel(Json + """, "requireControlId": false, "headerPaths": { "controlId": "/id" }""", ""), "{}").State);
    }

    [Fact]
    public void A_lane_and_the_steps_of_a_destination_go_by_the_data_type_there()
    {
        ChannelModel channel = TestChannels.Make("""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "json" }, "destinations": [
              { "id": "one", "type": "file", "folder": "out", "lane": "/a/id", "steps": [{ "type": "convert", "to": "xml" }, { "type": "setField", "path": "/a/@x", "value": "1" }] },
              { "id": "two", "type": "file", "folder": "out", "name": "${a.id}.json", "when": { "path": "a.id", "exists": true } } ] }
            """);
        PipelineOutcome outcome = Outcome(channel, """{"a":{"id":"5"}}""");
        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1\"><id>5</id></a>", Content(outcome, ""));
        Assert.True(outcome.Deliveries[0].Lane > 0);
        Assert.Null(outcome.Deliveries[1].Content);
    }

    [Fact]
    public void A_step_that_cannot_write_is_named_and_content_is_not()
    {
        PipelineOutcome outcome = Outcome(Channel(Json, """{ "type": "setField", "path": "a.b", "value": "x" }"""), """{"a":"secret"}""");
        Assert.Equal((ReceiptKind.Error, 207), (outcome.Answer, outcome.Problems[0].Code));
        Assert.StartsWith("steps[0] setField: a.b: a single value", outcome.Problems[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Json, """{ "type": "setField", "path": "PID-3.1", "value": "x" }""", "$.steps[0].path", ProblemCodes.NotUnderstood, "place of HL7 v2 and the message is JSON")]
    [InlineData(Json, """{ "type": "setField", "path": "a", "value": "${a[*]}" }""", "$.steps[0].value", ProblemCodes.NotUnderstood, "not one value")]
    [InlineData(Json, """{ "type": "keepSegments", "segments": ["PID"] }""", "$.steps[0]", ProblemCodes.StepDataType, "the message is JSON")]
    [InlineData(Json, """{ "type": "trimSeparators" }""", "$.steps[0]", ProblemCodes.StepDataType, "the message is JSON")]
    [InlineData(Json, """{ "type": "appendRepetition", "path": "PID-3", "value": "x" }""", "$.steps[0]", ProblemCodes.StepDataType, "the message is JSON")]
    [InlineData(Json, """{ "type": "forEach", "segment": "PID", "steps": [{ "type": "deleteField", "path": "a" }] }""", "$.steps[0].segment", ProblemCodes.Hl7Place, "the message is JSON")]
    [InlineData(Json, """{ "type": "convert", "to": "hl7v2" }""", "$.steps[0].hl7", ProblemCodes.FhirConversion, "Write \"hl7\": {}")]
    [InlineData(Json, """{ "type": "convert", "to": "xml", "when": { "path": "a", "exists": true } }""", "$.steps[0].when", ProblemCodes.Conversion, "may not depend")]
    [InlineData(Json, """{ "type": "convert", "to": "xml" }, { "type": "deleteField", "path": "a[" }""", "$.steps[1].path", ProblemCodes.NotUnderstood, "XPath")]
    [InlineData(Json, """{ "type": "forEach", "items": "a", "steps": [{ "type": "convert", "to": "xml" }] }""", "$.steps[0].steps[0]", ProblemCodes.Nesting, "whole message")]
    [InlineData(Json + ", \"accept\": { \"versions\": [\"2.5\"] }", "", "$.source.accept", ProblemCodes.AcceptDataType, "filter")]
    [InlineData(Json + ", \"headerPaths\": { \"controlId\": \"a[\" }", "", "$.source.headerPaths.controlId", ProblemCodes.HeaderPath, "not a path")]
    [InlineData(Json + ", \"delimited\": {}", "", "$.source.delimited", ProblemCodes.DataTypeSettings, "dataType")]
    [InlineData("\"headerPaths\": { \"controlId\": \"MSH-10\" }", "", "$.source.headerPaths", ProblemCodes.HeaderPath, "Leave it out")]
    [InlineData("\"dataType\": \"fixedWidth\"", "", "$.source", ProblemCodes.DataTypeSettings, "fixedWidth")]
    [InlineData("\"dataType\": \"jsn\"", """{ "type": "deleteField", "path": "a.b" }""", "$.source.dataType", ProblemCodes.UnknownWord, "json")]
    [InlineData("\"dataType\": \"raw\"", """{ "type": "deleteField", "path": "a" }""", "$.steps[0].path", ProblemCodes.NotUnderstood, "raw bytes")]
    [InlineData(Xml, """{ "type": "deleteField", "path": "/w:a" }""", "$.steps[0].path", ProblemCodes.NotUnderstood, "prefix w")]
    [InlineData(Xml, """{ "type": "deleteField", "path": "count(//a)" }""", "$.steps[0].path", ProblemCodes.Place, "no place")]
    [InlineData(Xml, """{ "type": "setField", "path": "/a", "encoded": "<b/>" }""", "$.steps[0].encoded", ProblemCodes.EncodedDataType, "\"value\"")]
    [InlineData("\"dataType\": \"delimited\", \"delimited\": { \"columns\": [\"id\"] }", """{ "type": "deleteField", "path": "ward" }""", "$.steps[0].path", ProblemCodes.NotUnderstood, "There are: id")]
    [InlineData("\"dataType\": \"delimited\", \"delimited\": { \"delimiter\": \"ab\" }", "", "$.source.delimited.delimiter", ProblemCodes.TableLayout, "one ASCII character")]
    [InlineData(Rows, """{ "type": "setField", "path": "[2]", "value": "x" }""", "$.steps[0].path", ProblemCodes.Place, "column")]
    [InlineData("\"dataType\": \"hl7v2\"", """{ "type": "setField", "path": "a.b", "value": "x" }""", "$.steps[0].path", ProblemCodes.NotUnderstood, "not a path")]
    [InlineData("\"dataType\": \"hl7v2\"", """{ "type": "forEach", "items": "PID-3", "steps": [{ "type": "deleteField", "path": "PID-3" }] }""", "$.steps[0].items", ProblemCodes.StepMembers, "segment")]
    public void What_does_not_fit_the_data_type_is_a_mistake_of_the_file(string source, string steps, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems(Text(source, steps), out ChannelConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_MLLP_destination_cannot_send_JSON()
    {
        string text = Text(Json, "").Replace("\"type\": \"file\", \"folder\": \"out\"", "\"type\": \"mllp\", \"endpoint\": \"lab:1\"", StringComparison.Ordinal);
        Assert.Equal(ProblemCodes.DestinationDataType, Assert.Single(TestChannels.Problems(text, out ChannelConfig? _)).Code);
    }

    [Fact]
    public void Fixed_width_rows_become_JSON()
    {
        const string Source = """
            "dataType": "fixedWidth", "fixedWidth": { "fields": [{ "name": "id", "start": 1, "length": 4, "pad": "0", "align": "right" }, { "name": "name", "start": 5, "length": 6 }] }
            """;
        Assert.Equal("""[{"id":"7","name":"Anna"},{"id":"12","name":"Bo"}]""", Run(Source, """{ "type": "convert", "to": "json" }""", "0007Anna  \n0012Bo\n"));
    }

    [Theory]
    [InlineData(Fixed, "1 Anna\n", "name", "Johanna", "name: the value has 7 characters and the field has room for 6.")]
    [InlineData(Fixed, "1 Anna\n", "name", "A\\nB", "name: the value holds a line end")]
    [InlineData(Fixed, "1 Anna\n", "name", "€", "A value has a character that iso-8859-1 has not.")]
    [InlineData(Unquoted, "id;w\n1;a\n", "w", "x;y", "A value holds the delimiter or a line end")]
    [InlineData(Unquoted, "id;w\n1;a\n", "w", "€", "A value has a character that iso-8859-1 has not.")]
    public void A_value_that_the_rows_have_no_room_for_rejects_the_message_and_names_who_writes_it(string source, string message, string column, string value, string text)
    {
        string set = $$"""{ "type": "setField", "path": "{{column}}", "value": "{{value}}" }""";
        Trace trace = new();
        AssertRejected(Channel(source, set).Pipeline.Run(new(7), Encoding.UTF8.GetBytes(message), TestChannels.Now, trace), "destinations[0] out: the message cannot be written: " + text);
        Assert.Contains("# destinations[0] out", trace.Lines);
        Assert.StartsWith("rejected: the message cannot be written: " + text, trace.Lines[^1], StringComparison.Ordinal);
        AssertRejected(Outcome(Channel(source, $$"""{{set}}, { "type": "splitMessage", "by": "items" }"""), message), "steps[1] splitMessage: " + text);
        string own = Text(source, "").Replace("\"folder\": \"out\"", $"\"folder\": \"out\", \"steps\": [{set}]", StringComparison.Ordinal);
        AssertRejected(Outcome(TestChannels.Make(own), message), "destinations[0] out: the message cannot be written: " + text);
    }

    [Fact]
    public void What_cannot_be_written_does_not_matter_where_nobody_gets_it()
    {
        string text = Text(Fixed, """{ "type": "setField", "path": "name", "value": "Johanna" }""")
            .Replace("\"folder\": \"out\"", "\"folder\": \"out\", \"when\": { \"path\": \"id\", \"equals\": \"2\" }", StringComparison.Ordinal);
        Assert.Equal(MessageState.Filtered, Outcome(TestChannels.Make(text), "1 Anna\n").State);
    }

    private static void AssertRejected(PipelineOutcome outcome, string text)
    {
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (outcome.State, outcome.Answer));
        MessageProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal(207, problem.Code);
        Assert.StartsWith(text, problem.Text, StringComparison.Ordinal);
    }

    private static string Text(string source, string steps) =>
        $$"""{ "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0", {{source}} }, "steps": [{{steps}}], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }""";

    private static ChannelModel Channel(string source, string steps, string folder = "/") => TestChannels.Make(Text(source, steps), folder);

    private static PipelineOutcome Outcome(ChannelModel channel, string message) => channel.Pipeline.Run(new(7), Encoding.UTF8.GetBytes(message), TestChannels.Now);

    private static string Content(PipelineOutcome outcome, string received) => outcome.Deliveries[0].Content is { } content ? Encoding.UTF8.GetString(content.Span) : received;

    private static string Run(string source, string steps, string message)
    {
        PipelineOutcome outcome = Outcome(Channel(source, steps), message);
        Assert.True(outcome.State == MessageState.Accepted, string.Join('\n', outcome.Problems));
        return Content(outcome, message);
    }
}

using System.Text;
using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Tables;
using Hub.Testing;

namespace Hub.Channels.Tests.Cases;

/// <summary>Where two messages that are not HL7 v2 differ, and fields of them, as cases name them.</summary>
public sealed class PlaceDiffTests
{
    private static readonly MessageFormat s_json = new() { Type = DataType.Json };
    private static readonly MessageFormat s_xml = new() { Type = DataType.Xml, Namespaces = new Dictionary<string, string> { ["v"] = "urn:v" } };
    private static readonly MessageFormat s_rows = new() { Type = DataType.Delimited, Layout = new DelimitedLayout(',', '"', header: true, null, Encoding.UTF8) };
    private static readonly MessageFormat s_lines = new() { Type = DataType.FixedWidth, Layout = new FixedWidthLayout([new("id", 1, 2, true, ' ', false), new("w", 3, 2, true, ' ', false)], Encoding.UTF8) };

    [Theory]
    [InlineData("""{"a":{"b":["x",1]}}""", """{"a":{"b":["x",2]}}""", "/a/b/1  expected 1  was 2")]
    [InlineData("""{"n":1.0}""", """{"n":1}""", "/n  expected 1.0  was 1")]
    [InlineData("""{"n":"1"}""", """{"n":1}""", "/n  expected \"1\"  was 1")]
    [InlineData("""{"a/b~":null}""", """{"a/b~":false}""", "/a~1b~0  expected null  was false")]
    [InlineData("""{"a":{"x":1}}""", """{"b":2}""", "/a  expected {\"x\":1}  was no such member", "/b  expected no such member  was 2")]
    [InlineData("""[{"id":1},{"id":2},{"id":3}]""", """[{"id":1},{"id":3}]""", "/1  expected {\"id\":2}  was no such item")]
    [InlineData("""[{"id":1}]""", """[{"id":0},{"id":1}]""", "/0  expected no such item  was {\"id\":0}")]
    [InlineData("\"a\"", "\"b\"", " expected \"a\"  was \"b\"")]
    [InlineData("{\"a\":1,\n\"b\":2}", "{\"a\":1,\n \"b\":2}", "line 2  expected \"\"b\":2}\"  was \" \"b\":2}\" (every value is the same; it is written in another way)")]
    [InlineData("{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud801\"}", "/a  expected \"\"\\ud800\"\"  was \"\"\\ud801\"\"")]
    [InlineData("{\"a\":1}", "{\"a\":1", "line 1  expected \"{\"a\":1}\"  was \"{\"a\":1\"")]
    public void JSON_differs_at_pointers(string expected, string was, params string[] told) => Assert.Equal(told, Compare(expected, was, s_json));

    [Theory]
    [InlineData("<w:a xmlns:w=\"urn:v\"><w:b>1</w:b><w:b x=\"1\">2</w:b></w:a>", "<q:a xmlns:q=\"urn:v\"><q:b>1</q:b><q:b x=\"2\">3</q:b></q:a>", "/v:a/v:b[2]/@x  expected \"1\"  was \"2\"", "/v:a/v:b[2]  expected \"2\"  was \"3\"")]
    [InlineData("<a xmlns=\"urn:d\"><b>1</b></a>", "<a xmlns=\"urn:d\"><b/></a>", "/a/b  expected \"1\"  was nothing")]
    [InlineData("<a><b/><c/></a>", "<a><c/></a>", "/a/b  expected \"<b />\"  was no such element")]
    [InlineData("<a><c/></a>", "<a><b/><c/></a>", "/a/b  expected no such element  was \"<b />\"")]
    [InlineData("<a><b x='1'/></a>", "<a><b/></a>", "/a/b/@x  expected \"1\"  was no such attribute")]
    [InlineData("<a>t<b/></a>", "<a>u<b/></a>", "/a/text()  expected \"t\"  was \"u\"")]
    [InlineData("<a/>", "<b/>", "/*  expected a  was b")]
    [InlineData("<a x='1'/>", "<a x=\"1\"/>", "line 1  expected \"<a x='1'/>\"  was \"<a x=\"1\"/>\" (every value is the same; it is written in another way)")]
    public void XML_differs_at_XPaths_with_the_prefixes_of_the_channel(string expected, string was, params string[] told) => Assert.Equal(told, Compare(expected, was, s_xml));

    [Theory]
    [InlineData("id,w\n1,a\n2,b\n3,c\n", "id,w\n1,a\n3,x\n", "[2]  expected \"2,b\"  was no such row", "[3].w  expected \"c\"  was \"x\"")]
    [InlineData("id,w\n1,a\n", "id,w\n1,\n", "[1].w  expected \"a\"  was nothing")]
    [InlineData("id,w\n1,a\n", "id,x\n2,a\n", "header  expected \"id, w\"  was \"id, x\"", "[1].id  expected \"1\"  was \"2\"")]
    [InlineData("id\n1\n", "id\n1\n2\n", "[2]  expected no such row  was \"2\"")]
    [InlineData("id\n1\n", "id\n\"1\"\n", "line 2  expected \"1\"  was \"\"1\"\" (every value is the same; it is written in another way)")]
    public void Rows_differ_by_row_and_column(string expected, string was, params string[] told) => Assert.Equal(told, Compare(expected, was, s_rows));

    [Fact]
    public void Fixed_width_rows_differ_by_row_and_column() => Assert.Equal(["[2].w  expected \"b\"  was \"c\""], Compare("1 a \n2 b \n", "1 a \n2 c \n", s_lines));

    [Fact]
    public void Raw_bytes_differ_at_a_byte() => Assert.Equal(["byte 2  expected 0x00 of 2 bytes  was 0x01 of 2 bytes"], Compare("a\0", "a\u0001", new() { Type = DataType.Raw }));

    [Theory]
    [InlineData("json", "", "{\"id\":1.0,\"a\":[\"x\"]}", "\"/id\": \"1.0\", \"a[0]\": \"x\", \"none\": \"\"", "")]
    [InlineData("json", "", "{\"id\":1}", "\"/id\": \"2\"", "to out /id  expected \"2\"  was \"1\"")]
    [InlineData("json", "", "{\"a\":[]}", "\"a[*]\": \"2\"", "HUB1123(3) $.expect.destinations.out[0].fields['a[*]']")]
    [InlineData("json", "", "{\"a\":[]}", "\"PID-3\": \"2\"", "HUB1123(3) $.expect.destinations.out[0].fields['PID-3']")]
    [InlineData("hl7v2", "{ \"type\": \"convert\", \"to\": \"xml\" }", "MSH|^~\\&|A|B|C|D|2026||ADT^A01^ADT_A01|1|P|2.5\r", "\"//hl7:MSH.10\": \"1\", \"count(//hl7:MSH)\": \"1\"", "")]
    [InlineData("delimited", "", "id,w\n1,a\n2,b\n", "\"w\": \"a\", \"[2].w\": \"c\"", "to out [2].w  expected \"c\"  was \"b\"")]
    [InlineData("delimited", "", "id,w\n1,a\n2,b\n", "\"x\": \"a\"", "to out x  expected \"a\"  was The message has no column x. Correct the path, or the header at the sender.")]
    [InlineData("raw", "", "x", "\"x\": \"a\"", "HUB1123(3) $.expect.destinations.out[0].fields.x")]
    public async Task Fields_of_a_case_are_paths_of_what_the_destination_gets(string type, string steps, string input, string fields, string told)
    {
        using TestFolder folder = new();
        folder.Write("channels/a.json", $$"""
            { "id": "a", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "{{type}}" }, "destinations": [{ "id": "out", "type": "file", "folder": "out", "steps": [{{steps}}] }] }
            """);
        folder.Write("channels/tests/a/one.in.x", input);
        folder.Write("channels/tests/a/one.json", $$"""
            { "expect": {
              "destinations": { "out": [{ "fields": {
                {{fields}} } }] } } }
            """);
        CaseResult result = Assert.Single((await RunAsync(folder)).Cases);
        Assert.Equal(
            told.Length == 0 ? [] : [told.Replace("fields.x", "fields['x']", StringComparison.Ordinal)],
            [.. result.Differences.Select(difference => difference.ToString()), .. result.Problems.Select(problem => $"HUB{problem.Code}({problem.Line}) {problem.JsonPath}")]);
    }

    [Fact]
    public async Task Accepted_files_are_named_after_what_the_destination_gets()
    {
        using TestFolder folder = new();
        folder.Write("channels/a.json", """
            { "id": "a", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "json" }, "destinations": [
              { "id": "same", "type": "file", "folder": "out" }, { "id": "other", "type": "file", "folder": "out", "steps": [{ "type": "convert", "to": "xml" }] } ] }
            """);
        folder.Write("channels/tests/a/one.in.txt", """{"a":"1"}""");
        CaseWriter.Accept(Assert.Single((await RunAsync(folder)).Cases));
        Assert.Equal(["one.in.txt", "one.other.xml", "one.same.txt"], Directory.GetFiles(folder.Path("channels", "tests", "a")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(Assert.Single((await RunAsync(folder)).Cases).Passed);
    }

    private static async Task<ChannelResult> RunAsync(TestFolder folder)
    {
        ChannelTester tester = new(TestChannels.Catalog, TimeProvider.System);
        LoadedChannels loaded = tester.Load(folder.Path("channels", "a.json"));
        return (await tester.RunAsync(loaded.Channels, null, 2, CancellationToken.None)).Single();
    }

    private static string[] Compare(string expected, string was, MessageFormat format) =>
        [.. ContentDiff.Compare("to lab", Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(was), format).Select(difference => difference.ToString()["to lab ".Length..])];
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hub.Formats.Conversions;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Json;
using Hub.Formats.Tables;
using Hub.Formats.Tests.Hl7V2;
using Hub.Formats.Xml;

namespace Hub.Formats.Tests.Conversions;

public sealed class ConversionTests
{
    private static readonly DelimitedLayout s_named = new(',', '"', header: true, null, Encoding.UTF8);
    private static readonly DelimitedLayout s_unnamed = new(';', '"', header: false, null, Encoding.UTF8);

    [Fact]
    public void HL7_comes_back_from_XML_byte_for_byte_or_is_refused()
    {
        int converted = 0;
        Generated.ForAll(Generated.Block, block =>
        {
            if (Hl7Message.Parse(Hl7Samples.Bytes(block), out _) is not { } message || Try(() => Hl7Xml.ToXml(message)) is not { } xml)
                return;
            converted++;
            Hl7Message back = Hl7Xml.ToHl7(XmlMessage.Parse(xml.ToBytes(), out _)!);
            Assert.Equal(message.SegmentCount, back.SegmentCount);
            Assert.All(Enumerable.Range(0, message.SegmentCount), i => Assert.True(message.SegmentBytes(i).Span.SequenceEqual(back.SegmentBytes(i).Span)));
        });
        Assert.True(converted > 10, $"{converted} were converted");
    }

    [Fact]
    public void Groups_and_names_of_data_types_are_read()
    {
        Hl7Message message = Hl7Xml.ToHl7(Xml("""
            <ORU_R01 xmlns="urn:hl7-org:v2xml">
              <MSH><MSH.1>|</MSH.1><MSH.2>^~\&amp;</MSH.2><MSH.10>7</MSH.10><MSH.12><VID.1>2.5</VID.1></MSH.12></MSH>
              <ORU_R01.PATIENT_RESULT><ORU_R01.PATIENT><PID><PID.5><XPN.1><FN.1>a&amp;b</FN.1></XPN.1><XPN.2>c|d</XPN.2></PID.5></PID></ORU_R01.PATIENT></ORU_R01.PATIENT_RESULT>
            </ORU_R01>
            """));
        Assert.Equal("MSH|^~\\&||||||||7||2.5\rPID|||||a\\T\\b^c\\F\\d\r", message.Written());
    }

    [Theory]
    [InlineData("<A><PID/></A>")]
    [InlineData("<A><MSH x='1'/></A>")]
    [InlineData("<A><MSH>text</MSH></A>")]
    [InlineData("<A><MSH><!-- --></MSH></A>")]
    [InlineData("<A><MSH><PID.3/></MSH></A>")]
    [InlineData("<A><MSH><MSH.999999999/></MSH></A>")]
    [InlineData("<A><MSH><MSH.1>||</MSH.1></MSH></A>")]
    [InlineData("<A><MSH><MSH.3><MSH.3.1/><MSH.3.1/></MSH.3></MSH></A>")]
    [InlineData("<A><MSH><MSH.3><escape V='|'/></MSH.3></MSH></A>")]
    public void XML_that_ER7_cannot_hold_is_refused(string xml) => Assert.Throws<DocumentException>(() => Hl7Xml.ToHl7(Xml(xml)));

    [Fact]
    public void Rows_become_objects_and_come_back()
    {
        TableMessage table = s_named.Read("id,name\r\n007,\"a \"\"b\"\"\"\r\n1.50\r\n"u8.ToArray(), out _)!;
        JsonMessage json = TableJson.ToJson(table);
        Assert.Equal("""[{"id":"007","name":"a \"b\""},{"id":"1.50"}]""", Utf8(json));
        Assert.Equal(Utf8(table), Utf8(TableJson.ToTable(json, s_named, dropTypes: false)));
        Assert.Equal("""[["a","b"],["c"]]""", Utf8(TableJson.ToJson(s_unnamed.Read("a;b\nc\n"u8.ToArray(), out _)!)));
    }

    [Fact]
    public void Any_rows_come_back_from_JSON() => Generated.ForAll(
        from text in Gen.Elements("", "a", "\"", ",", "\r\n", "\n", " ", "\u00e9", "a\"b,c", "'", "\ud83d\ude00", "\t", ";")
            .ListOf().Select(string.Concat).ListOf().ListOf()
        select text,
        rows =>
        {
            List<string>[] wanted = [.. rows.Where(row => row.Count > 0).Select(row => row.ToList())];
            string json = System.Text.Json.JsonSerializer.Serialize(wanted);
            TableMessage table = TableJson.ToTable(JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out _)!, s_unnamed, dropTypes: false);
            JsonMessage back = TableJson.ToJson(s_unnamed.Read(table.ToBytes(), out _)!);
            Assert.Equal(wanted, System.Text.Json.JsonSerializer.Deserialize<List<string>[]>(Utf8(back)));
        });

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"a":1}]""")]
    [InlineData("""[{"a":{}}]""")]
    [InlineData("""[{"a":"1","b":"2"},{"b":"2"}]""")]
    [InlineData("""[{"a":"1"},{"a":"2","c":"3"}]""")]
    [InlineData("""[{"a":"1"},{}]""")]
    public void JSON_that_rows_cannot_hold_is_refused(string json) => Assert.Throws<DocumentException>(() => TableJson.ToTable(Json(json), s_named, dropTypes: false));

    [Fact]
    public void Types_are_dropped_when_that_is_said() =>
        Assert.Equal("a,b,c\r\n1.50,true,\r\n", Utf8(TableJson.ToTable(Json("""[{"a":1.50,"b":true,"c":null}]"""), s_named, dropTypes: true)));

    [Theory]
    [InlineData("<a/>", """{"a":null}""")]
    [InlineData("<a></a>", """{"a":""}""")]
    [InlineData("<a>x &amp; y</a>", """{"a":"x & y"}""")]
    [InlineData("<a x=\"1\"/>", """{"a":{"@x":"1"}}""")]
    [InlineData("<a x=\"1\">t</a>", """{"a":{"@x":"1","#text":"t"}}""")]
    [InlineData("<a x=\"1\"></a>", """{"a":{"@x":"1","#text":""}}""")]
    [InlineData("<a><b>1</b><b/><c>2</c></a>", """{"a":{"b":["1",null],"c":"2"}}""")]
    [InlineData("<p:a xmlns:p=\"urn:p\" p:x=\"1\"><p:b>1</p:b></p:a>", """{"p:a":{"@xmlns:p":"urn:p","@p:x":"1","p:b":"1"}}""")]
    public void XML_becomes_JSON_and_comes_back(string xml, string json)
    {
        JsonMessage made = XmlToJson.Convert(Xml(xml));
        Assert.Equal(json, Utf8(made));
        Assert.Equal($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}", Utf8(JsonToXml.Convert(made, null, dropTypes: false)));
    }

    [Theory]
    [InlineData("<a>x<b/></a>")]
    [InlineData("<a><b/>x</a>")]
    [InlineData("<a><b/><c/><b/></a>")]
    [InlineData("<a><!-- --></a>")]
    [InlineData("<!-- --><a/>")]
    [InlineData("<a/><?p i?>")]
    public void XML_that_JSON_would_not_bring_back_is_refused(string xml) => Assert.Throws<DocumentException>(() => XmlToJson.Convert(Xml(xml)));

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":true}""")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":{"#text":"x"}}""")]
    [InlineData("""{"a":{"b":["x"]}}""")]
    [InlineData("""{"a":{"b":[]}}""")]
    [InlineData("""{"a":[["x","y"],"z"]}""")]
    [InlineData("""{"a":["x","y"]}""")]
    [InlineData("""{"a":"1","b":"2"}""")]
    [InlineData("""{"a":{"#text":"x","b":"y"}}""")]
    [InlineData("""{"a":{"b c":"y"}}""")]
    [InlineData("""{"a":{"@<":"y"}}""")]
    [InlineData("""{"p:a":"y"}""")]
    [InlineData("""{"r":{"xmlns:a":"1"}}""")]
    [InlineData("""{"r":{"xmlns":"1"}}""")]
    [InlineData("""{"r":{"xmlns:a":["1","2"]}}""")]
    [InlineData("""{"xmlns":"1"}""")]
    [InlineData("""{"a":"\u0001"}""")]
    [InlineData("""["a"]""")]
    public void JSON_that_XML_would_not_bring_back_is_refused(string json) => Assert.Throws<DocumentException>(() => JsonToXml.Convert(Json(json), null, dropTypes: false));

    [Fact]
    public void JSON_without_one_member_becomes_XML_under_a_root_that_is_named() =>
        Assert.EndsWith("<order><id>1</id><line>x</line></order>", Utf8(JsonToXml.Convert(Json("""{"id":1,"line":["x"]}"""), "order", dropTypes: true)), StringComparison.Ordinal);

    [Fact]
    public void JSON_comes_back_from_XML_or_is_refused()
    {
        int converted = 0;
        Generated.ForAll(Value(4).Select(value => $"{{\"root\":{value}}}"), text =>
        {
            JsonMessage json = Json(text);
            if (Try(() => JsonToXml.Convert(json, null, dropTypes: false)) is not { } xml)
                return;
            converted++;
            Assert.Equal(text, Utf8(XmlToJson.Convert(XmlMessage.Parse(xml.ToBytes(), out _)!)));
        });
        Assert.True(converted > 10, $"{converted} were converted");
    }

    // Attributes first, as they come back; names of a kind do not repeat.
    private static Gen<string> Value(int depth)
    {
        Gen<string> leaf = Gen.Elements("null", "\"\"", "\"x\"", "\" \"", "\"<&>\\\"'\"", "\"\\r\\n\\t\"", "\"\u00e9\"", "1", "{}", "[]");
        if (depth == 0)
            return leaf;
        Gen<string> inner = Value(depth - 1);
        Gen<string> list = inner.Zip(inner, (one, two) => $"[{one},{two}]");
        Gen<string> member = Gen.OneOf(inner, inner, list);
        Gen<string> both = from attribute in leaf from one in member from two in member select $"{{\"@k\":{attribute},\"b\":{one},\"c\":{two}}}";
        Gen<string> text = from attribute in leaf from content in leaf select $"{{\"@k\":{attribute},\"#text\":{content}}}";
        return Gen.OneOf(leaf, both, text);
    }

    private static T? Try<T>(Func<T> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (Exception refusal) when (refusal is DocumentException or Hl7FormatException)
        {
            return null;
        }
    }

    private static XmlMessage Xml(string xml) => XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static JsonMessage Json(string json) => JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static string Utf8(Document document) => Encoding.UTF8.GetString(document.ToBytes().Span);
}

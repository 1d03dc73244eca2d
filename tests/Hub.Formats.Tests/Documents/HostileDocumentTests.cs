using System.Text;
using Hub.Formats.Documents;
using Hub.Formats.Json;
using Hub.Formats.Tables;
using Hub.Formats.Xml;

namespace Hub.Formats.Tests.Documents;

/// <summary>Documents that somebody made to do harm, and those that are merely odd: refused, or kept as they are.</summary>
public sealed class HostileDocumentTests
{
    private static readonly DelimitedLayout s_rows = new(',', '"', header: true, null, Encoding.UTF8);

    public static TheoryData<string> Numbers => ["1.0", "1.50", "-0", "0.0", "1e400", "1E+400", "-1e-400", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "9007199254740993", "1E1", "2e-0"];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_stays_as_it_is_written_whatever_changes_around_it(string number)
    {
        JsonMessage message = Json($$"""{"n":{{number}},"a":[{{number}}],"s":"x"}""");
        Assert.Equal(number, message.GetText(JsonPath.Parse("n"), null));
        message.SetText(JsonPath.Parse("s"), "y", null);
        message.Copy(JsonPath.Parse("a[0]"), JsonPath.Parse("c"), null);
        Assert.Equal($$"""{"n":{{number}},"a":[{{number}}],"s":"y","c":{{number}}}""", Text(message));
        Assert.Equal([number], message.Divide(JsonPath.Parse("a"), keepsRest: false).Select(Text));
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("[{\"\":1,\"\":2}]")]
    [InlineData("{\"é\":1,\"\\u00e9\":2}")]
    [InlineData("{\"a\":1,\"c\":{\"a\":1},\"a\":1}")]
    public void A_name_that_an_object_has_twice_is_refused_at_any_depth(string json) =>
        Assert.Contains("has this name already", Refusal(JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out DocumentFault? fault), fault), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":1,\"A\":2}")]
    [InlineData("{\"a\":1,\"b\":{\"a\":1}}")]
    [InlineData("{\"\u00e9\":1,\"e\u0301\":2}")]
    public void Names_that_only_look_alike_are_two(string json) => Assert.Equal(json, Text(Json(json)));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("[{\"a\":", "}]")]
    public void Depth_is_refused_before_it_costs_anything(string open, string close)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 1_000_000)) + "1" + string.Concat(Enumerable.Repeat(close, 1_000_000));
        Assert.Contains("64 deep", Refusal(JsonMessage.Parse(Encoding.UTF8.GetBytes(deep), out DocumentFault? fault), fault), StringComparison.Ordinal);
        Assert.NotNull(fault);
    }

    [Fact]
    public void A_list_of_millions_of_noughts_is_refused() =>
        Assert.Contains("2000000 values", Refusal(JsonMessage.Parse(Encoding.UTF8.GetBytes($"[{new string('0', 1)}{string.Concat(Enumerable.Repeat(",0", 4_100_000))}]"), out DocumentFault? fault), fault), StringComparison.Ordinal);

    [Theory]
    [InlineData("<a>&lol;</a>")]
    [InlineData("<a b='&lol;'/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'>%p;]><a/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY a '&b;&b;'><!ENTITY b '&a;&a;'>]><a>&a;</a>")]
    [InlineData("<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>")]
    [InlineData("<!doctype html><a/>")]
    [InlineData("<a>&#0;</a>")]
    [InlineData("<a>&#xD800;</a>")]
    [InlineData("<a>&#x110000;</a>")]
    [InlineData("<?xml version='1.1'?><a/>")]
    [InlineData("<a xmlns:v=''/>")]
    [InlineData("<a xmlns:xml='urn:x'/>")]
    [InlineData("<a xmlns:p='urn:p' xmlns:q='urn:p' p:x='1' q:x='2'/>")]
    public void Entities_types_and_broken_names_are_refused_without_content(string xml) =>
        Assert.DoesNotContain("lol", Refusal(XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault), fault), StringComparison.Ordinal);

    [Theory]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    [InlineData("utf-7")]
    public void Character_sets_in_which_other_readers_see_other_text_are_refused(string set)
    {
#pragma warning disable SYSLIB0001 // The set that nobody may use is what is tested.
        Encoding encoding = set == "utf-7" ? Encoding.UTF7 : Encoding.GetEncoding(set);
#pragma warning restore SYSLIB0001
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes($"<?xml version='1.0' encoding='{set}'?><a/>")];
        Refusal(XmlMessage.Parse(bytes, out DocumentFault? fault), fault);
    }

    [Fact]
    public void Nothing_is_included_from_outside()
    {
        const string Include = "<a xmlns:xi=\"http://www.w3.org/2001/XInclude\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x http://127.0.0.1:9/x.xsd\"><?xml-stylesheet href=\"http://127.0.0.1:9/x.xsl\"?><xi:include href=\"file:///etc/passwd\" parse=\"text\" /></a>";
        XmlMessage message = Xml(Include);
        message.SetText(XmlPath.Parse("/a/b"), "x", null);
        Assert.Equal(Include.Replace("</a>", "<b>x</b></a>", StringComparison.Ordinal), Text(message));
    }

    [Fact]
    public void A_prefix_means_what_it_stands_for_where_it_stands()
    {
        Dictionary<string, string> namespaces = new() { ["p"] = "urn:1", ["q"] = "urn:2" };
        XmlMessage message = Xml("<p:a xmlns:p=\"urn:1\"><p:b>1</p:b><c xmlns:p=\"urn:2\"><p:b p:x=\"1\">2</p:b></c></p:a>");
        Assert.Equal(("1", "2", "1"), (message.GetText(XmlPath.Parse("//p:b", namespaces), null), message.GetText(XmlPath.Parse("//q:b", namespaces), null), message.GetText(XmlPath.Parse("//@q:x", namespaces), null)));
        message.SetText(XmlPath.Parse("//q:b", namespaces), "9", null);
        message.Copy(XmlPath.Parse("/p:a/c", namespaces), XmlPath.Parse("/p:a/d", namespaces), null);
        Assert.Equal("<p:a xmlns:p=\"urn:1\"><p:b>1</p:b><c xmlns:p=\"urn:2\"><p:b p:x=\"1\">9</p:b></c><d><p2:b p2:x=\"1\" xmlns:p2=\"urn:2\">9</p2:b></d></p:a>", Text(message).Replace("<b p3:x=\"1\" xmlns:p3=\"urn:2\" xmlns=\"urn:2\">9</b>", "<p2:b p2:x=\"1\" xmlns:p2=\"urn:2\">9</p2:b>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<p:a xmlns:p=\"urn:1\"/>", "/o:a/@p:x")]
    [InlineData("<p:a xmlns:p=\"urn:1\"><p:b/></p:a>", "/o:a/o:b/@p:x")]
    [InlineData("<p:a xmlns:p=\"urn:1\"/>", "/o:a/p:x")]
    [InlineData("<p:a xmlns:p=\"urn:1\"/>", "/o:a/p:x/@p:y")]
    [InlineData("<a xmlns=\"urn:1\"/>", "/o:a/none/p:x")]
    public void A_place_is_made_though_its_prefix_stands_for_something_else(string xml, string path)
    {
        XmlPath place = XmlPath.Parse(path, new Dictionary<string, string> { ["o"] = "urn:1", ["p"] = "urn:2" });
        XmlMessage message = Xml(xml);
        message.SetText(place, "v", null);
        Assert.Equal("v", Xml(Text(message)).GetText(place, null));
        Assert.Equal("urn:1", Xml(Text(message)).GetText(XmlPath.Parse("namespace-uri(/*)"), null));
    }

    [Theory]
    [InlineData("]]>")]
    [InlineData("a]]>b]]>")]
    [InlineData("\r\n\t <&>\"'")]
    [InlineData("\u2028\ud83d\ude00")]
    public void Any_text_is_read_back_from_elements_attributes_and_CDATA(string text)
    {
        foreach (string path in new[] { "/a/b", "/a/c", "/a/@d" })
        {
            XmlMessage message = Xml("<a d=\"1\"><b>1</b><c><![CDATA[1]]></c></a>");
            message.SetText(XmlPath.Parse(path), text, null);
            Assert.Equal(text, Xml(Text(message)).GetText(XmlPath.Parse(path), null));
        }
    }

    [Theory]
    [InlineData("<a  x = '1'\r\n y=\"2\" ><b></b><c/ >\r\n<!-- - --><d>&#65;&#x42;</d></a>\r\n", "/a/@x", "1")]
    [InlineData("<?xml version='1.0' ?><a><b><![CDATA[x]]>y</b></a>", "/a/b", "xy")]
    public void L2_XML_that_gets_the_text_it_has_stays_as_it_is_written(string xml, string path, string text)
    {
        xml = xml.Replace("/ >", "/>", StringComparison.Ordinal);
        XmlMessage message = Xml(xml);
        message.SetText(XmlPath.Parse(path), text, null);
        message.Delete(XmlPath.Parse("/a/none"), null);
        message.SetText(XmlPath.Parse("/a/none"), "", null);
        Assert.Equal((xml, false), (Text(message), message.IsChanged));
    }

    [Fact]
    public void L2_JSON_that_gets_the_text_it_has_stays_as_it_is_written()
    {
        const string Odd = "{ \"a\" : \"\\u0041\\/\" }";
        JsonMessage message = Json(Odd);
        message.SetText(JsonPath.Parse("a"), "A/", null);
        message.Delete(JsonPath.Parse("b"), null);
        Assert.Equal((Odd, false), (Text(message), message.IsChanged));
    }

    [Theory]
    [InlineData("id,w\n1,\"a\nb\"\n", "a\nb")]
    [InlineData("id,w\n1,\"a\r\nb,\"\"c\"\"\"\n", "a\r\nb,\"c\"")]
    [InlineData("id,w\n1,\" a \"\n", " a ")]
    [InlineData("id,w\n1, a \n", " a ")]
    [InlineData("id,w\r1,a\r", "a")]
    [InlineData("id,w\n1,\"\"\"\"", "\"")]
    [InlineData("id,w\n#1,=1+1\n", "=1+1")]
    public void Quotes_line_ends_and_blanks_of_a_value_are_its_own(string csv, string value)
    {
        TableMessage message = Rows(csv);
        Assert.Equal(value, message.GetText(TablePath.Parse("w"), null));
        message.SetText(TablePath.Parse("id"), "x", null);
        Assert.Equal(("x", value), (Rows(Text(message)).GetText(TablePath.Parse("id"), null), Rows(Text(message)).GetText(TablePath.Parse("w"), null)));
    }

    [Fact]
    public void Columns_and_rows_have_limits()
    {
        Assert.Contains("10000 columns", Refusal(s_rows.Read(Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 10_001))), out DocumentFault? fault), fault), StringComparison.Ordinal);
        Assert.Contains("1000000 rows", Refusal(s_rows.Read(Encoding.UTF8.GetBytes($"id\n{string.Concat(Enumerable.Repeat("1\n", 1_000_001))}"), out fault), fault), StringComparison.Ordinal);
        FixedWidthLayout lines = new([new("id", 1, 1, true, ' ', false)], Encoding.UTF8);
        Assert.Contains("1000000 rows", Refusal(lines.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1\n", 1_000_001))), out fault), fault), StringComparison.Ordinal);
    }

    private static string Refusal(Document? message, DocumentFault? fault)
    {
        Assert.Null(message);
        return fault!.Text;
    }

    private static JsonMessage Json(string json) => JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static XmlMessage Xml(string xml) => XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static TableMessage Rows(string csv) => s_rows.Read(Encoding.UTF8.GetBytes(csv), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static string Text(Document message) => Encoding.UTF8.GetString(message.ToBytes().Span);
}

using System.Text;
using Hub.Formats.Documents;
using Hub.Formats.Xml;

namespace Hub.Formats.Tests.Xml;

public sealed class XmlMessageTests
{
    private const string Order = """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <!-- kept -->
        <v:order xmlns:v="urn:v" xmlns="urn:d" id='7'>
          <v:line n="1">a &amp; b</v:line>
          <v:line n="2"><![CDATA[<c>]]></v:line>
          <other/>
        </v:order>
        """;

    private static readonly Dictionary<string, string> s_namespaces = new() { ["v"] = "urn:v", ["d"] = "urn:d" };

    [Theory]
    [InlineData("/v:order/@id", "7")]
    [InlineData("v:order/v:line", "a & b")]
    [InlineData("/v:order/v:line[@n='2']", "<c>")]
    [InlineData("/v:order/v:line[3]", "")]
    [InlineData("count(//v:line)", "2")]
    [InlineData("concat(/v:order/@id, '-', //v:line[1]/@n)", "7-1")]
    [InlineData("boolean(//d:other)", "true")]
    [InlineData("//comment()", " kept ")]
    [InlineData("/v:order/v:line[1]/text()", "a & b")]
    public void An_XPath_gives_the_text_of_the_first_node(string path, string text) => Assert.Equal(text, Parse(Order).GetText(Path(path), null));

    [Theory]
    [InlineData("/v:order", true)]
    [InlineData("//d:other", false)]
    [InlineData("//v:none", false)]
    [InlineData("//v:line[2]", true)]
    [InlineData("count(//v:line) = 3", false)]
    public void A_place_is_populated_when_it_holds_anything(string path, bool populated) => Assert.Equal(populated, Parse(Order).Exists(Path(path), null));

    [Theory]
    [InlineData("/v:order/x:line", "\"x\"")]
    [InlineData("/v:order[", "XPath")]
    [InlineData("", "XPath")]
    [InlineData("nothing()", "XPath")]
    [InlineData("$variable", "XPath")]
    public void What_is_no_XPath_is_refused_with_what_to_write(string path, string remedy)
    {
        Assert.False(XmlPath.TryParse(path, s_namespaces, out _, out string? error));
        Assert.Contains(remedy, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v:order/v:line[1]", "x<y", "<v:line n=\"1\">a &amp; b</v:line>", "<v:line n=\"1\">x&lt;y</v:line>")]
    [InlineData("/v:order/v:line[2]", "x<y", "<![CDATA[<c>]]>", "<![CDATA[x<y]]>")]
    [InlineData("/v:order/v:line[1]/@n", "9", "n=\"1\"", "n=\"9\"")]
    [InlineData("/v:order/v:line[3]/@n", "3", "</v:line>\n  <other/>", "</v:line>\n  <v:line n=\"3\" />\n  <other/>")]
    [InlineData("/v:order/d:new", "x", "<other/>", "<other/>\n  <new>x</new>")]
    public void A_change_keeps_declaration_comments_CDATA_prefixes_and_white_space(string path, string text, string old, string changed)
    {
        XmlMessage message = Parse(Order);
        message.SetText(Path(path), text, null);
        // Attributes come in double quotes and empty elements with a blank: the one form the writer has.
        string expected = Order.Replace(old, changed, StringComparison.Ordinal).Replace("'7'", "\"7\"", StringComparison.Ordinal).Replace("<other/>", "<other />", StringComparison.Ordinal);
        Assert.Equal(expected, Text(message));
    }

    [Fact]
    public void Every_node_that_is_selected_is_written()
    {
        XmlMessage message = Parse("<a><b/><b>1</b></a>");
        message.SetText(Path("/a/b"), "x", null);
        Assert.Equal("<a><b>x</b><b>x</b></a>", Text(message));
    }

    [Theory]
    [InlineData("/a/b", "<a><c /></a>")]
    [InlineData("/a/c", "<a>\n <b x=\"1\" />\n</a>")]
    [InlineData("//@x", "<a>\n <b />\n <c />\n</a>")]
    public void Delete_takes_nodes_and_the_white_space_before_them(string path, string after)
    {
        XmlMessage message = Parse(after.StartsWith("<a><c", StringComparison.Ordinal) ? "<a><b/><c/></a>" : "<a>\n <b x='1'/>\n <c/>\n</a>");
        message.Delete(Path(path), null);
        Assert.Equal(after, Text(message));
    }

    [Fact]
    public void Copy_and_move_take_elements_along()
    {
        XmlMessage message = Parse("<a><b><c>1</c></b><d/></a>");
        message.Copy(Path("/a/b"), Path("/a/d"), null);
        Assert.Equal("<a><b><c>1</c></b><d><c>1</c></d></a>", Text(message));
        message.Move(Path("/a/b/c"), Path("/a/@x"), null);
        Assert.Equal("<a x=\"1\"><b></b><d><c>1</c></d></a>", Text(message).Replace("<b />", "<b></b>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("/b/c")]
    [InlineData("//z[@y]")]
    [InlineData("/a/c[4]")]
    [InlineData("count(//a)")]
    public void What_cannot_be_written_is_refused(string path) =>
        Assert.Throws<DocumentException>(() => Parse("<a><c/></a>").SetText(Path(path), "x", null));

    [Fact]
    public void A_control_character_cannot_be_written() =>
        Assert.Throws<DocumentException>(() => Parse("<a/>").SetText(Path("/a"), "\u0001", null));

    [Fact]
    public void Paths_within_items_begin_at_the_item()
    {
        XmlMessage message = Parse("<a k='1'><b><c>p</c></b><b><c>q</c></b></a>");
        IReadOnlyList<object> items = message.Items(Path("/a/b"), null);
        Assert.Equal(["p", "q"], items.Select(item => message.GetText(Path("c"), item)));
        Assert.Equal("1", message.GetText(Path("/a/@k"), items[0]));
        message.SetText(Path("d/@x"), "new", items[1]);
        message.Delete(Path("."), items[0]);
        Assert.False(message.Has(items[0]));
        Assert.Equal("<a k=\"1\"><b><c>q</c><d x=\"new\" /></b></a>", Text(message));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    [InlineData("utf-8")]
    public void A_changed_message_stays_in_its_character_set(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        string declared = name == "utf-16BE" ? "utf-16" : name;
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes($"<?xml version='1.0' encoding='{declared}'?>\n<a>\u00e9</a>")];
        XmlMessage message = XmlMessage.Parse(bytes, out DocumentFault? fault) ?? throw new FormatException(fault!.Text);
        Assert.Equal("\u00e9", message.GetText(Path("/a"), null));
        Assert.True(message.ToBytes().Span == bytes);
        message.SetText(Path("/a"), "\u00e8\u20ac", null);
        byte[] written = message.ToBytes().ToArray();
        Assert.True(written.AsSpan().StartsWith(encoding.GetPreamble()));
        string expected = name == "iso-8859-1" ? "\u00e8&#x20AC;" : "\u00e8\u20ac";
        Assert.Equal($"<?xml version='1.0' encoding='{declared}'?>\n<a>{expected}</a>", encoding.GetString(written[encoding.GetPreamble().Length..]));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("<a>\n<b></a>", 2)]
    [InlineData("<a>\n&nbsp;</a>", 2)]
    [InlineData("<a>\0</a>", 1)]
    [InlineData("<a/><b/>", 1)]
    [InlineData("<a x='1' x='2'/>", 1)]
    [InlineData("<p:a/>", 1)]
    [InlineData("text", 1)]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><a/>", 1)]
    public void Broken_input_is_refused_with_its_line(string xml, int line)
    {
        Assert.Null(XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault));
        Assert.Equal(line, Math.Max(1, fault!.Line));
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'>]><a>&m;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>")]
    [InlineData("<?xml version='1.0'?><!-- --><!DOCTYPE a><a/>")]
    public void A_document_type_is_refused_whatever_it_says(string xml)
    {
        Assert.Null(XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault));
        Assert.Contains("<!DOCTYPE", fault!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(10_000, false)]
    public void Depth_has_a_limit(int depth, bool taken)
    {
        string xml = string.Concat(Enumerable.Repeat("<a>", depth)) + "x<!-- -->" + string.Concat(Enumerable.Repeat("</a>", depth));
        Assert.Equal(taken, XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out _) is not null);
    }

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void The_number_of_attributes_has_a_limit(int count, bool taken)
    {
        string xml = $"<a {string.Join(' ', Enumerable.Range(0, count).Select(i => $"a{i}=''"))}/>";
        Assert.Equal(taken, XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out _) is not null);
    }

    [Fact]
    public void Bytes_that_are_not_in_the_declared_set_are_refused()
    {
        Assert.Null(XmlMessage.Parse((byte[])[.. "<a>"u8, 0xE9, .. "</a>"u8], out DocumentFault? fault));
        Assert.Contains("utf-8", fault!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_namespace_of_HL7_has_a_prefix_already() =>
        Assert.Equal("1", Parse("<ADT_A01 xmlns='urn:hl7-org:v2xml'><MSH><MSH.10>1</MSH.10></MSH></ADT_A01>").GetText(XmlPath.Parse("/*/hl7:MSH/hl7:MSH.10"), null));

    private static XmlPath Path(string text) => XmlPath.Parse(text, s_namespaces);

    private static XmlMessage Parse(string xml) => XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static string Text(XmlMessage message) => Encoding.UTF8.GetString(message.ToBytes().Span);
}

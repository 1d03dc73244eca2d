using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hub.Formats.Documents;
using Hub.Formats.Json;
using Hub.Formats.Tables;
using Hub.Formats.Tests.Hl7V2;
using Hub.Formats.Xml;

namespace Hub.Formats.Tests.Documents;

/// <summary>What holds for any input of every data type: a document or a fault, the same bytes unless something changed, and what was written is read back.</summary>
public sealed class DocumentProperties
{
    private static readonly string[] s_json = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"b\":", "\"a\":{", "\"a\":[", "1.0", "1e400", "-", "null", "true", "\"\\u0041\"", "\"\\ud800\"", " ", "\r\n", "\"", "\\", "\0", "\u00e9", "\uFEFF"];
    private static readonly string[] s_xml = ["<a>", "</a>", "<b x='1'>", "</b>", "<b/>", "<p:b xmlns:p='urn:1'>", "</p:b>", "<a xmlns='urn:d'>", "&amp;", "&#13;", "&x;", "<![CDATA[", "]]>", "<!--", "-->", "<?p i?>", "<!DOCTYPE a>", "<?xml version='1.0'?>", "text", " ", "\r\n", "<", ">", "\0", "\uFEFF", "\ud83d\ude00"];
    private static readonly string[] s_rows = ["a", "1", ",", ",", "\n", "\r\n", "\r", "\"", "\"\"", "\",\"", "\"x\ny\"", " ", "#", "\0", "\uFEFF", "\u00e9", "=", "\t"];

    private static readonly DelimitedLayout s_header = new(',', '"', header: true, null, Encoding.UTF8);
    private static readonly DelimitedLayout s_plain = new(',', '"', header: false, null, Encoding.UTF8);
    private static readonly FixedWidthLayout s_fixed = new([new("a", 1, 2, true, ' ', false), new("b", 4, 3, false, ' ', true)], Encoding.UTF8);

    [Fact]
    public void JSON_is_read_or_refused_and_written_back() => Holds(Any(s_json, "{\"a\":", "{\"a\":[{\"b\":1},", "[", ""), bytes => JsonMessage.Parse(bytes, out _), JsonPath.Parse("a"), JsonPath.Parse("/a/0/b"), JsonPath.Parse("a[*].b"), JsonPath.Parse("[0]"));

    [Fact]
    public void XML_is_read_or_refused_and_written_back() => Holds(Any(s_xml, "<a>", "<a><b x='1'>1</b>", "<?xml version='1.0'?><a>", ""), bytes => XmlMessage.Parse(bytes, out _), XmlPath.Parse("/a"), XmlPath.Parse("/a/b"), XmlPath.Parse("/a/b[2]/@x"), XmlPath.Parse("//b/@x"));

    [Fact]
    public void Rows_are_read_or_refused_and_written_back() => Holds(Any(s_rows, "a,b\n", "a\n", "a,1\n1,2\n", ""), bytes => s_header.Read(bytes, out _), TablePath.Parse("a"), TablePath.Parse("[2].a"), TablePath.Parse("[*].a"));

    [Fact]
    public void Rows_without_a_header_are_read_or_refused_and_written_back() => Holds(Any(s_rows, "", "1,2\n"), bytes => s_plain.Read(bytes, out _), TablePath.Parse("1"), TablePath.Parse("[2].2"));

    [Fact]
    public void Fixed_width_rows_are_read_or_refused() => Generated.ForAll(Any(s_rows, "", "aa bbb\n"), text =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (s_fixed.Read(bytes, out _) is not { } message)
            return;
        Assert.Equal(bytes, message.ToBytes().ToArray());
        message.SetText(TablePath.Parse("[*].b"), "xyz", null);
        Assert.All(s_fixed.Read(message.ToBytes(), out _)!.Items(TablePath.Parse("[*]"), null), row => Assert.Equal("xyz", message.GetText(TablePath.Parse("b"), row)));
    });

    private static Gen<string> Any(string[] pieces, params string[] starts) =>
        Gen.Elements(starts).Zip(Gen.Elements(pieces).ListOf(), (start, rest) => start + string.Concat(rest) + Close(start));

    // So that many of them are documents.
    private static string Close(string start) => start switch
    {
        "{\"a\":" => "}",
        "{\"a\":[{\"b\":1}," => "2]}",
        "[" => "]",
        "<a>" or "<a><b x='1'>1</b>" or "<?xml version='1.0'?><a>" => "</a>",
        _ => "",
    };

    private static void Holds(Gen<string> texts, Func<ReadOnlyMemory<byte>, Document?> read, params DocumentPath[] paths) =>
        Generated.ForAll(
            from text in texts
            from path in Gen.Elements(paths)
            from value in Gen.Elements("v", "a,b", "\"", "\r\n", "]]>", "<&>", "\u00e9\ud83d\ude00", " ", "1.0", "#", "")
            select (text, path, value),
            made =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(made.text);
                if (read(bytes) is not { } message)
                    return;
                Assert.Equal(bytes, message.ToBytes().ToArray());
                Changed(message, read, made.path, made.value);
                Divided(message, read, made.path);
                Assert.Equal(bytes, message.ToBytes().ToArray());
            });

    private static void Changed(Document message, Func<ReadOnlyMemory<byte>, Document?> read, DocumentPath path, string value)
    {
        Document copy = message.Clone();
        try
        {
            copy.SetText(path, value, null);
            ReadOnlyMemory<byte> written = copy.ToBytes();
            Document back = Assert.IsAssignableFrom<Document>(read(written));
            Assert.Equal(copy.GetText(path, null), back.GetText(path, null));
            if (copy.IsChanged && copy.Exists(path, null))
                Assert.Equal(value, back.GetText(path, null));
            Assert.Equal(written.ToArray(), back.ToBytes().ToArray());
        }
        catch (DocumentException)
        {
            // Refused with its reason: nothing was written.
        }
    }

    private static void Divided(Document message, Func<ReadOnlyMemory<byte>, Document?> read, DocumentPath path)
    {
        DocumentPath items = path is TablePath ? TablePath.Parse("[*]") : path;
        try
        {
            int count = message.Items(items, null).Count;
            foreach (bool keepsRest in new[] { false, true })
            {
                Document[] parts = [.. message.Divide(items, keepsRest)];
                Assert.Equal(count, parts.Length);
                Assert.All(parts, part => Assert.NotNull(read(part.ToBytes())));
                if (keepsRest)
                    Assert.All(parts, part => Assert.Single(part.Items(items, null)));
            }
        }
        catch (DocumentException)
        {
        }
    }
}

using System.Text;
using Hub.Formats.Documents;
using Hub.Formats.Json;

namespace Hub.Formats.Tests.Json;

public sealed class JsonMessageTests
{
    private const string Patient = """{ "id": "7", "n": 1.50, "e": 1E+400, "on": true, "off": null, "none": "", "a.b": {"~/": "odd"}, "name": [ {"family": "Pr\u00e2wf", "given": ["Gwen", "Ann"]}, {"family": "B"} ] }""";

    [Theory]
    [InlineData("/id", "7")]
    [InlineData("id", "7")]
    [InlineData("/name/0/family", "Prâwf")]
    [InlineData("name[0].family", "Prâwf")]
    [InlineData("name[1].given[0]", "")]
    [InlineData("name[0].given[1]", "Ann")]
    [InlineData("name[9].family", "")]
    [InlineData("name[*].family", "Prâwf")]
    [InlineData("n", "1.50")]
    [InlineData("e", "1E+400")]
    [InlineData("on", "true")]
    [InlineData("off", "")]
    [InlineData("/a.b/~0~1", "odd")]
    [InlineData("[\"a.b\"][\"~/\"]", "odd")]
    [InlineData("name[0].given", "[\"Gwen\", \"Ann\"]")]
    public void A_path_gives_the_text_at_its_place(string path, string text) => Assert.Equal(text, Parse(Patient).GetText(JsonPath.Parse(path), null));

    [Theory]
    [InlineData("id", true)]
    [InlineData("off", false)]
    [InlineData("none", false)]
    [InlineData("missing", false)]
    [InlineData("n", true)]
    [InlineData("name", true)]
    [InlineData("name[*].given", true)]
    [InlineData("name[*].prefix", false)]
    public void A_place_is_populated_when_it_holds_anything(string path, bool populated) => Assert.Equal(populated, Parse(Patient).Exists(JsonPath.Parse(path), null));

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a[1")]
    [InlineData("a[-1]")]
    [InlineData("a[x]")]
    [InlineData("a[01]")]
    [InlineData("a b")]
    [InlineData(".a")]
    [InlineData("/a~2")]
    public void What_is_no_path_is_refused(string path) => Assert.False(JsonPath.TryParse(path, out _, out _));

    [Theory]
    [InlineData("""{"a":1, "b" : "x"}""", "b", "y", """{"a":1, "b" : "y"}""")]
    [InlineData("""{"a":1}""", "b", "y", """{"a":1,"b":"y"}""")]
    [InlineData("{}", "a.b[0].c", "y", """{"a":{"b":[{"c":"y"}]}}""")]
    [InlineData("""{"a":null}""", "a.b", "y", """{"a":{"b":"y"}}""")]
    [InlineData("""{"a":["x"]}""", "/a/-", "y", """{"a":["x","y"]}""")]
    [InlineData("""{"a":[{"b":1},{"b":2}]}""", "a[*].b", "y", """{"a":[{"b":"y"},{"b":"y"}]}""")]
    [InlineData("{\n  \"a\": 1\n}", "b", "y", "{\n  \"a\": 1,\n  \"b\": \"y\"\n}")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2\n}", "c", "y", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": \"y\"\n}")]
    [InlineData("{\"a\":1e5, \"b\":\"\\u0041\\/\"}", "c", "\"\\é\n", "{\"a\":1e5, \"b\":\"\\u0041\\/\", \"c\":\"\\\"\\\\é\\n\"}")]
    public void A_change_leaves_every_other_byte(string before, string path, string text, string after)
    {
        JsonMessage message = Parse(before);
        message.SetText(JsonPath.Parse(path), text, null);
        Assert.Equal(after, Text(message));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3}""", "a", """{"b":2,"c":3}""")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "c", """{"a":1,"b":2}""")]
    [InlineData("{\n \"a\": 1,\n \"b\": 2\n}", "b", "{\n \"a\": 1\n}")]
    [InlineData("""[1,2,3]""", "[1]", "[1,3]")]
    [InlineData("""{"a":[{"b":1},{"c":2}]}""", "a[*].b", """{"a":[{},{"c":2}]}""")]
    [InlineData("""{"a":1}""", "x.y", """{"a":1}""")]
    public void Delete_takes_a_place_away(string before, string path, string after)
    {
        JsonMessage message = Parse(before);
        message.Delete(JsonPath.Parse(path), null);
        Assert.Equal(after, Text(message));
    }

    [Theory]
    [InlineData("""{"a":{"x":[1]},"b":2}""", "a", "b", """{"a":{"x":[1]},"b":{"x":[1]}}""", """{"b":{"x":[1]}}""")]
    [InlineData("""{"a":{"x":1}}""", "a.x", "a", """{"a":1}""", """{"a":1}""")]
    [InlineData("""{"b":2}""", "a", "b", "{}", "{}")]
    public void Copy_and_move_take_structure_along(string before, string from, string to, string copied, string moved)
    {
        JsonMessage one = Parse(before);
        one.Copy(JsonPath.Parse(from), JsonPath.Parse(to), null);
        Assert.Equal(copied, Text(one));
        JsonMessage two = Parse(before);
        two.Move(JsonPath.Parse(from), JsonPath.Parse(to), null);
        Assert.Equal(moved, Text(two));
    }

    [Theory]
    [InlineData("""{"a":1}""", "a.b")]
    [InlineData("""{"a":[1]}""", "a.b")]
    [InlineData("""{"a":[1]}""", "a[2]")]
    [InlineData("""{"a":{}}""", "a[0]")]
    public void What_cannot_be_written_is_refused(string json, string path) =>
        Assert.Throws<DocumentException>(() => Parse(json).SetText(JsonPath.Parse(path), "x", null));

    [Fact]
    public void Paths_within_items_begin_at_the_item_and_pointers_at_the_root()
    {
        JsonMessage message = Parse("""{"id":"1","a":[{"x":"p"},{"x":"q"}]}""");
        IReadOnlyList<object> items = message.Items(JsonPath.Parse("a"), null);
        Assert.Equal(["p", "q"], items.Select(item => message.GetText(JsonPath.Parse("x"), item)));
        Assert.Equal("1", message.GetText(JsonPath.Parse("/id"), items[1]));
        message.Delete(JsonPath.Parse("."), items[0]);
        Assert.False(message.Has(items[0]));
        Assert.True(message.Has(items[1]));
        Assert.Equal("""{"id":"1","a":[{"x":"q"}]}""", Text(message));
    }

    [Fact]
    public void L2_what_nobody_changed_is_the_bytes_that_were_read()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(" " + Patient + "\r\n")];
        JsonMessage message = JsonMessage.Parse(bytes, out _)!;
        Assert.Equal("7", message.GetText(JsonPath.Parse("id"), null));
        Assert.True(message.ToBytes().Span == bytes);
        message.SetText(JsonPath.Parse("id"), "8", null);
        Assert.Equal("\uFEFF " + Patient.Replace("\"7\"", "\"8\"", StringComparison.Ordinal) + "\r\n", Text(message));
    }

    [Fact]
    public void A_copy_is_on_its_own()
    {
        JsonMessage message = Parse("""{"a":{"b":1}}""");
        Document copy = message.Clone();
        copy.SetText(JsonPath.Parse("a.b"), "x", null);
        Document second = copy.Clone();
        second.SetText(JsonPath.Parse("a.b"), "y", null);
        Assert.Equal(["""{"a":{"b":1}}""", """{"a":{"b":"x"}}""", """{"a":{"b":"y"}}"""], new[] { message, copy, second }.Select(Text));
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{", 1, 2)]
    [InlineData("{\"a\":1,\n \"a\":2}", 2, 2)]
    [InlineData("{\"a\":1,\n \"\\u0061\":2}", 2, 2)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("[1] x", 1, 5)]
    [InlineData("[01]", 1, 3)]
    [InlineData("[NaN]", 1, 2)]
    [InlineData("[\"a\0\"]", 1, 4)]
    [InlineData("// no\n{}", 1, 1)]
    [InlineData("{'a':1}", 1, 2)]
    public void Broken_input_is_refused_with_its_place_and_without_content(string json, int line, int column)
    {
        Assert.Null(JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out DocumentFault? fault));
        Assert.Equal((line, column), (fault!.Line, fault.Column));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        Assert.Null(JsonMessage.Parse(new byte[] { (byte)'"', 0xE9, (byte)'"' }, out DocumentFault? fault));
        Assert.Contains("UTF-8", fault!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(10_000, false)]
    public void Depth_has_a_limit(int depth, bool taken) =>
        Assert.Equal(taken, JsonMessage.Parse(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), out _) is not null);

    // The list is a value too, and the name and the end of an object are none.
    [Theory]
    [InlineData("0", 1_999_999, true)]
    [InlineData("0", 2_000_000, false)]
    [InlineData("{\"a\":[]}", 999_999, true)]
    [InlineData("{\"a\":[]}", 1_000_000, false)]
    public void The_number_of_values_has_a_limit(string item, int count, bool taken) =>
        Assert.Equal(taken, JsonMessage.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(item, count))}]"), out _) is not null);

    [Fact]
    public void Half_a_character_is_refused_when_it_is_read_and_passes_otherwise()
    {
        JsonMessage message = Parse("""{"a":"\ud800","b":1}""");
        Assert.Throws<DocumentException>(() => message.GetText(JsonPath.Parse("a"), null));
        message.SetText(JsonPath.Parse("b"), "x", null);
        Assert.Equal("""{"a":"\ud800","b":"x"}""", Text(message));
    }

    private static JsonMessage Parse(string json) => JsonMessage.Parse(Encoding.UTF8.GetBytes(json), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static string Text(Document message) => Encoding.UTF8.GetString(message.ToBytes().Span);
}

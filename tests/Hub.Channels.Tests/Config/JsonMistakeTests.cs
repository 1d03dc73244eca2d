namespace Hub.Channels.Tests.Config;

/// <summary>What a person hears who wrote something that is not JSON, or JSON that channel files do not take.</summary>
public sealed class JsonMistakeTests
{
    [Theory]
    [InlineData("\"adt-to-lab\",", "\"adt-to-lab\"", "(2): HUB1006", "A comma is missing at the end of this value, before the next one. Add it.")]
    [InlineData("\"in\": [\"A01\", ", "\"in\": [\"A01\" ", "(5): HUB1006", "A comma is missing at the end of this value, before the next one. Add it.")]
    [InlineData("\"A01\", ", "\"A01\"", "(5): HUB1006", "A comma is missing before \"\"\". Add it.")]
    [InlineData("\"id\": \"adt", "\"id\" \"adt", "(2): HUB1006", "A colon and a value are missing after \"id\". Write \"id\": and the value.")]
    [InlineData("\"id\": \"adt", "\"id\" = \"adt", "(2): HUB1006", "\"=\" stands after \"id\". Write a colon.")]
    [InlineData("\"adt-to-lab\"", "\"adt-to-lab", "(2): HUB1006", "The closing quote of the last text in this line is missing. Add it.")]
    [InlineData("\"LAB\" }", "\"LAB }", "(6): HUB1006", "The closing quote of the last text in this line is missing. Add it.")]
    [InlineData("\"adt-to-lab\"", "adt-to-lab\"", "(2): HUB1006", "The opening quote of this text is missing. Add it.")]
    [InlineData("\"id\":", "\"id:", "(2): HUB1006", "The closing quote of \"id\" is missing. Write \"id\":")]
    [InlineData("\"id\":", "id:", "(2): HUB1006", "Names are written in double quotes. Write \"id\".")]
    [InlineData("\"adt-to-lab\"", "'adt-to-lab'", "(2): HUB1006", "Text is written in double quotes, not single ones. Write those around it.")]
    [InlineData("\"id\":", "'id':", "(2): HUB1006", "Text is written in double quotes, not single ones. Write \"id\".")]
    [InlineData("\"adt-to-lab\"", "adt-to-lab", "(2): HUB1006", "Text is written in double quotes. Write them around it.")]
    [InlineData("\"127.0.0.1:2575\"", "127.0.0.1:2575", "(3): HUB1006", "Text is written in double quotes. Write them around it.")]
    [InlineData("30", "030", "(9): HUB1006", "A number does not begin with 0. Write it without, or in double quotes where it is text.")]
    [InlineData("\"id\": \"lab\"", "\"id\": \"lab\", \"maxConnections\": ", "(9): HUB1006", "The value after the colon is missing. Write it.")]
    [InlineData("\"adt-to-lab\",", "\"adt-to-lab\",,", "(2): HUB1006", "Two commas follow each other. Remove one.")]
    [InlineData("\"adt-to-lab\",", "\"adt-to-lab\";", "(2): HUB1006", "\";\" stands between two members. Write a comma.")]
    [InlineData("\"LAB\"", "\"C:\\LAB\"", "(6): HUB1006", "A backslash within a text is written twice: \\\\.")]
    [InlineData("\"LAB\"", "\"L\tAB\"", "(6): HUB1006", "A tab stands within a text. Write \\t.")]
    [InlineData("\"LAB\" }\n  ]", "\"LAB\" }\n  }", "(7): HUB1006", "\"}\" stands where \"]\" has to close the \"[\" of line 4. Write \"]\".")]
    [InlineData("[\"A01\", \"A08\"]", "[\"A01\", \"A08\"", "(5): HUB1006", "\"}\" stands where \"]\" has to close the \"[\" of line 5. Add \"]\" before it.")]
    [InlineData("\"A08\"] } }", "\"A08\"] }", "(5): HUB1006", "The \"{\" of line 5 is not closed before the next one begins. Add \"}\".")]
    [InlineData("\"LAB\" }", "\"LAB\"", "(7): HUB1006", "\"]\" stands where \"}\" has to close the \"{\" of line 6. Add \"}\" before it.")]
    [InlineData("\"ackTimeoutSeconds\": 30 }\n  ]\n}", "\"ackTimeoutSeconds\": 30 }\n  ]\n", "(1): HUB1006", "The \"{\" of this line is not closed before the file ends. Add \"}\".")]
    [InlineData("30 }\n  ]\n}", "30 }\n  ]\n}\n}", "(12): HUB1006", "Something follows the end of the file's object. Remove it, or the \"}\" before it.")]
    [InlineData("30 }\n  ]\n}", "30 }\n  ]\n}\n]", "(12): HUB1006", "Something follows the end of the file's object. Remove it, or the \"}\" before it.")]
    public void Broken_json_is_told_with_line_and_remedy(string old, string replacement, string where, string text)
    {
        string[] problems = ChannelFolder.ProblemsOf(ChannelFolder.With(old, replacement));
        Assert.StartsWith($"channels/a.json{where}", problems[0], StringComparison.Ordinal);
        Assert.EndsWith($": {text}", problems[0], StringComparison.Ordinal);
        Assert.DoesNotContain(problems.Skip(1), problem => problem.Contains("HUB1006", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("30 }\n", "30, }\n", "(9): HUB1008 channel adt-to-lab $.destinations[0]: A comma stands before \"}\" with nothing after it. Remove the comma.")]
    [InlineData("30 }\n", "30 }, // last one\n", "(9): HUB1007 channel adt-to-lab $.destinations: Comments are not allowed. Say it in \"description\", or remove it.|(9): HUB1008 channel adt-to-lab $.destinations: A comma stands before \"]\" with nothing after it. Remove the comma.")]
    [InlineData("\"adt-to-lab\",", "\"adt-to-lab\", /* the lab */", "(2): HUB1007 channel adt-to-lab $: Comments are not allowed. Say it in \"description\", or remove it.")]
    [InlineData("\"id\": \"adt-to-lab\",", "\"id\": \"adt-to-lab\",\n\"id\": \"other\",", "(3): HUB1009 channel adt-to-lab $.id: \"id\" is here twice, first in line 2. Keep one of them.")]
    [InlineData("30", "null", "(9): HUB1010 channel adt-to-lab $.destinations[0].ackTimeoutSeconds: null says nothing. Give a value, or leave the member out to get its default.")]
    [InlineData("\"adt-to-lab\"", "null", "(2): HUB1010 $.id: null says nothing. Give a value, or leave the member out to get its default.")]
    [InlineData("\"LAB\"", "\"\\ud800\"", "(6): HUB1006 channel adt-to-lab $.steps[1].value: A \\u escape is one half of a character. Write the character itself.")]
    public void Json_that_channel_files_do_not_take_is_told(string old, string replacement, string expected) =>
        Assert.Equal(expected.Split('|').Select(line => "channels/a.json" + line), ChannelFolder.ProblemsOf(ChannelFolder.With(old, replacement)));

    [Theory]
    [InlineData("", "channels/a.json(1): HUB1006: The file is empty. Write the channel's object: { \"id\": …, \"source\": { … }, \"destinations\": [ … ] }.")]
    [InlineData("[]", "channels/a.json(1): HUB1022 $: This is a list. An object is wanted here: { … }.")]
    [InlineData("// nothing", "channels/a.json(1): HUB1006: The file is empty. Write the channel's object: { \"id\": …, \"source\": { … }, \"destinations\": [ … ] }.|channels/a.json(1): HUB1007 $: Comments are not allowed. Say it in \"description\", or remove it.")]
    public void A_file_that_is_no_object_is_told(string content, string expected) => Assert.Equal(expected.Split('|'), ChannelFolder.ProblemsOf(content));

    [Fact]
    public void Nesting_without_end_is_told_once() =>
        Assert.Equal(
            "channels/a.json(1): HUB1011: Objects and lists are nested more than 32 deep. Use fewer.",
            Assert.Single(ChannelFolder.ProblemsOf(new string('[', 100_000))));

    [Fact]
    public void A_byte_order_mark_is_taken() => Assert.Empty(ChannelFolder.ProblemsOf("\uFEFF" + ChannelFolder.Good));

    [Fact]
    public void A_file_in_another_encoding_is_told()
    {
        using ChannelFolder folder = new();
        folder.Add("a.json", "");
        File.WriteAllBytes(Path.Combine(folder.Channels, "a.json"), [.. "{\n\"id\": \"caf"u8, 0xE9, .. "\" }"u8]);
        Assert.Equal("channels/a.json(2): HUB1005: The file is not UTF-8 (byte 0xE9). Save it with the encoding UTF-8.", Assert.Single(folder.Problems()));
    }

    [Fact]
    public void A_file_that_is_too_long_is_told() =>
        Assert.Equal(
            "channels/a.json: HUB1004: The file has 1048577 bytes; such a file has at most 1048576. Move tables and templates into files of their own.",
            Assert.Single(ChannelFolder.ProblemsOf(new string(' ', 1024 * 1024 + 1))));

    [Fact]
    public void Mistakes_of_json_do_not_hide_each_other_or_those_of_the_channel()
    {
        string[] problems = ChannelFolder.ProblemsOf("""
            {
              id: "adt-to-lab"
              "source": { 'type': "mllp", "listn": "127.0.0.1:2575" },
              "destinations": [
                { "id": "lab", "type": "mllp", "endpoint": "lab.example:2575", "ackTimeoutSeconds": "30" },
              ],
            }
            """);
        Assert.Equal(
            [
                "channels/a.json(2): HUB1006 channel adt-to-lab: Names are written in double quotes. Write \"id\".",
                "channels/a.json(2): HUB1006 channel adt-to-lab: A comma is missing at the end of this value, before the next one. Add it.",
                "channels/a.json(3): HUB1006 channel adt-to-lab: Text is written in double quotes, not single ones. Write \"type\".",
                "channels/a.json(3): HUB1020 channel adt-to-lab $.source.listn: \"listn\" is not known here. Did you mean \"listen\"?",
                "channels/a.json(5): HUB1008 channel adt-to-lab $.destinations: A comma stands before \"]\" with nothing after it. Remove the comma.",
                "channels/a.json(5): HUB1022 channel adt-to-lab $.destinations[0].ackTimeoutSeconds: \"30\" is text. Write the number without quotes: 30.",
                "channels/a.json(6): HUB1008 channel adt-to-lab $: A comma stands before \"}\" with nothing after it. Remove the comma.",
            ],
            problems);
    }
}

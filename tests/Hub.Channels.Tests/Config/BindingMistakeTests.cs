namespace Hub.Channels.Tests.Config;

/// <summary>What a person hears whose file is JSON and no channel.</summary>
public sealed class BindingMistakeTests
{
    private const string Destination = "$.destinations[0]";

    [Fact]
    public void A_good_file_has_no_problem() => Assert.Empty(ChannelFolder.ProblemsOf(ChannelFolder.Good));

    [Theory]
    [InlineData("ackTimeoutSeconds", "ackTimoutSeconds", "(9): HUB1020", Destination + ".ackTimoutSeconds: \"ackTimoutSeconds\" is not known here. Did you mean \"ackTimeoutSeconds\"?")]
    [InlineData("endpoint", "Endpoint", "(9): HUB1020", Destination + ".Endpoint: \"Endpoint\" is not known here. Did you mean \"endpoint\"?")]
    [InlineData("destinations", "dest", "(8): HUB1020", "$.dest: \"dest\" is not known here. Did you mean \"destinations\"?")]
    [InlineData("\"value\":", "\"colour\": 1, \"value\":", "(6): HUB1020", "$.steps[1].colour: \"colour\" is not known here. Known are \"type\", \"description\", \"when\", \"path\" and \"value\".")]
    [InlineData("\"when\"", "\"whn\"", "(5): HUB1020", "$.steps[0].whn: \"whn\" is not known here. Did you mean \"when\"?")]
    [InlineData("30", "\"60\"", "(9): HUB1022", Destination + ".ackTimeoutSeconds: \"60\" is text. Write the number without quotes: 60.")]
    [InlineData("30", "\"soon\"", "(9): HUB1022", Destination + ".ackTimeoutSeconds: \"soon\" is text. A whole number is wanted here, without quotes.")]
    [InlineData("30", "1.5", "(9): HUB1022", Destination + ".ackTimeoutSeconds: 1.5 is not a whole number. Write it with digits alone.")]
    [InlineData("30", "99999999999", "(9): HUB1026", Destination + ".ackTimeoutSeconds: 99999999999 is too large for this member. The largest whole number is 2147483647.")]
    [InlineData("\"LAB\"", "5", "(6): HUB1022", "$.steps[1].value: 5 is a number. Text is wanted here: write it in double quotes, \"5\".")]
    [InlineData("\"LAB\"", "[\"LAB\"]", "(6): HUB1022", "$.steps[1].value: This is a list. One text is wanted here: write \"LAB\" without the square brackets.")]
    [InlineData("[\"A01\", \"A08\"]", "\"A01\"", "(5): HUB1022", "$.steps[0].when.in: \"A01\" is text. A list is wanted here: write [ \"A01\" ].")]
    [InlineData("\"in\": [\"A01\", \"A08\"]", "\"in\": [\"A01\"], \"ignoreCase\": \"true\"", "(5): HUB1022", "$.steps[0].when.ignoreCase: \"true\" is text. Write it without quotes: true.")]
    [InlineData("\"in\": [\"A01\", \"A08\"]", "\"in\": [\"A01\", 8]", "(5): HUB1022", "$.steps[0].when.in[1]: 8 is a number. Text is wanted here: write it in double quotes, \"8\".")]
    [InlineData("{ \"type\": \"mllp\", \"listen\": \"127.0.0.1:2575\", \"acknowledge\": \"processed\" }", "\"127.0.0.1:2575\"", "(3): HUB1022", "$.source: \"127.0.0.1:2575\" is text. An object is wanted here: { … }.")]
    [InlineData("\"endpoint\": \"lab.example:2575\", ", "", "(9): HUB1023", Destination + ".endpoint: \"endpoint\" is missing. Add it: where to connect to, host:port.")]
    [InlineData("\"id\": \"lab\", \"type\": \"mllp\"", "\"id\": \"lab\"", "(9): HUB1023", Destination + ": \"type\" is missing, so the kind of destination is not known. Add it: one of \"mllp\".")]
    [InlineData("\"type\": \"setField\"", "\"tpye\": \"setField\"", "(6): HUB1023", "$.steps[1]: \"type\" is missing, so the kind of step is not known. Did you write \"tpye\" for it? It is one of \"filter\", \"setField\", \"mapTable\" or \"forEach\".")]
    [InlineData("\"processed\"", "\"Processed\"", "(3): HUB1024", "$.source.acknowledge: \"Processed\" is not known here. Did you mean \"processed\"? Known are \"processed\", \"received\" and \"delivered\".")]
    [InlineData("\"processed\"", "\"later\"", "(3): HUB1024", "$.source.acknowledge: \"later\" is not known here. Known are \"processed\", \"received\" and \"delivered\".")]
    [InlineData("\"setField\"", "\"setfeld\"", "(6): HUB1025", "$.steps[1].type: There is no step \"setfeld\". Did you mean \"setField\"? Known are \"setField\", \"filter\", \"mapTable\" and \"forEach\".")]
    [InlineData("\"setField\"", "\"paint\"", "(6): HUB1025", "$.steps[1].type: There is no step \"paint\". Known are \"filter\", \"setField\", \"mapTable\" and \"forEach\".")]
    [InlineData("\"MSH-5\"", "\"MSH.5\"", "(6): HUB1021", "$.steps[1].path: \"MSH.5\" is not a path. Write \"MSH-5\": a hyphen before the field, dots before components.")]
    [InlineData("\"LAB\"", "\"${oops}\"", "(6): HUB1021", "$.steps[1].value: \"${oops}\" is not a value.")]
    [InlineData(", \"when\": { \"path\": \"MSH-9.2\", \"in\": [\"A01\", \"A08\"] }", "", "(5): HUB1299", "$.steps[0]: A filter needs \"when\".")]
    [InlineData("lab.example:2575", "lab.example:99999", "(9): HUB1499", Destination + ".endpoint: \"lab.example:99999\" has no such port as 99999.")]
    [InlineData("{ \"type\": \"setField\"", "{ \"type\": \"mapTable\", \"table\": \"beds.csv\" },\n{ \"type\": \"setField\"", "(6): HUB1298", "$.steps[1].table: There is no file \"beds.csv\" beside the channel file. Put it there.")]
    [InlineData("{ \"type\": \"setField\"", "{ \"type\": \"forEach\", \"steps\": [ { \"type\": \"mapTable\", \"table\": \"beds.csv\" } ] },\n{ \"type\": \"setField\"", "(6): HUB1298", "$.steps[1].steps[0].table: There is no file \"beds.csv\" beside the channel file. Put it there.")]
    [InlineData("\"id\": \"lab\"", "\"id\": \"The Lab!\"", "(9): HUB1103", Destination + ".id: \"The Lab!\" cannot be an id. Use small letters, digits and hyphens, at most 64, a letter or digit first and last, for example \"the-lab\".")]
    [InlineData("{ \"id\": \"lab\"", "{ \"id\": \"lab\", \"type\": \"mllp\", \"endpoint\": \"a:1\" },\n{ \"id\": \"lab\"", "(10): HUB1104", "$.destinations[1].id: Another destination has the id \"lab\" already (line 9). Give this one another id.")]
    [InlineData("\"processed\"", "\"delivered\", \"acknowledgeBy\": \"labb\"", "(3): HUB1106", "$.source.acknowledgeBy: No destination has the id \"labb\". Did you mean \"lab\"?")]
    [InlineData("{ \"id\": \"lab\", \"type\": \"mllp\", \"endpoint\": \"lab.example:2575\", \"ackTimeoutSeconds\": 30 }", "", "(8): HUB1105", "$.destinations: The channel has no destination, so its messages would go nowhere. Add one: { \"id\": …, \"type\": … }.")]
    [InlineData("\"LAB\"", "\"LAB\" },\n{ \"type\": \"mapTable\", \"table\": \"a.json\", \"words\": { \"a\": 1, \"b\": \"2\" }", "(7): HUB1022", "$.steps[2].words.b: \"2\" is text. Write the number without quotes: 2.")]
    public void A_mistake_is_told_once_with_place_and_remedy(string old, string replacement, string where, string text) =>
        Assert.Equal($"channels/a.json{where} channel adt-to-lab {text}", Assert.Single(ChannelFolder.ProblemsOf(ChannelFolder.With(old, replacement))));

    [Fact]
    public void What_a_condition_and_its_step_both_find_is_told_once()
    {
        using ChannelFolder folder = new();
        folder.Add("a.json", ChannelFolder.With(", \"in\": [\"A01\", \"A08\"]", ""));
        Assert.Equal("$.steps[0].when", Assert.Single(folder.Load().Problems).JsonPath);
    }

    [Fact]
    public void A_channel_id_that_cannot_be_one_is_told_with_one_that_can() =>
        Assert.Equal(
            "channels/a.json(2): HUB1100 channel ADT to lab $.id: \"ADT to lab\" cannot be an id. Use small letters, digits and hyphens, at most 64, a letter or digit first and last, for example \"adt-to-lab\".",
            Assert.Single(ChannelFolder.ProblemsOf(ChannelFolder.With("adt-to-lab", "ADT to lab"))));

    [Fact]
    public void Five_mistakes_in_one_file_are_all_told()
    {
        string[] problems = ChannelFolder.ProblemsOf("""
            {
              "id": "adt-to-lab",
              "source": { "type": "mlpp", "listen": "127.0.0.1:2575" },
              "steps": [
                { "type": "setField", "path": "PID.3", "value": "x" },
                { "type": "mapTable", "table": "missing.csv" }
              ],
              "destinations": [
                { "id": "lab", "type": "mllp", "endpoint": "lab:99999", "ackTimeoutSecond": 3 }
              ]
            }
            """);
        Assert.Equal(
            ["(3): HUB1025", "(5): HUB1021", "(6): HUB1298", "(9): HUB1020", "(9): HUB1499"],
            problems.Select(problem => problem["channels/a.json".Length..problem.IndexOf(" channel", StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public void A_file_with_a_problem_gives_no_channel_and_keeps_its_id_and_hash()
    {
        using ChannelFolder folder = new();
        Channels.Config.LoadedChannel channel = Assert.Single(folder.Add("a.json", ChannelFolder.With("30", "\"30\"")).Load().Channels);
        Assert.Null(channel.Config);
        Assert.Equal("adt-to-lab", channel.Id);
        Assert.Equal(64, channel.Hash.Length);
    }
}

using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests.Config;

public sealed class UnforeseenFailureTests
{
    [Fact]
    public void A_failure_that_nobody_foresaw_is_a_problem_of_its_file_and_of_no_other()
    {
        using TestFolder folder = new();
        folder.Write("channels/a.json", Channel("a", "checks", 2575));
        folder.Write("channels/b.json", Channel("b", "good", 2576));
        folder.Write("channels/c.json", Channel("c", "clashes", 2576));
        folder.Write("channels/d.json", Channel("d", "good", 2577));
        ComponentCatalog catalog = new ComponentCatalog()
            .Listener<GoodSource>("good", (_, _) => throw new NotSupportedException())
            .Listener<ChecksSource>("checks", (_, _) => throw new NotSupportedException())
            .Listener<ClashesSource>("clashes", (_, _) => throw new NotSupportedException())
            .AddDestinations()
            .AddSteps();
        LoadedChannels loaded = new ChannelLoader(catalog, new Settings("/nowhere")).LoadFolder(folder.Path("channels"));
        Assert.Equal(["b", "d"], loaded.Channels.Where(channel => channel.Config is not null).Select(channel => channel.Id));
        Assert.All(loaded.Problems, problem => Assert.Equal(ProblemCodes.Unforeseen, problem.Code));
        Assert.Equal(["a.json", "c.json"], loaded.Problems.Select(problem => Path.GetFileName(problem.File)).Distinct());
        Assert.All(loaded.Problems, problem => Assert.StartsWith("This is a mistake in the Hub, not in the file (", problem.Text, StringComparison.Ordinal));
        Assert.Contains("(NotSupportedException: while it is checked)", loaded.Problems[0].Text, StringComparison.Ordinal);
    }

    private static string Channel(string id, string source, int port) =>
        $$"""{ "id": "{{id}}", "source": { "type": "{{source}}", "listen": "127.0.0.1:{{port}}" }, "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }""";

    private sealed record GoodSource : ListenerConfig;

    private sealed record ChecksSource : ListenerConfig
    {
        public override IEnumerable<ConfigProblem> Check() => throw new NotSupportedException("while it is checked");
    }

    private sealed record ClashesSource : ListenerConfig
    {
        public override bool SharesAddressWith(ListenerConfig other) => throw new NotSupportedException("while it is compared");
    }
}

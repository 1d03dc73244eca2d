using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests.Config;

/// <summary>The same channel files in every environment of a site.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string> _process = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_of_the_environment_wins_over_the_process_and_may_use_its_variables()
    {
        _process["LAB"] = "stray:1";
        _process["DOMAIN"] = "example";
        _process["PORT"] = "99";
        Assert.Equal("lab.example:99", Endpoint("""{ "values": { "LAB": "lab.${env:DOMAIN}" } }""", "${env:LAB}:${env:PORT}"));
    }

    [Theory]
    [InlineData("\"${env:SIZE}\"", "2048", null)]
    [InlineData("\"${env:SIZE}\"", "much", "HUB1022 channel adt-to-lab $.destinations[0].ackTimeoutSeconds: \"${env:SIZE}\" is \"much\" here, and a whole number is wanted.")]
    public void Numbers_and_switches_may_come_from_the_environment(string written, string value, string? problem)
    {
        _folder.Write("environments/test.json", $$"""{ "values": { "SIZE": "{{value}}" } }""");
        LoadedChannels loaded = Load(ChannelFolder.With("30", written));
        if (problem is null)
            Assert.Equal(2048, Assert.IsType<TestMllpConfig>(Assert.Single(loaded.Channels).Config!.Destinations[0]).AckTimeoutSeconds);
        else
            Assert.EndsWith(problem, Assert.Single(loaded.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_of_a_list_cannot_come_from_the_environment_and_the_problem_says_so()
    {
        _folder.Write("environments/test.json", """{ "values": { "ACK": "delivered" } }""");
        ChannelProblem problem = Assert.Single(Load(ChannelFolder.With("\"processed\"", "\"${env:ACK}\"")).Problems);
        Assert.Equal((ProblemCodes.UnknownWord, "$.source.acknowledge"), (problem.Code, problem.JsonPath));
        Assert.StartsWith("\"${env:ACK}\" is not known here. No setting is filled in for a word of a list, which is the same in every environment: write the word. Known are \"processed\"", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab", null)]
    [InlineData("labb", "HUB1106 channel adt-north $.source.acknowledgeBy: No destination has the id \"labb\". Did you mean \"lab\"?")]
    public void Ids_may_come_from_the_environment(string by, string? problem)
    {
        _folder.Write("environments/test.json", $$"""{ "values": { "SITE": "north", "LAB": "lab", "BY": "{{by}}" } }""");
        LoadedChannels loaded = Load(ChannelFolder.Good
            .Replace("\"adt-to-lab\"", "\"adt-${env:SITE}\"", StringComparison.Ordinal)
            .Replace("\"processed\"", "\"delivered\", \"acknowledgeBy\": \"${env:BY}\"", StringComparison.Ordinal)
            .Replace("\"id\": \"lab\"", "\"id\": \"${env:LAB}\"", StringComparison.Ordinal));
        Assert.Equal("adt-north", Assert.Single(loaded.Channels).Id);
        if (problem is null)
            Assert.Empty(loaded.Problems);
        else
            Assert.EndsWith(problem, Assert.Single(loaded.Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "values": { "LAB": "${secret:lab}" } }""", "test.json(1): HUB1034 $.values.LAB: An environment's value cannot hold a secret. Write ${secret:…} where the channel file needs it, and keep the secret among the secrets of the machine that runs this environment.")]
    [InlineData("""{ "value": { "LAB": "lab" } }""", "test.json(1): HUB1020 $.value: \"value\" is not known here. Did you mean \"values\"?")]
    [InlineData("""{ "values": { "LAB": 17 } }""", "test.json(1): HUB1022 $.values.LAB: 17 is a number. Text is wanted here: write it in double quotes, \"17\".")]
    [InlineData("""{ "values": { "LAB": "lab", } }""", "test.json(1): HUB1008")]
    public void A_mistake_in_an_environment_is_told_and_no_variable_of_the_process_stands_in(string environment, string problem)
    {
        _process["LAB"] = "stray";
        _folder.Write("environments/test.json", environment);
        string[] problems = [.. Load(ChannelFolder.With("lab.example:2575", "${env:LAB}:1")).Problems.Select(found => found.ToString())];
        Assert.Equal(2, problems.Length);
        Assert.Contains(problem, problems[0], StringComparison.Ordinal);
        Assert.Contains("The value \"LAB\" is not known while", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_has_another_hash_when_a_value_or_a_secret_changes()
    {
        string channel = ChannelFolder.With("lab.example:2575", "${env:LAB}:1");
        _folder.Write("environments/test.json", """{ "values": { "LAB": "one" } }""");
        string first = Load(channel).Channels.Single().Hash;
        string same = Load(channel).Channels.Single().Hash;
        _folder.Write("environments/test.json", """{ "values": { "LAB": "two" } }""");
        Assert.Equal(first, same);
        Assert.NotEqual(first, Load(channel).Channels.Single().Hash);
    }

    [Fact]
    public void A_credential_that_systemd_gave_is_a_secret_whatever_its_mode()
    {
        string file = _folder.Write("credentials/lab-password", "sesame\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        _process["CREDENTIALS_DIRECTORY"] = _folder.Path("credentials");
        Assert.Equal("sesame", new Settings(_folder.Path("secrets"), _process.GetValueOrDefault).Secret("lab-password").Value);
    }

    private string Endpoint(string environment, string written)
    {
        _folder.Write("environments/test.json", environment);
        LoadedChannels loaded = Load(ChannelFolder.With("lab.example:2575", written));
        Assert.Empty(loaded.Problems);
        return Assert.IsType<TestMllpConfig>(Assert.Single(loaded.Channels).Config!.Destinations[0]).Endpoint;
    }

    private LoadedChannels Load(string channel)
    {
        _folder.Write("channels/a.json", channel);
        SiteEnvironment site = SiteEnvironment.Choose(_folder.Path("environments"), "test");
        SiteEnvironment withProcess = new(_folder.Path("environments"), site.Name, _process.GetValueOrDefault);
        return new ChannelLoader(TestRecords.Catalog, new Settings(_folder.Path("secrets"), _process.GetValueOrDefault, withProcess)).LoadFolder(_folder.Path("channels"));
    }
}

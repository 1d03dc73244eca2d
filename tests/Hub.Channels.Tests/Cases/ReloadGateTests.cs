using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests.Cases;

/// <summary>What the tests of a changed channel say to a running Hub.</summary>
public sealed class ReloadGateTests
{
    [Fact]
    public async Task Many_failing_tests_are_told_in_few_lines_and_without_content()
    {
        using CaseFixture fixture = new();
        for (int i = 0; i < 9; i++)
            fixture.Add($"a{i}.in.hl7").Add($"a{i}.lab.hl7", CaseFixture.Input.Replace("SMYTH", "SMITH", StringComparison.Ordinal));
        IReadOnlyList<ChannelProblem> problems = await CheckAsync(fixture, TestChannels.Catalog, TimeProvider.System);
        Assert.Equal(6, problems.Count);
        Assert.Contains("The test a0 (", problems[0].Text, StringComparison.Ordinal);
        Assert.Equal("4 more tests fail.", problems[5].Text);
        Assert.DoesNotContain(problems, problem => problem.Text.Contains("SM", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tests_that_do_not_end_in_time_are_a_problem()
    {
        ManualTime time = new();
        using CaseFixture fixture = new("""{ "type": "wait" }""");
        fixture.Add("a.in.hl7").Add("a.lab.hl7").Add("b.in.hl7").Add("b.lab.hl7");
        ComponentCatalog catalog = new ComponentCatalog()
            .Listener<TestSource>("mllp", (_, _) => throw new NotSupportedException())
            .AddDestinations()
            .Add<WaitConfig, Steps.StepHost>(ChannelCatalog.StepKind, "wait", (_, _) => new Wait(time));
        Assert.Equal(ProblemCodes.TestsTooLong, Assert.Single(await CheckAsync(fixture, catalog, time)).Code);
    }

    [Fact]
    public async Task A_channel_without_tests_is_let_through()
    {
        using CaseFixture fixture = new();
        Assert.Empty(await CheckAsync(fixture, TestChannels.Catalog, TimeProvider.System));
    }

    [Fact]
    public async Task A_channel_whose_id_holds_a_setting_has_its_tests_under_the_name_of_its_file()
    {
        using CaseFixture fixture = new(id: "adt-${env:SITE}");
        fixture.Add("a.in.hl7").Add("a.lab.hl7", CaseFixture.Input.Replace("SMYTH", "SMITH", StringComparison.Ordinal));
        Assert.Equal("to lab PID-5.1", Assert.Single((await fixture.RunOneAsync()).Differences).Where);
        Assert.Contains("The test a (", Assert.Single(await CheckAsync(fixture, TestChannels.Catalog, TimeProvider.System)).Text, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<ChannelProblem>> CheckAsync(CaseFixture fixture, ComponentCatalog catalog, TimeProvider time)
    {
        LoadedChannel channel = new ChannelLoader(catalog, new Settings("nowhere", name => name == "SITE" ? "north" : null)).LoadFile(fixture.Channel).Channels.Single();
        return new ReloadGate(new ChannelTester(catalog, time), time).CheckAsync(channel, CancellationToken.None);
    }

    private sealed record TestSource : ListenerConfig;

    private sealed record WaitConfig : StepConfig;

    private sealed class Wait(ManualTime time) : IStep
    {
        public StepResult Apply(StepContext context)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            return StepResult.Continue;
        }
    }
}

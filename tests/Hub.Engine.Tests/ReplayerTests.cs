using Hub.Channels;
using Hub.Channels.Config;
using Hub.Channels.Steps;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What becomes of a replay on which the pipeline itself fails.</summary>
public sealed class ReplayerTests
{
    [Fact]
    public async Task A_replay_on_which_a_step_fails_is_stored_as_rejected_and_says_so()
    {
        using TestFolder folder = new();
        using RecordedLog log = new();
        await using IJournal journal = Wiring.Journal(folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        MessageArrived stored = JournalSamples.Accepted(journal.NextMessageId(), "1") with { Content = Samples.Bytes(Samples.Adt("1")) };
        await journal.AppendAsync(stored);
        ComponentCatalog catalog = Wiring.Catalog().Add<FaultyConfig, StepHost>(ChannelCatalog.StepKind, "faulty", (_, _) => new Faulty());
        ChannelModel model = TestModels.Make(folder, Samples.PassThrough("adt", 1, steps: """[ { "type": "faulty" } ]"""), catalog);

        ReplayResult result = await new Replayer(journal, _ => model, TimeProvider.System, new Logger<Replayer>(log)).ReplayAsync(stored.Id, null);

        Assert.StartsWith("Rejected: The pipeline failed on this message.", result.Outcome, StringComparison.Ordinal);
        StoredMessage replay = journal.Read(new(2))!;
        Assert.Equal((MessageState.Rejected, (MessageId?)stored.Id), (replay.State, replay.ReplayOf));
        Assert.Contains("message 2", await log.NextAsync(3001), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_a_destination_parks_says_so_and_tells_the_log_places_and_no_content()
    {
        using TestFolder folder = new();
        using RecordedLog log = new();
        await using IJournal journal = Wiring.Journal(folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        MessageArrived stored = JournalSamples.Accepted(journal.NextMessageId(), "1") with { Content = Samples.Bytes(Samples.Adt("1").Replace("19610615", "19611345", StringComparison.Ordinal)) };
        await journal.AppendAsync(stored);
        ChannelModel model = TestModels.Make(folder, Samples.PassThrough("adt", 1, destination: """, "validate": { "level": "standard" }"""), Wiring.Catalog());

        ReplayResult result = await new Replayer(journal, _ => model, TimeProvider.System, new Logger<Replayer>(log)).ReplayAsync(stored.Id, null);

        Assert.Equal(("Accepted, parked for out, which it is not valid for", 0), (result.Outcome, result.Deliveries));
        string told = await log.NextAsync(4002);
        Assert.Contains("destination out: message 2 is parked. Not valid for this destination: HUB3130 PID-7", told, StringComparison.Ordinal);
        Assert.DoesNotContain("19611345", told, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", told, StringComparison.Ordinal);
    }

    /// <summary>A step with a mistake in it.</summary>
    public sealed record FaultyConfig : StepConfig;

    private sealed class Faulty : IStep
    {
        public StepResult Apply(StepContext context) => throw new InvalidOperationException("Here the Hub has a mistake.");
    }
}

using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>
/// Runs the tests of channels: the cases in <c>tests/CHANNEL/</c> beside each channel file. No network, no journal, no real secret, no clock but the case's own.
/// </summary>
/// <param name="catalog">The components that channel files can name.</param>
/// <param name="clock">Measures how long cases take.</param>
public sealed class ChannelTester(ComponentCatalog catalog, TimeProvider clock)
{
    /// <summary>Runs tests, several cases at a time.</summary>
    /// <param name="channels">The channel files.</param>
    /// <param name="isWanted">Says by its name whether a case is run; null for all.</param>
    /// <param name="atOnce">How many cases run at a time.</param>
    /// <param name="stopping">Fires when the tests are to be given up, between two cases.</param>
    /// <returns>How they went: channels in the order given, cases in the order of their names.</returns>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public async Task<IReadOnlyList<ChannelResult>> RunAsync(IReadOnlyList<LoadedChannel> channels, Func<string, bool>? isWanted, int atOnce, CancellationToken stopping)
    {
        TestedChannel[] tested = [.. channels.Select(Read)];
        (TestedChannel Channel, ChannelCase Case)[] work =
            [.. tested.SelectMany(channel => channel.Cases.Cases.Where(one => isWanted is null || isWanted(one.Name)).Select(one => (channel, one)))];
        CaseResult[] results = new CaseResult[work.Length];
        ParallelOptions options = new() { MaxDegreeOfParallelism = atOnce, CancellationToken = stopping };
        await Parallel.ForAsync(0, work.Length, options, (i, _) =>
        {
            results[i] = Run(work[i].Channel, work[i].Case);
            return ValueTask.CompletedTask;
        });
        return [.. tested.Select(channel => Sum(channel, [.. results.Where((_, i) => work[i].Channel == channel)]))];
    }

    /// <summary>The channels of a folder or the one of a file, as tests see them.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>The channels; their problems are those that every case would have.</returns>
    public LoadedChannels Load(string path)
    {
        ChannelLoader loader = new(catalog, CaseSettings.None.ToSettings());
        return Directory.Exists(path) ? loader.LoadFolder(path) : loader.LoadFile(path);
    }

    /// <summary>Folders of tests that belong to no channel of a folder: a channel that was renamed, or a misspelt name.</summary>
    /// <param name="folder">The folder of the channel files.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>A problem for each.</returns>
    public static IReadOnlyList<ChannelProblem> Orphans(string folder, IReadOnlyList<LoadedChannel> channels)
    {
        string tests = Path.Combine(folder, "tests");
        HashSet<string> known = [.. channels.Select(IdOf)];
        return Directory.Exists(tests)
            ? [.. Directory.EnumerateDirectories(tests).Where(path => !known.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal).Select(path =>
                new ChannelProblem(FileNames.Shown(path), 0, ProblemCodes.TestsOfNoChannel, null, "", $"There is no channel \"{Path.GetFileName(path)}\" in {FileNames.Shown(folder)}, so these tests are never run. Name the folder after the id of its channel (after its file, where the id holds ${{env:…}}), or delete it."))]
            : [];
    }

    // An id that is none, which the loader tells, must not lead to another folder; one of an environment is another one in tests.
    private static string IdOf(LoadedChannel channel) =>
        channel is { Id: { Length: > 0 } id, IsIdFilledIn: false } && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? id : Path.GetFileNameWithoutExtension(channel.File);

    private TestedChannel Read(LoadedChannel channel)
    {
        string id = IdOf(channel);
        return new(channel.File, id, CaseFolder.Read(CaseFolder.Of(channel.File, id), id, channel.Config?.Destinations.Select(each => each.Id).ToArray(), catalog), catalog);
    }

    private CaseResult Run(TestedChannel channel, ChannelCase one)
    {
        CaseResult result = new() { Name = one.Name, Channel = one.Channel, File = one.File, Description = one.Config.Description, Case = one };
        if (one.Problems.Count > 0)
            return result with { Problems = one.Problems };
        BuiltChannel built = channel.With(one.Settings);
        if (built.Model is null)
            return result with { Problems = [.. built.Problems.Select(problem => AtCase(one, problem))] };
        if (Unknown(one, built.Model) is { } unknown)
            return result with { Problems = [unknown] };
        if (CaseFields.Check(one, built.Model).ToArray() is { Length: > 0 } problems)
            return result with { Problems = problems };
        long start = clock.GetTimestamp();
        CaseRun run = Run(built, one);
        result = result with { Run = run, Explained = run.Trace.Lines, Took = clock.GetElapsedTime(start) };
        return one.ExpectsSomething
            ? result with { Differences = OutcomeDiff.Compare(one, run) }
            : result with { Problems = [new(one.File, 0, ProblemCodes.CaseExpectsNothing, one.Channel, "", "The case expects nothing, so it could not fail. To take what comes out now as what is expected, run: hub test --accept")] };
    }

    private static CaseRun Run(BuiltChannel built, ChannelCase one)
    {
        CoverageTrace trace = new(built.Map!);
        try
        {
            return new(built.Model!.Pipeline.Run(new(1), one.Input, one.Now, trace, one.Config.Admit), one.Input, trace, built.Model);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // As the intake does: a bug in a step is the outcome of this message and of no other.
            return new(PipelineOutcome.Failed($"The pipeline failed: {failure.GetType().Name}: {failure.Message}"), one.Input, trace, built.Model!);
        }
    }

    // A channel that only this case's settings break: the case is where to look.
    private static ChannelProblem AtCase(ChannelCase one, ChannelProblem problem) => problem with
    {
        Text = problem.Text.Contains(CaseSettings.StandInStart, StringComparison.Ordinal) || problem.Text.Contains("secret", StringComparison.Ordinal)
            ? $"{problem.Text} (In the test {one.Name}, ${{env:…}} and ${{secret:…}} are what the case gives under \"variables\" and \"secrets\", else a stand-in. Give a value that can be used here.)"
            : problem.Text,
    };

    private static ChannelProblem? Unknown(ChannelCase one, ChannelModel model)
    {
        string[] known = [.. model.Destinations.Select(destination => destination.Id)];
        string? unknown = one.Destinations?.Keys.FirstOrDefault(id => !known.Contains(id));
        return unknown is null
            ? null
            : new(one.File, 0, ProblemCodes.CaseExpectation, one.Channel, "", $"The channel has no destination \"{unknown}\"{(Nearest.To(unknown, known) is { } near ? $". Did you mean \"{near}\"?" : ".")} It has {Quoted.List(known, "and")}.");
    }

    private static ChannelResult Sum(TestedChannel channel, CaseResult[] results)
    {
        CaseRun[] runs = [.. results.Select(result => result.Run).OfType<CaseRun>()];
        BuiltChannel? built = results.Where(result => result.Run is not null).Select(result => channel.With(result.Case!.Settings)).FirstOrDefault();
        return new()
        {
            Channel = channel.Id,
            File = channel.File,
            Folder = FileNames.Shown(channel.Folder),
            Cases = results,
            Problems = channel.Cases.Problems,
            Coverage = built?.Map?.Count(runs),
        };
    }
}

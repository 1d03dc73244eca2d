using Hub.Channels.Cases;
using Hub.Channels.Config;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary>Says how tests went: to people with every difference, to programs as JSON.</summary>
/// <param name="results">How they went.</param>
/// <param name="problems">What is wrong with the folder as a whole.</param>
/// <param name="minCoverage">What has to be covered of each channel, in percent; null for nothing.</param>
internal sealed class TestReport(IReadOnlyList<ChannelResult> results, IReadOnlyList<ChannelProblem> problems, int? minCoverage)
{
    // What is wrong with a channel is wrong in each of its cases.
    private readonly HashSet<string> _told = [];

    /// <summary>How many cases there are.</summary>
    public int Cases => results.Sum(result => result.Cases.Count);

    /// <summary>How many of them failed, or could not be run.</summary>
    public int Failed => results.Sum(result => result.Cases.Count(one => !one.Passed));

    /// <summary>Whether nothing is wrong but cases.</summary>
    public bool HasOnlyFailedCases => problems.Count == 0 && results.All(result => result.Problems.Count == 0) && !Uncovered.Any();

    /// <summary>Whether there are tests and all is well.</summary>
    public bool Passed => Cases > 0 && Failed == 0 && HasOnlyFailedCases;

    private IEnumerable<ChannelResult> Uncovered => results.Where(result => minCoverage is { } least && (result.Coverage?.Percent ?? 0) < least);

    /// <summary>Writes for people.</summary>
    /// <param name="verbose">Whether every case is named, and each step of a failing one explained.</param>
    /// <param name="coverage">Whether what no case has tried is listed.</param>
    public void Write(bool verbose, bool coverage)
    {
        foreach (ChannelProblem problem in problems.Concat(results.SelectMany(result => result.Problems)))
            Output.Problem(problem.ToString());
        foreach (CaseResult one in results.SelectMany(result => result.Cases).Where(one => verbose || !one.Passed))
            Write(one, verbose);
        if (Cases == 0)
            return;
        WriteChannels();
        if (coverage)
            WriteCoverage();
        foreach (ChannelResult result in Uncovered)
            Output.Problem($"{result.File}: {result.Coverage?.Percent ?? 0}% of channel {result.Channel} is covered by tests, {minCoverage}% is wanted. See what is missing with --coverage.");
        Console.Out.WriteLine($"{Cases - Failed} passed, {Failed} failed");
    }

    /// <summary>The same for programs.</summary>
    public object ToJson() => new
    {
        Passed,
        Cases,
        Failed,
        Problems = problems.Select(View),
        Channels = results.Select(result => new
        {
            Id = result.Channel,
            result.File,
            result.Passed,
            Problems = result.Problems.Select(View),
            Cases = result.Cases.Select(View),
            Coverage = result.Coverage is not { } coverage ? null : new
            {
                coverage.Percent,
                coverage.Covered,
                coverage.Total,
                Missing = coverage.Points.Where(point => point.Missing is not null).Select(point => new { point.Place, point.Kind, point.What, point.Missing }),
            },
        }),
    };

    private static object View(CaseResult one) => new
    {
        one.Name,
        one.File,
        one.Description,
        one.Passed,
        Milliseconds = one.Took.TotalMilliseconds,
        one.Differences,
        Problems = one.Problems.Select(View),
        Explained = one.Passed ? null : one.Explained,
    };

    private static object View(ChannelProblem problem) => new { problem.File, problem.Line, Code = $"HUB{problem.Code}", problem.Channel, Path = problem.JsonPath, problem.Text };

    private void Write(CaseResult one, bool verbose)
    {
        Console.Out.WriteLine($"{(one.Passed ? "ok  " : "FAIL")} {one.Channel} {one.Name}{(one.Description is null ? "" : $": {one.Description}")}");
        if (one.Passed)
            return;
        if (one.Problems.Count == 0)
            Console.Out.WriteLine($"     {one.File}");
        foreach (ChannelProblem problem in one.Problems)
            Console.Out.WriteLine(_told.Add(problem.ToString()) ? $"     {problem}" : $"     {problem.File}: HUB{problem.Code}, as above");
        foreach (Difference difference in one.Differences)
            Console.Out.WriteLine($"     {difference}");
        foreach (string line in verbose ? one.Explained : [])
            Console.Out.WriteLine($"       {line}");
    }

    private void WriteChannels()
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("CHANNEL", "CASES", "FAILED", "COVERED");
        foreach (ChannelResult result in results)
        {
            string covered = result.Coverage is null ? result.Cases.Count == 0 ? "no tests" : "" : $"{result.Coverage.Percent}%";
            string[] cells = [result.Channel, $"{result.Cases.Count}", $"{result.Cases.Count(one => !one.Passed)}", covered];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
    }

    // Not a table of the console: it would break long places to fit the window.
    private void WriteCoverage()
    {
        (string Channel, CoveragePoint Point)[] missing =
            [.. results.SelectMany(result => (result.Coverage?.Points ?? []).Where(point => point.Missing is not null).Select(point => (result.Channel, point)))];
        if (missing.Length == 0)
            Console.Out.WriteLine("Every step ran, every condition was true and false, every destination got a message.");
        int channel = missing.Select(row => row.Channel.Length).DefaultIfEmpty().Max();
        int place = missing.Select(row => row.Point.Place.Length).DefaultIfEmpty().Max();
        foreach ((string id, CoveragePoint point) in missing)
            Console.Out.WriteLine($"{id.PadRight(channel)}  {point.Place.PadRight(place)}  {point.Missing}: {point.Kind} {point.What}");
    }
}

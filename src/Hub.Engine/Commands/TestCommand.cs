using System.CommandLine;
using System.Text.RegularExpressions;
using Hub.Channels.Cases;
using Hub.Channels.Config;

namespace Hub.Engine.Commands;

/// <summary><c>hub test</c>: runs the tests that lie beside channel files, for people and CI.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        Argument<string> path = new("PATH")
        {
            Description = "A channel file, or a folder of them; tests lie in tests/CHANNEL/ beside",
            DefaultValueFactory = _ => new HubOptions().Channels,
        };
        Option<string[]> cases = new("--case") { Description = "Only cases of this name; * stands for anything", HelpName = "NAME" };
        Option<string?> junit = new("--junit") { Description = "Also write JUnit XML to this file", HelpName = "FILE" };
        Option<bool> coverage = new("--coverage") { Description = "Also list the steps, conditions and destinations that no case has tried" };
        Option<int?> least = new("--min-coverage") { Description = "Fail a channel of which less is covered, in percent", HelpName = "PERCENT" };
        Option<bool> accept = new("--accept") { Description = "Show the differences, then write what came out as what is expected" };
        Option<bool> yes = new("--yes", "-y") { Description = "With --accept: write without asking" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Name every case, and explain each step of those that fail" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("test", "Run the tests of channels; exit status 1 when one fails or there is none")
        {
            path, cases, junit, coverage, least, accept, yes, verbose, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(accept) && result.GetValue(json))
                result.AddError("--accept shows and asks, --json is for programs: give one of them.");
            if (result.GetValue(least) is < 0 or > 100)
                result.AddError("--min-coverage is in percent: give a number from 0 to 100.");
        });
        command.SetAction((parsed, stopping) => RunAsync(
            new(
                parsed.GetValue(path)!,
                parsed.GetValue(cases) ?? [],
                parsed.GetValue(junit),
                parsed.GetValue(coverage),
                parsed.GetValue(least),
                parsed.GetValue(accept),
                parsed.GetValue(yes),
                parsed.GetValue(verbose),
                parsed.GetValue(json)),
            stopping));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken stopping)
    {
        bool isFolder = Directory.Exists(request.Path);
        if (!isFolder && !File.Exists(request.Path))
            throw new IOException($"There is no file or folder {request.Path}. Name a channel file, or the folder of the channel files.");
        ChannelTester tester = new(Wiring.Catalog(), TimeProvider.System);
        LoadedChannels loaded = tester.Load(request.Path);
        ChannelProblem[] problems = [.. loaded.Channels.Count == 0 ? loaded.Problems : isFolder ? ChannelTester.Orphans(request.Path, loaded.Channels) : []];
        Func<string, bool>? isWanted = request.Cases.Length == 0 ? null : name => request.Cases.Any(pattern => Fits(name, pattern));
        IReadOnlyList<ChannelResult> results = await tester.RunAsync(loaded.Channels, isWanted, Environment.ProcessorCount, stopping);
        IReadOnlyList<ChannelResult> all = results;
        if (isWanted is not null)
            results = [.. all.Where(result => result.Cases.Count > 0)];
        TestReport report = new(results, problems, request.MinCoverage);
        if (request.Junit is { } file)
            WriteJUnit(file, results);
        if (request.Json)
            Output.Json(report.ToJson());
        else
            report.Write(request.Verbose, request.Coverage);
        if (report.Cases == 0 && !request.Json)
            Output.Problem(NothingToRun(request, all));
        if (request.Accept)
            return Accept(request, results, report);
        return report.Passed ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static bool Fits(string name, string pattern) =>
        Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking);

    private static string NothingToRun(Request request, IReadOnlyList<ChannelResult> results)
    {
        if (request.Cases.Length > 0)
            return $"No case is named {string.Join(" or ", request.Cases)}. Without --case all are run.";
        return results.Count == 0
            ? "There is no channel, so there is nothing to test."
            : $"There are no tests. Put a message into {results[0].Folder}/NAME.in.hl7 and run: hub test {request.Path} --accept";
    }

    private static void WriteJUnit(string file, IReadOnlyList<ChannelResult> results)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
        using FileStream output = File.Create(file);
        JUnitReport.Write(output, results);
    }

    private static int Accept(Request request, IReadOnlyList<ChannelResult> results, TestReport report)
    {
        CaseResult[] changed = [.. results.SelectMany(result => result.Cases).Where(CaseWriter.CanAccept)];
        if (changed.Length == 0)
        {
            Console.Out.WriteLine("There is nothing to accept.");
            return report.Passed ? ExitCodes.Done : ExitCodes.Problems;
        }

        if (!request.Yes && !Agreed(changed.Length))
        {
            Console.Out.WriteLine("Nothing was written.");
            return ExitCodes.Problems;
        }

        foreach (string file in changed.SelectMany(CaseWriter.Accept))
            Console.Out.WriteLine($"wrote {file}");
        // What could not be run cannot be accepted either.
        return report.Failed == changed.Length && report.HasOnlyFailedCases ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static bool Agreed(int count)
    {
        if (Console.IsInputRedirected)
        {
            Output.Problem("There is nobody to ask. Look at the differences above, then run it again with --yes.");
            return false;
        }

        Console.Out.Write($"Write this as what is expected in {count} case{(count == 1 ? "" : "s")}? [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private sealed record Request(
        string Path,
        string[] Cases,
        string? Junit,
        bool Coverage,
        int? MinCoverage,
        bool Accept,
        bool Yes,
        bool Verbose,
        bool Json);
}

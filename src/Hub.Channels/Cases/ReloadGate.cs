using System.Collections.Concurrent;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>
/// Says whether a changed or new channel file may be used: whether its tests pass. One case at a time, so that the messages of running channels go first.
/// What it says goes into logs: it names cases and places, never what stands there.
/// </summary>
/// <param name="tester">Runs the tests.</param>
/// <param name="clock">The time.</param>
public sealed class ReloadGate(ChannelTester tester, TimeProvider clock)
{
    // A hundred cases take well under a second; whoever waits longer wants the old version to be the answer.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private const int MostCases = 5;
    private const int MostPlaces = 5;

    private readonly ConcurrentDictionary<string, ChannelTestRun> _last = [];

    /// <summary>How the tests of a channel went when they were last run; null when they were not.</summary>
    /// <param name="channel">The channel's id.</param>
    public ChannelTestRun? Last(string channel) => _last.GetValueOrDefault(channel);

    /// <summary>Runs the tests of a channel.</summary>
    /// <param name="channel">The channel file, without problems.</param>
    /// <param name="stopping">Fires when the Hub stops.</param>
    /// <returns>Why it may not be used; empty when its tests pass or it has none.</returns>
    public async Task<IReadOnlyList<ChannelProblem>> CheckAsync(LoadedChannel channel, CancellationToken stopping)
    {
        using CancellationTokenSource limit = new(s_limit, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        try
        {
            ChannelResult result = (await tester.RunAsync([channel], null, 1, both.Token))[0];
            CaseResult[] failed = [.. result.Cases.Where(one => !one.Passed)];
            Keep(channel, result.Cases.Count, [.. failed.Select(one => one.Name)], result.Problems);
            IEnumerable<ChannelProblem> told = failed.Take(MostCases).SelectMany(one => Tell(channel, one));
            return failed.Length > MostCases
                ? [.. result.Problems, .. told, Problem(channel, ProblemCodes.TestFails, $"{failed.Length - MostCases} more tests fail.")]
                : [.. result.Problems, .. told];
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return Keep(channel, 0, [], [Problem(channel, ProblemCodes.TestsTooLong, $"The tests did not end within {s_limit.TotalSeconds:0} s. Find the slow ones with: hub test {channel.File} --json")]);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            return Keep(channel, 0, [], [Problem(channel, ProblemCodes.Unreadable, $"The folder of its tests cannot be read: {reason.Message}")]);
        }
    }

    private IReadOnlyList<ChannelProblem> Keep(LoadedChannel channel, int cases, IReadOnlyList<string> failed, IReadOnlyList<ChannelProblem> problems)
    {
        if (channel.Id is { } id)
            _last[id] = new(clock.GetUtcNow(), cases, failed, [.. problems.Select(problem => problem.ToString())]);
        return problems;
    }

    private static IEnumerable<ChannelProblem> Tell(LoadedChannel channel, CaseResult one)
    {
        if (one.Problems.Count > 0)
            return one.Problems.Select(problem => Problem(channel, ProblemCodes.TestFails, $"The test {one.Name} cannot be run: {problem}"));
        string places = string.Join(", ", one.Differences.Take(MostPlaces).Select(difference => difference.Where));
        string more = one.Differences.Count > MostPlaces ? ", …" : "";
        return [Problem(channel, ProblemCodes.TestFails, $"The test {one.Name} ({one.File}) fails at: {places}{more}. See what was expected with: hub test {channel.File} --case {one.Name}")];
    }

    private static ChannelProblem Problem(LoadedChannel channel, int code, string text) => new(channel.File, 0, code, channel.Id, "", text);
}

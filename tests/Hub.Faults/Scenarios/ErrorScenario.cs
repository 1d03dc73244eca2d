using System.Globalization;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The disk fails: every kind of call, error and length in turn. The Hub has to go on when the disk does, or end with a status that its
/// supervisor takes for a failure; then the next one has to go on. At the end of each the power is cut, since what a failed sync had in hand is not on the disk.
/// </summary>
internal static class ErrorScenario
{
    /// <summary>Of Linux.</summary>
    private const int InputOutputError = 5;
    private const int NoSpace = 28;

    /// <summary>How many messages have to be acknowledged before and after a fault.</summary>
    private const int Before = 100;
    private const int After = 50;
    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(1);

    private enum Length
    {
        Once,
        While,
        Ever,
    }

    public static async Task RunAsync(FaultRun run)
    {
        if (Shim.FindObstacle() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        (string Operation, int Error, Length Length)[] kinds =
        [
            .. from length in Enum.GetValues<Length>() from error in new[] { InputOutputError, NoSpace } from operation in new[] { "sync", "write" } select (operation, error, length),
        ];
        // The kind follows from the seed, so that a seed repeats it.
        await run.OnSitesAsync(1, async (seed, faults) =>
        {
            await using Site site = new(run, seed, new() { Faults = faults });
            await FailAsync(site, run, kinds[seed % kinds.Length]);
            run.Verdict.AddFaults();
        });
    }

    private static async Task FailAsync(Site site, FaultRun run, (string Operation, int Error, Length Length) kind)
    {
        Shim shim = new(site, run.Breaks);
        site.Send();
        await using (HubProcess hub = await site.StartAsync(shim.Around(site.Seed)))
        {
            Task<int> ended = hub.EndedAsync();
            await site.GoesOnAsync(Before, "before the fault");
            string name = $"{kind.Operation} failing with {kind.Error} ({kind.Length})";
            shim.Order(string.Create(CultureInfo.InvariantCulture, $"{kind.Operation} {kind.Error} {(kind.Length == Length.Once ? 1 : 0)}"));
            await Task.WhenAny(ended, Task.Delay(s_while, TimeProvider.System));
            if (kind.Length == Length.Once && !await shim.HappensAsync())
                site.Break($"the fault did not happen: {name}");
            if (kind.Length != Length.Ever)
            {
                shim.Withdraw();
                if (!ended.IsCompleted)
                    await Task.WhenAny(ended, site.GoesOnAsync(After, $"after {name}"));
            }

            if (ended.IsCompleted)
                JudgeEnd(site, run, name, await ended, hub.Errors);
            shim.Order("cut");
            await Task.WhenAny(ended, Task.Delay(s_while, TimeProvider.System));
        }

        shim.Withdraw();

        await site.FinishAsync();
    }

    private static void JudgeEnd(Site site, FaultRun run, string name, int exit, string errors)
    {
        run.Verdict.Count("ends of the Hub by itself");
        if (exit == 0)
            site.Break($"{name}: the Hub ended with 0, so no supervisor starts it again: {errors}");
    }
}

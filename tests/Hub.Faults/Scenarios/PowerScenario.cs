using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The power fails at a call to the disk that chance chooses, while the Hub starts or works: what was not synced vanishes or tears.
/// The next Hub starts on what is left; the last one on a good disk. The channel also writes files, whose syncs are tried along.
/// </summary>
internal static class PowerScenario
{
    private const int CutsOfSite = 10;

    /// <summary>Calls to the disk while a Hub makes its journal and starts; under load there are some thousand a second.</summary>
    private const int CallsOfStart = 60;
    private const int CallsOfLoad = 2_500;
    private static readonly TimeSpan s_longestLoad = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(FaultRun run)
    {
        if (Shim.FindObstacle() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        await run.OnSitesAsync(CutsOfSite, async (seed, cuts) =>
        {
            await using Site site = new(run, seed, new() { Faults = cuts, HasFiles = true, HasWeb = true });
            Shim shim = new(site, run.Breaks);
            Random random = new(seed);
            site.Send();
            for (int i = 0; i < cuts; i++)
            {
                await CutAsync(site, shim, run, random.Next(), 1 + random.Next(random.Next(4) == 0 ? CallsOfStart : CallsOfLoad));
                run.Verdict.AddFaults();
            }

            await site.FinishAsync();
        });
    }

    private static async Task CutAsync(Site site, Shim shim, FaultRun run, int seed, int after)
    {
        try
        {
            await using HubProcess hub = await site.StartAsync(shim.Around(seed, after));
            Task<int> ended = hub.EndedAsync();
            if (await Task.WhenAny(ended, Task.Delay(s_longestLoad, TimeProvider.System)) != ended)
                shim.Order("cut");
            Judge(site, after, await ended, hub.Errors);
        }
        catch (HubEndedException exception)
        {
            run.Verdict.Count("of them before it was ready");
            Judge(site, after, exception.Exit, exception.Errors);
        }
        finally
        {
            shim.Withdraw();
        }
    }

    private static void Judge(Site site, int after, int exit, string errors)
    {
        if (!errors.Contains("power cut after", StringComparison.Ordinal))
            site.Break($"run {site.Ledger.Run}: the Hub ended with {exit} before its power was cut, after {after} calls: {errors}");
    }
}

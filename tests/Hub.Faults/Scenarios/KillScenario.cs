using System.Diagnostics;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>The Hub is killed under load at random moments, one time in ten while it starts; the next one starts on what is there.</summary>
internal static class KillScenario
{
    private const int KillsOfSite = 25;
    private const int LongestLoadMilliseconds = 900;
    private const int LongestStartMilliseconds = 500;

    public static async Task RunAsync(FaultRun run)
    {
        foreach ((int seed, int kills) in run.Sites(KillsOfSite))
        {
            await using Site site = new(run, seed, new() { Faults = kills });
            Random random = new(seed);
            site.Send();
            for (int i = 0; i < kills; i++, run.Verdict.Faults++)
            {
                if (random.Next(10) == 0)
                    await KillAtStartAsync(site, random.Next(LongestStartMilliseconds));
                else
                    await KillUnderLoadAsync(site, random.Next(LongestLoadMilliseconds));
            }

            await site.FinishAsync();
        }
    }

    private static async Task KillUnderLoadAsync(Site site, int after)
    {
        await using HubProcess hub = await site.StartAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(after), TimeProvider.System);
        await hub.KillAsync();
    }

    private static async Task KillAtStartAsync(Site site, int after)
    {
        using Process hub = site.StartUnwatched();
        await Task.Delay(TimeSpan.FromMilliseconds(after), TimeProvider.System);
        hub.Kill();
        await hub.WaitForExitAsync();
    }
}

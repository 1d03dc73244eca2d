using System.Diagnostics;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The Hub is killed under load: after a random time, or a random moment after a random number of acknowledgments, so that a slow machine
/// has load too; one time in ten while it starts. The next one starts on what is there. Where the seed is a multiple of three, messages are
/// acknowledged when they are delivered.
/// </summary>
internal static class KillScenario
{
    private const int KillsOfSite = 25;
    private const int LongestLoadMilliseconds = 900;
    private const int MostAcknowledged = 400;
    private const int LongestRestMilliseconds = 20;
    private const int LongestStartMilliseconds = 500;

    public static Task RunAsync(FaultRun run) => run.OnSitesAsync(KillsOfSite, async (seed, kills) =>
    {
        // Where an answer waits for receivers, a kill between their answers and it is another one.
        string acknowledge = seed % 3 == 0 ? "delivered" : "processed";
        await using Site site = new(run, seed, new() { Faults = kills, HasWeb = true, Acknowledge = acknowledge });
        Random random = new(seed);
        site.Send();
        for (int i = 0; i < kills; i++)
        {
            if (random.Next(10) == 0)
                await KillAtStartAsync(site, random.Next(LongestStartMilliseconds));
            else if (random.Next(2) == 0)
                await KillUnderLoadAsync(site, 0, random.Next(LongestLoadMilliseconds));
            else
                await KillUnderLoadAsync(site, 1 + random.Next(MostAcknowledged), random.Next(LongestRestMilliseconds));
            run.Verdict.AddFaults();
        }

        await site.FinishAsync();
    });

    private static async Task KillUnderLoadAsync(Site site, int acknowledged, int after)
    {
        await using HubProcess hub = await site.StartAsync();
        if (acknowledged > 0)
            await site.GoesOnAsync(acknowledged, "after a kill");
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

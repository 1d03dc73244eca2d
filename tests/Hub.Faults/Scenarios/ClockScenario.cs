using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The time of day jumps forth and back by minutes to days while messages flow and receivers are in trouble, so that deliveries wait for their
/// next try; every other jump back while no Hub runs, as when a machine is started with a wrong clock. At the end receivers are down, the clock is set back
/// under the Hub, and receivers come up. Everything has to go on within seconds of true time.
/// </summary>
internal static class ClockScenario
{
    private const int JumpsOfSite = 4;
    private const int Messages = 60;
    private static readonly TimeSpan s_farBack = TimeSpan.FromDays(3);
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.45);

    public static async Task RunAsync(FaultRun run)
    {
        if (Shim.FindObstacle() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        await run.OnSitesAsync(JumpsOfSite, async (seed, jumps) =>
        {
            List<ChaosProxy> proxies = [];
            await using Site site = new(run, seed, new()
            {
                Faults = jumps,
                AckTimeoutSeconds = "0.3",
                Before = port =>
                {
                    proxies.Add(new(port, unchecked((seed * 2) + proxies.Count), s_late));
                    return proxies[^1].Port;
                },
            });
            await JumpAsync(site, run, jumps, proxies);
            await site.CheckAsync();
            foreach (ChaosProxy proxy in proxies)
                await proxy.DisposeAsync();
        });
    }

    private static async Task JumpAsync(Site site, FaultRun run, int jumps, List<ChaosProxy> proxies)
    {
        string clock = site.Folder.Path("clock");
        Random random = new(site.Seed);
        Shim.SetClock(clock, TimeSpan.Zero);
        HubProcess hub = await site.StartAsync(Shim.AroundClock(clock));
        site.Send();
        for (int i = 0; i < jumps; i++)
        {
            await site.GoesOnAsync(Messages, "before the clock jumped");
            // Forth and back in turn, by at most two days.
            TimeSpan jump = TimeSpan.FromMinutes(2 + random.Next(2 * 24 * 60));
            if (i % 4 == 3)
                hub = await JumpBackBetweenAsync(site, hub, clock, jump, proxies);
            else
                Shim.SetClock(clock, i % 2 == 0 ? jump : -jump);
            await site.GoesOnAsync(Messages, "after the clock jumped");
            run.Verdict.AddFaults();
        }

        await TakeDownAsync(site, proxies);
        site.StopSending();
        Shim.SetClock(clock, -s_farBack);
        proxies.ForEach(proxy => proxy.Plan.IsDown = false);
        await site.DrainAsync(hub);
        await hub.DisposeAsync();
    }

    /// <summary>Receivers go down, and every lane waits for its next try.</summary>
    private static async Task TakeDownAsync(Site site, List<ChaosProxy> proxies)
    {
        proxies.ForEach(proxy => proxy.Plan.IsDown = true);
        await site.GoesOnAsync(Messages, "while receivers are down");
        await Task.Delay(s_late, TimeProvider.System);
    }

    /// <summary>Receivers are down; then the Hub ends and the next one starts with the clock set back.</summary>
    private static async Task<HubProcess> JumpBackBetweenAsync(Site site, HubProcess hub, string clock, TimeSpan jump, List<ChaosProxy> proxies)
    {
        await TakeDownAsync(site, proxies);
        await hub.DisposeAsync();
        proxies.ForEach(proxy => proxy.Plan.IsDown = false);
        Shim.SetClock(clock, -jump);
        return await site.StartAsync(Shim.AroundClock(clock));
    }
}

using System.Globalization;
using Hub.Faults.Traffic;

namespace Hub.Faults.Scenarios;

/// <summary>
/// Two sites under load for long, with a fault every 30 s at one of them in turn. At the one the Hub stays, and everything around it is in trouble:
/// disk, receivers, clock, other programs, idle connections, keys; its memory is watched. At the other it is killed, or its power is cut.
/// </summary>
internal static class SoakScenario
{
    private const int PauseMilliseconds = 25;

    /// <summary>A slope of fewer minutes says more about the noise than about the Hub.</summary>
    private const int LeastMinutesToJudge = 60;
    private const double MostMegabytesAnHour = 50;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.45);

    public static async Task RunAsync(FaultRun run)
    {
        if (Shim.FindObstacle() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        await run.OnSiteAsync(async () =>
        {
            List<ChaosProxy> proxies = [];
            await using Site steady = new(run, run.Seed, Shape(run) with { AckTimeoutSeconds = "0.3", Before = port => Calm(proxies, port, run.Seed) });
            await using Site harmed = new(run, run.Seed + 1, Shape(run));
            steady.Send();
            harmed.Send();
            SoakTrouble trouble = new(steady, run, proxies);
            SoakHarm harm = new(harmed, run);
            await PassAsync(run, trouble, harm);
            // To look over hours of traffic takes long: nobody adds to it meanwhile.
            harmed.StopSending();
            await trouble.FinishAsync();
            await harm.FinishAsync();
            foreach (ChaosProxy proxy in proxies)
                await proxy.DisposeAsync();
        });
    }

    private static SiteShape Shape(FaultRun run) => new() { Faults = run.Count, HandsOver = true, HasWeb = true, PauseMilliseconds = PauseMilliseconds };

    private static int Calm(List<ChaosProxy> proxies, int port, int seed)
    {
        proxies.Add(new(port, unchecked((seed * 2) + proxies.Count), s_late));
        proxies[^1].Plan.IsCalm = true;
        return proxies[^1].Port;
    }

    private static async Task PassAsync(FaultRun run, SoakTrouble trouble, SoakHarm harm)
    {
        MemorySlope memory = new();
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan length = TimeSpan.FromMinutes(run.Count);
        // The first quarter, at most ten minutes, is for code to be compiled and caches to fill.
        TimeSpan warm = TimeSpan.FromMinutes(Math.Min(10, run.Count / 4d));
        TimeSpan next = s_between;
        await trouble.StartAsync();
        await harm.StartAsync();
        Task fault = Task.CompletedTask;
        for (int number = 0; TimeProvider.System.GetElapsedTime(start) is var now && now < length;)
        {
            await Task.Delay(s_look, TimeProvider.System);
            memory.Add(now > warm, now, trouble.ResidentMegabytes);
            if (now < next || !fault.IsCompleted)
                continue;
            await fault;
            fault = number++ % 2 == 0 ? trouble.NextAsync() : harm.NextAsync();
            next = now + s_between;
            run.Verdict.AddFaults();
        }

        await fault;
        Tell(run, memory);
    }

    private static void Tell(FaultRun run, MemorySlope memory)
    {
        run.Verdict.Count("minutes", run.Count);
        run.Verdict.Count("MB of memory when warm", (long)memory.First);
        run.Verdict.Count("MB of memory at the end", (long)memory.Last);
        run.Verdict.Count("MB of memory more each hour", (long)Math.Round(memory.MegabytesAnHour));
        if (run.Count >= LeastMinutesToJudge && memory.MegabytesAnHour > MostMegabytesAnHour)
            run.Verdict.Break(string.Create(CultureInfo.InvariantCulture, $"memory grew by {memory.MegabytesAnHour:0} MB an hour, more than {MostMegabytesAnHour:0}"));
    }
}

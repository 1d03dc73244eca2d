using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The Hub ends at named points of a message's road, which the shim tells from the calls that the Hub makes: killed and with the power cut, in turn.
/// Which of the times at which it is at that point, chance says. The channel hands each message to another channel as well.
/// </summary>
internal static class PointScenario
{
    private const int EndsOfSite = 2;
    private const int OldMessages = 100;
    private const int OldVersions = 4;
    private const int SentMessages = 300;
    private const int UnsentMessages = 30;

    /// <summary>So long ago that messages of then are past the 30 days that content is kept.</summary>
    private static readonly TimeSpan s_longAgo = TimeSpan.FromDays(40);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    public static async Task RunAsync(FaultRun run)
    {
        if (Shim.FindObstacle() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        await run.OnSitesAsync(EndsOfSite, (seed, ends) => RunAsync(run, seed, ends, PointKind.Of(seed)));
    }

    private static async Task RunAsync(FaultRun run, int seed, int ends, PointKind kind)
    {
        List<ChaosProxy> proxies = [];
        await using Site site = new(run, seed, new()
        {
            Faults = ends,
            // What an older Hub left was never to be handed over.
            HandsOver = kind.Road != PointRoad.Migration,
            Acknowledge = kind.Road is PointRoad.Received or PointRoad.HandOver ? "received" : "processed",
            Before = kind.Road == PointRoad.Slice ? port => Calm(proxies, port) : null,
        });
        Shim shim = new(site, run.Breaks);
        Random random = new(seed);
        if (!await PrepareAsync(site, run, kind, proxies))
            return;
        for (int i = 0; i < ends; i++)
        {
            bool cuts = i % 2 == 1;
            if (kind.Road == PointRoad.HandOver)
                await EndAsync(site, kind with { Point = "after-answer" }, shim.AtPoint(random.Next(), "after-answer", 1 + random.Next(100), cuts));
            await EndAsync(site, kind, shim.AtPoint(random.Next(), kind.Point, 1 + random.Next(kind.Most), cuts));
            run.Verdict.Count(cuts ? "power cuts" : "kills");
            run.Verdict.AddFaults();
        }

        if (kind.Road == PointRoad.Migration)
            await GoOnAsync(site);
        proxies.ForEach(proxy => proxy.Plan.IsDown = false);
        await site.FinishAsync();
        foreach (ChaosProxy proxy in proxies)
            await proxy.DisposeAsync();
    }

    private static int Calm(List<ChaosProxy> proxies, int port)
    {
        proxies.Add(new(port, 0, TimeSpan.Zero));
        proxies[^1].Plan.IsCalm = true;
        return proxies[^1].Port;
    }

    /// <summary>Does what has to be there before the Hub that ends.</summary>
    private static async Task<bool> PrepareAsync(Site site, FaultRun run, PointKind kind, List<ChaosProxy> proxies)
    {
        if (kind.Road == PointRoad.Migration && await OldJournal.MakeAsync(site, 1 + (site.Seed % OldVersions), OldMessages) is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return false;
        }

        if (kind.Road == PointRoad.Slice)
            await AgeAsync(site, proxies);
        else
            site.Send();
        return true;
    }

    /// <summary>Lets messages come in as of long ago, of which the last are not sent.</summary>
    private static async Task AgeAsync(Site site, List<ChaosProxy> proxies)
    {
        string clock = site.Folder.Path("clock");
        Shim.SetClock(clock, -s_longAgo);
        await using HubProcess hub = await site.StartAsync(Shim.AroundClock(clock));
        site.Send();
        await site.GoesOnAsync(SentMessages, "while the clock is behind");
        proxies.ForEach(proxy => proxy.Plan.IsDown = true);
        await site.GoesOnAsync(UnsentMessages, "while receivers are down");
        site.StopSending();
        await hub.TerminateAsync();
    }

    /// <summary>A Hub takes new messages while it sends what an older one left.</summary>
    private static async Task GoOnAsync(Site site)
    {
        await using HubProcess hub = await site.StartAsync();
        await site.GoesOnAsync(SentMessages, "after a migration");
    }

    private static async Task EndAsync(Site site, PointKind kind, HubSurroundings around)
    {
        try
        {
            await using HubProcess hub = await site.StartAsync(around);
            Task<int> ended = hub.EndedAsync();
            Task asked = kind.Road switch
            {
                PointRoad.Slice => HubProcess.RunAsync("journal", "prune", "--clock-is-right", "--data", site.Data, "--channels", site.Folder.Path("channels"), "--secrets", site.Folder.Path("secrets")),
                PointRoad.Rotation => HubProcess.RunAsync("journal", "rotate-key", "--data", site.Data),
                _ => Task.CompletedTask,
            };
            await Task.WhenAny(ended, Task.Delay(s_patience, TimeProvider.System));
            if (!ended.IsCompleted)
            {
                site.Break($"{kind.Name}: the Hub did not come to this point");
                return;
            }

            await asked;
            Judge(site, kind, await ended, hub.Errors);
        }
        catch (HubEndedException exception)
        {
            Judge(site, kind, exception.Exit, exception.Errors);
        }
    }

    private static void Judge(Site site, PointKind kind, int exit, string errors)
    {
        if (!errors.Contains($"ended at {kind.Point}", StringComparison.Ordinal))
            site.Break($"{kind.Name}, run {site.Ledger.Run}: the Hub ended with {exit} before it came to this point: {errors}");
    }
}

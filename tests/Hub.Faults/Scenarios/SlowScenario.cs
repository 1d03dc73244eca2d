using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>Senders on bad lines beside live traffic: those as slow as they may be get their messages through, those that never end are cut off.</summary>
internal static class SlowScenario
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    public static Task RunAsync(FaultRun run) => run.OnSiteAsync(async () =>
    {
        await using Site site = new(run, run.Seed, new() { Faults = run.Count, MaxConnections = run.Count + 100 });
        await using (HubProcess hub = await site.StartAsync())
        {
            site.Send();
            await site.GoesOnAsync(100, "before slow writers came");
            double before = hub.ResidentMegabytes;
            await using SlowWriters writers = new(hub.Port("adt"), site.Ledger);
            writers.Start(run.Count);
            Task ended = writers.EndAsync();
            int live = site.Ledger.Count;
            if (await Task.WhenAny(ended, Task.Delay(s_patience, TimeProvider.System)) != ended)
                site.Break($"after {s_patience.TotalSeconds:0} s slow writers have no answer, or {(run.Count - (run.Count / 2)) - writers.CutOff} that never end are not cut off");
            run.Verdict.AddFaults(run.Count);
            run.Verdict.Count("of them cut off", writers.CutOff);
            run.Verdict.Count("times one of the others came again", writers.Again);
            run.Verdict.Count("messages meanwhile", site.Ledger.Count - live);
            run.Verdict.Count("KB of memory more for each", (int)((hub.ResidentMegabytes - before) * 1_000 / run.Count));
            site.StopSending();
            await site.DrainAsync(hub);
        }

        await site.CheckAsync();
    });
}

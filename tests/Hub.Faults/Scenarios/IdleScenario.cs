using System.Globalization;
using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>Many connections that say nothing or write a byte a second stand beside live traffic, which has to go on.</summary>
internal static class IdleScenario
{
    private const int Messages = 600;

    public static Task RunAsync(FaultRun run) => run.OnSiteAsync(async () =>
    {
        await using Site site = new(run, run.Seed, new() { Faults = run.Count, MaxConnections = run.Count + 100 });
        await using (HubProcess hub = await site.StartAsync())
        {
            site.Send();
            TimeSpan alone = await TimeAsync(site, "alone");
            double before = hub.ResidentMegabytes;
            await using Idlers idlers = new();
            await idlers.ConnectAsync(hub.Port("adt"), run.Count);
            TimeSpan beside = await TimeAsync(site, "beside idle connections");
            run.Verdict.AddFaults(run.Count);
            run.Verdict.Count("of them slow writers", idlers.Slow);
            run.Verdict.Count(string.Create(CultureInfo.InvariantCulture, $"ms for {Messages} messages alone"), (int)alone.TotalMilliseconds);
            run.Verdict.Count(string.Create(CultureInfo.InvariantCulture, $"ms for {Messages} messages beside them"), (int)beside.TotalMilliseconds);
            run.Verdict.Count("KB of memory a connection", (int)((hub.ResidentMegabytes - before) * 1_000 / run.Count));
            int closed = idlers.CountClosed();
            if (closed > 0)
                site.Break($"the Hub closed {closed} of {run.Count} connections that it had room for");
            site.StopSending();
            await site.DrainAsync(hub);
        }

        await site.CheckAsync();
    });

    private static async Task<TimeSpan> TimeAsync(Site site, string when)
    {
        long start = TimeProvider.System.GetTimestamp();
        await site.GoesOnAsync(Messages, when);
        return TimeProvider.System.GetElapsedTime(start);
    }
}

using Hub.Faults.Checks;
using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>The Hub stays; what lies between it and the receivers refuses, hangs, is half open, cuts at every byte of the answer, answers late, twice and for others.</summary>
internal static class ChaosScenario
{
    private const int MessagesOfSite = 2_500;
    private const string AckTimeoutSeconds = "0.3";
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.45);

    public static Task RunAsync(FaultRun run) => run.OnSitesAsync(MessagesOfSite, async (seed, messages) =>
    {
        List<ChaosProxy> proxies = [];
        await using Site site = new(run, seed, new()
        {
            Faults = messages,
            AckTimeoutSeconds = AckTimeoutSeconds,
            Before = port =>
            {
                proxies.Add(new(port, unchecked((seed * 2) + proxies.Count), s_late));
                return proxies[^1].Port;
            },
        });
        await PassAsync(site, messages, proxies);
        IReadOnlyList<JournalMessage> journal = await site.CheckAsync();
        CheckConfirmed(run, journal, "all", proxies[0]);
        CheckConfirmed(run, journal, "patients", proxies[1]);
        foreach (ChaosProxy proxy in proxies)
            await CountAsync(run, proxy);
    });

    private static async Task PassAsync(Site site, int messages, List<ChaosProxy> proxies)
    {
        await using HubProcess hub = await site.StartAsync();
        site.Send();
        await site.GoesOnAsync(messages, "while receivers are in trouble");
        site.StopSending();
        await site.ArrivesAsync();
        foreach (ChaosProxy proxy in proxies)
            proxy.Plan.IsCalm = true;
        await site.DrainAsync(hub);
    }

    private static void CheckConfirmed(FaultRun run, IReadOnlyList<JournalMessage> journal, string destination, ChaosProxy proxy) => run.Verdict.Break(
        $"a delivery to {destination} is Sent although no whole answer to it went out",
        [.. journal
            .Where(message => message.Deliveries.Any(delivery => delivery.Destination == destination && delivery.State == "Sent"))
            .Where(message => NumberedMessage.Parse(message.ControlId) is { } name && !proxy.IsConfirmed(name))
            .Select(message => $"{message.Id} ({message.ControlId})")]);

    private static async Task CountAsync(FaultRun run, ChaosProxy proxy)
    {
        await proxy.DisposeAsync();
        foreach ((Chaos chaos, int count) in proxy.Plan.Counts)
        {
            if (chaos != Chaos.Pass)
                run.Verdict.AddFaults(count);
            run.Verdict.Count(chaos.ToString(), count);
        }
    }
}

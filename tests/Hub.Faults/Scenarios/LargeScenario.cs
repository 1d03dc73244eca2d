using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>Two senders bring messages of 50 MB beside live traffic. All arrive, and memory has an end.</summary>
internal static class LargeScenario
{
    private const int Senders = 2;

    /// <summary>A disk of a busy machine takes its time for hundreds of MB.</summary>
    private const int AnswerSeconds = 120;

    /// <summary>What a Hub may have resident at most with such messages in hand: two that come in, two that go out, and what it makes of them. Seen with 24 GiB in the machine: 1,953.</summary>
    private const int MostMegabytes = 3_000;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public static Task RunAsync(FaultRun run) => run.OnSiteAsync(async () =>
    {
        int each = Math.Max(1, run.Count / Senders);
        await using Site site = new(run, run.Seed, new() { Faults = run.Count, AckTimeoutSeconds = "120", Repeats = true });
        await using (HubProcess hub = await site.StartAsync())
        {
            site.Send();
            await site.GoesOnAsync(100, "before large messages came");
            int live = site.Ledger.Count;
            for (int i = 0; i < Senders; i++)
                site.Send(NumberedMessage.LargeSender + i, new() { Last = each, AnswerMilliseconds = AnswerSeconds * 1_000 });
            await PassAsync(site, each / 2);
            run.Verdict.Count("MB of memory at most after half of them", (int)hub.PeakMegabytes);
            await PassAsync(site, each);
            run.Verdict.Count("other messages meanwhile", site.Ledger.Count - live - (each * Senders));
            site.StopSending();
            await site.ArrivesAsync();
            run.Verdict.Count("MB of memory at most", (int)hub.PeakMegabytes);
            if (hub.PeakMegabytes > MostMegabytes)
                site.Break($"the Hub had {hub.PeakMegabytes:0} MB resident, more than {MostMegabytes}");
            await site.DrainAsync(hub);
        }

        run.Verdict.AddFaults(each * Senders);
        await site.CheckAsync();
    });

    /// <summary>Waits until each sender of large messages has its answers up to one.</summary>
    private static async Task PassAsync(Site site, int number)
    {
        long moved = TimeProvider.System.GetTimestamp();
        int last = 0;
        while (Enumerable.Range(NumberedMessage.LargeSender, Senders).Min(sender => site.Ledger.NextOf(sender)) <= number)
        {
            await Task.Delay(s_look, TimeProvider.System);
            int now = Enumerable.Range(NumberedMessage.LargeSender, Senders).Sum(sender => site.Ledger.NextOf(sender));
            if (now > last)
                moved = TimeProvider.System.GetTimestamp();
            last = now;
            if (TimeProvider.System.GetElapsedTime(moved) < s_patience)
                continue;
            site.Break($"no message of 50 MB was acknowledged for {s_patience.TotalMinutes:0} minutes");
            return;
        }
    }
}

using System.Diagnostics;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// The journal's files are harmed from outside: another program holds the lock, pages are overwritten, the log is cut, the file is gone.
/// While another program holds it, nothing may be lost. What damage took nobody can give back; but the Hub must never send other bytes than
/// it got, never put an empty journal in the place of a damaged one, and when it refuses to run it must end with a status that says so.
/// </summary>
internal static class DamageScenario
{
    private const int Before = 100;
    private const int After = 100;
    private const int PageBytes = 4096;
    private const int PagesHarmed = 4;

    /// <summary>The exit status of the Hub for a journal that it cannot use.</summary>
    private const int Unavailable = 3;

    /// <summary>Holds the journal's lock, says so, and lets go of it when its standard input ends.</summary>
    private const string Holder = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None); c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read(); c.execute('ROLLBACK')";
    private static readonly TimeSpan s_locked = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_work = TimeSpan.FromSeconds(1.5);

    public static Task RunAsync(FaultRun run) => run.OnSitesAsync(1, async (seed, faults) =>
    {
        await using Site site = new(run, seed, new() { Faults = faults });
        run.Verdict.AddFaults();
        // The kind follows from the seed, so that a seed repeats it.
        Task harming = (seed % 4) switch
        {
            0 => LockAsync(site, run),
            1 => HarmAsync(site, run, "pages overwritten", kill: false, OverwritePages),
            2 => HarmAsync(site, run, "log cut", kill: true, CutLog),
            _ => HarmAsync(site, run, "file gone", kill: true, (folder, _) => File.Delete(Path.Combine(folder, "journal.db"))),
        };
        await harming;
    });

    private static async Task LockAsync(Site site, FaultRun run)
    {
        await using (HubProcess hub = await site.StartAsync())
        {
            site.Send();
            await site.GoesOnAsync(Before, "before the lock");
            int refusals = site.Ledger.Refusals;
            if (StartHolder(site) is not { } holder)
            {
                run.Verdict.Skip("python3, which holds the journal's lock, is not installed.");
                return;
            }

            using (holder)
            {
                await holder.StandardOutput.ReadLineAsync();
                await Task.Delay(s_locked, TimeProvider.System);
                if (!await site.IsRefusedAsync(refusals + 1))
                    site.Break("another program held the journal and no message was refused");
                holder.StandardInput.Close();
                await holder.WaitForExitAsync();
            }

            await site.GoesOnAsync(After, "after another program held the journal");
        }

        run.Verdict.Count("locked");
        await site.FinishAsync();
    }

    private static Process? StartHolder(Site site)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", ["-c", Holder, site.Folder.Path("data", "journal.db")]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task HarmAsync(Site site, FaultRun run, string what, bool kill, Action<string, Random> harm)
    {
        string data = site.Folder.Path("data");
        await using (HubProcess hub = await site.StartAsync())
        {
            site.Send();
            await site.GoesOnAsync(Before, "before the damage");
            if (kill)
                await hub.KillAsync();
            else
                await hub.TerminateAsync();
        }

        run.Verdict.Count(what);
        harm(data, new(site.Seed));
        long before = Size(data);
        try
        {
            await using HubProcess hub = await site.StartAsync();
            run.Verdict.Count("of them ran on");
            await Task.Delay(s_work, TimeProvider.System);
            if (Size(data) < before / 2 || (kill && !await site.HasFirstAsync()))
                site.Break($"{what}: an empty journal took the place of the damaged one");
        }
        catch (HubEndedException exception)
        {
            run.Verdict.Count("of them refused to run");
            if (exception.Exit != Unavailable)
                site.Break($"{what}: the Hub ended with {exception.Exit} instead of {Unavailable}: {exception.Errors}");
            if (Size(data) < before)
                site.Break($"{what}: the Hub refused to run and changed the journal's files");
        }

        site.StopSending();
        site.CheckContent();
    }

    private static long Size(string data) => Directory.EnumerateFiles(data, "journal.db*")
        .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
        .Sum(file => new FileInfo(file).Length);

    /// <summary>Not the first page: without it the file is no database, which is simple to see.</summary>
    private static void OverwritePages(string data, Random random)
    {
        using FileStream file = File.OpenWrite(Path.Combine(data, "journal.db"));
        byte[] garbage = new byte[PageBytes];
        for (int i = 0; i < PagesHarmed; i++)
        {
            random.NextBytes(garbage);
            file.Position = (1 + random.NextInt64((file.Length / PageBytes) - 1)) * PageBytes;
            file.Write(garbage);
        }
    }

    private static void CutLog(string data, Random random)
    {
        using FileStream file = File.OpenWrite(Path.Combine(data, "journal.db-wal"));
        // The second half: the messages of the first have to be there still.
        file.SetLength((file.Length / 2) + random.NextInt64(file.Length / 2));
    }
}

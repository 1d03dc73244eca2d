using System.Diagnostics;
using Hub.Faults.Checks;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>strace watches a Hub that works well: no AA may go into a socket before a sync that covers its message has ended.</summary>
internal static class OrderScenario
{
    /// <summary>Enough to see a whole page of the journal.</summary>
    private const string LongestText = "5000";

    public static async Task RunAsync(FaultRun run)
    {
        run.Verdict.Skipped = await FindObstacleAsync();
        if (run.Verdict.Skipped is not null)
            return;
        await using Site site = new(run, run.Seed, new() { Faults = run.Count, PauseMilliseconds = 0 });
        string pipe = site.Folder.Path("trace");
        await RunAsync("mkfifo", pipe);
        SyncTrace trace = new();
        Task reading = Task.Factory.StartNew(() => Read(pipe, trace), TaskCreationOptions.LongRunning);
        await using (HubProcess hub = await site.StartAsync(Around(pipe, site, run.Breaks)))
        {
            site.Send();
            await site.GoesOnAsync(run.Count, "under strace");
            site.StopSending();
            await site.DrainAsync(hub);
        }

        await reading;
        await site.CheckAsync();
        run.Verdict.Break("an acknowledgment went out before its message was synced", trace.Violations);
        if (trace.Answers < run.Count)
            run.Verdict.Break($"strace saw {trace.Answers} acknowledgments of {run.Count}");
        run.Verdict.Faults = trace.Answers;
        run.Verdict.Count("told by content", trace.ByContent);
        run.Verdict.Count("syncs", trace.Syncs);
    }

    private static HubSurroundings Around(string pipe, Site site, BreakKind breaks)
    {
        HubSurroundings around = breaks == BreakKind.Lie ? new Shim(site, breaks).Around(site.Seed) : HubSurroundings.None;
        return around with
        {
            Wrapper = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-y", "-s", LongestText, "-e", "signal=none", "-e", "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,recvfrom,recvmsg", "-o", pipe],
        };
    }

    private static void Read(string pipe, SyncTrace trace)
    {
        using StreamReader reader = new(pipe, System.Text.Encoding.Latin1);
        while (reader.ReadLine() is { } line)
            trace.Read(line);
    }

    private static async Task<string?> FindObstacleAsync()
    {
        try
        {
            return await RunAsync("strace", "-f", "-o", "/dev/null", "true") == 0 ? null : "strace may not watch processes here.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed.";
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

using System.Diagnostics;
using Hub.Faults.Checks;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>
/// strace watches two Hubs that work well: no AA may go into a socket before a sync that covers its message has ended. The log of the one says
/// which message stands on which page; the other's is encrypted, as it is by default.
/// </summary>
internal static class OrderScenario
{
    /// <summary>Enough to see a whole page of the journal.</summary>
    private const string LongestText = "5000";

    private static readonly string[] s_strace = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-y"];

    public static async Task RunAsync(FaultRun run)
    {
        if (await FindObstacleAsync() is { } obstacle)
        {
            run.Verdict.Skip(obstacle);
            return;
        }

        await Task.WhenAll(
            run.OnSiteAsync(() => WatchAsync(run, encrypts: true, run.Count - (run.Count / 2))),
            run.OnSiteAsync(() => WatchAsync(run, encrypts: false, run.Count / 2)));
    }

    private static async Task WatchAsync(FaultRun run, bool encrypts, int count)
    {
        await using Site site = new(run, run.Seed + (encrypts ? 0 : 1), new() { Faults = run.Count, PauseMilliseconds = 0 });
        string pipe = site.Folder.Path("trace");
        await RunAsync("mkfifo", pipe);
        SyncTrace trace = new();
        Task reading = Task.Factory.StartNew(() => Read(pipe, trace), TaskCreationOptions.LongRunning);
        await using (HubProcess hub = await site.StartAsync(Around(pipe, site, run.Breaks, encrypts)))
        {
            site.Send();
            await site.GoesOnAsync(count, "under strace");
            site.StopSending();
            await site.DrainAsync(hub);
        }

        await reading;
        await site.CheckAsync();
        run.Verdict.Break("an acknowledgment went out before its message was synced", trace.Violations);
        if (trace.Answers < count)
            run.Verdict.Break($"strace saw {trace.Answers} acknowledgments of {count}");
        if (!encrypts && trace.ByContent < count)
            run.Verdict.Break($"only {trace.ByContent} of {count} messages were found in the log of a journal that is not encrypted");
        if (encrypts && trace.ByContent > 0)
            run.Verdict.Break($"{trace.ByContent} messages can be read in the log of a journal that is encrypted");
        run.Verdict.AddFaults(trace.Answers);
        run.Verdict.Count("told by content", trace.ByContent);
        run.Verdict.Count("syncs", trace.Syncs);
    }

    private static HubSurroundings Around(string pipe, Site site, BreakKind breaks, bool encrypts)
    {
        HubSurroundings around = breaks == BreakKind.Lie ? new Shim(site, breaks).Around(site.Seed) : HubSurroundings.None;
        return around with
        {
            Environment = new Dictionary<string, string>(around.Environment) { ["HUB_ENCRYPTION"] = encrypts ? "on" : "off" },
            Wrapper = [.. s_strace, "-s", LongestText, "-e", "signal=none", "-e", "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,recvfrom,recvmsg", "-o", pipe],
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
            return await RunAsync(s_strace[0], [.. s_strace[1..], "-e", "trace=fsync", "-o", "/dev/null", "true"]) == 0 ? null : "strace may not watch processes here.";
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

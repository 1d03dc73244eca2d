using System.Diagnostics;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>The data folder is a small disk of its own; something else fills it under load and lets go of it again. The Hub has to refuse meanwhile and to go on afterwards, by itself.</summary>
internal static class FullScenario
{
    private const string DiskSize = "64m";
    private const int Before = 100;
    private const int Refusals = 50;
    private const int After = 200;

    public static Task RunAsync(FaultRun run) => run.OnSitesAsync(5, async (seed, times) =>
    {
        await using Site site = new(run, seed, new() { Faults = times });
        string data = site.Folder.Path("data");
        if (await MountAsync("mount", "-t", "tmpfs", "-o", $"size={DiskSize},mode=0700", "none", data) is { } obstacle)
        {
            run.Verdict.Skip($"A disk of its own cannot be mounted: {obstacle} Run it as root, where mounting is allowed.");
            return;
        }

        try
        {
            await FillAsync(site, run, times);
            await site.CheckAsync();
        }
        finally
        {
            await MountAsync("umount", data);
        }
    });

    private static async Task FillAsync(Site site, FaultRun run, int times)
    {
        string ballast = site.Folder.Path("data", "ballast");
        await using HubProcess hub = await site.StartAsync();
        site.Send();
        for (int i = 0; i < times; i++)
        {
            await site.GoesOnAsync(Before, "before the disk was full");
            Fill(ballast);
            if (!await site.IsRefusedAsync(site.Ledger.Refusals + Refusals))
                site.Break($"the disk is full and not even {Refusals} messages were refused");
            File.Delete(ballast);
            await site.GoesOnAsync(After, "after the disk was freed");
            run.Verdict.AddFaults();
        }

        site.StopSending();
        await site.DrainAsync(hub);
    }

    /// <summary>Takes all the room there is, as a runaway program would.</summary>
    private static void Fill(string path)
    {
        byte[] block = new byte[64 * 1024];
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<string?> MountAsync(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return "this is not Linux.";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : errors.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{program} is not installed.";
        }
    }
}

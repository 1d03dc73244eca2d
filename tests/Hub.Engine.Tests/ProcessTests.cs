using System.Diagnostics;
using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Starting and running as an operator meets it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Run_tells_each_channel_with_its_address_and_problems_on_standard_error()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("good", receiver.Port));
        folder.Write("channels/bad.json", """{ "id": "bad", "source": { "type": "mllp", "lisen": "127.0.0.1:0" }, "destinations": [] }""");

        await using HubProcess hub = await HubProcess.StartAsync(folder);

        Assert.Contains(hub.Lines, line => line.StartsWith("good ", StringComparison.Ordinal) && line.Contains(" Running ", StringComparison.Ordinal) && line.Contains("127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(hub.Lines, line => line.StartsWith("bad ", StringComparison.Ordinal) && line.Contains("Refused", StringComparison.Ordinal));
        Assert.Contains("bad.json(1): HUB", hub.Errors, StringComparison.Ordinal);
        Assert.Contains("\"listen\"", hub.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_Hub_on_the_same_journal_is_refused_with_what_to_do()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 2576));
        await using HubProcess first = await HubProcess.StartAsync(folder);

        CommandResult second = await HubProcess.RunAsync("run", "--channels", folder.Path("channels"), "--data", folder.Path("data"), "--urls", "http://127.0.0.1:0");

        Assert.Equal(3, second.Exit);
        Assert.Contains("Another Hub", second.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Hub ready", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_folder_that_cannot_be_made_is_told()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 2576));
        string inTheWay = folder.Write("file", "");

        CommandResult result = await HubProcess.RunAsync("run", "--channels", folder.Path("channels"), "--data", Path.Combine(inTheWay, "data"), "--urls", "http://127.0.0.1:0");

        Assert.Equal(3, result.Exit);
        Assert.Contains(Path.Combine(inTheWay, "data"), result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_disk_is_answered_AR_207_and_goes_on_when_there_is_room()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        using Mount mount = Mount.SmallDisk(folder.Path("data"), "24m");
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("before"))).Code);

        Fill(folder.Path("data", "filler"));
        TestAnswer answer;
        int sent = 0;
        do
            answer = await sender.SendAsync(Samples.Adt($"{sent++}") + new string('x', 50_000) + "\r");
        while (answer.Code == "AA");
        Assert.Equal("AR", answer.Code);
        Assert.Contains("|207^", answer.Segment("ERR"), StringComparison.Ordinal);

        File.Delete(folder.Path("data", "filler"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("after"))).Code);
        byte[] message;
        do
            message = await receiver.NextAsync();
        while (!Encoding.UTF8.GetString(message).Contains("|after|", StringComparison.Ordinal));
        await hub.TerminateAsync();
    }

    private static void Fill(string path)
    {
        using FileStream file = File.Create(path);
        byte[] block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    /// <summary>A small file system of its own, for tests that fill it.</summary>
    private sealed class Mount(string path) : IDisposable
    {
        public static Mount SmallDisk(string path, string size)
        {
            Directory.CreateDirectory(path);
            using Process mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={size}", "hub-test", path]) { RedirectStandardError = true })!;
            mount.WaitForExit();
            Skip.If(mount.ExitCode != 0, "a file system of its own can be mounted by root alone");
            return new(path);
        }

        public void Dispose()
        {
            using Process unmount = Process.Start("umount", ["-l", path]);
            unmount.WaitForExit();
        }
    }
}

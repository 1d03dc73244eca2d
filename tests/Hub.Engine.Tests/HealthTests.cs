using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What the admin address says of the health of a running Hub.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Ready_names_the_part_that_is_not_ready()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        Assert.Equal((HttpStatusCode.OK, true, null), await ReadyAsync(hub));
        hub.Journal.Trouble = "The disk is full. Make room.";
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false, "journal: The disk is full. Make room."), await ReadyAsync(hub));
        hub.Journal.Trouble = null;
        Assert.Equal((HttpStatusCode.OK, true, null), await ReadyAsync(hub));
    }

    [SkippableFact]
    public async Task With_a_full_disk_the_Hub_is_not_ready_until_there_is_room_again()
    {
        using TestFolder folder = new();
        string data = folder.Path("data");
        Directory.CreateDirectory(data);
        Skip.IfNot(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", data), "Only root can mount a small disk.");
        try
        {
            await using MllpReceiver receiver = new();
            // Time stands: the look of each minute at the room of the disk would tell of it too, and until the next one.
            HubHost hub = await HubHost.StartAsync(folder, new ManualTime(), NullLoggerFactory.Instance, Samples.PassThrough("adt", receiver.Port));
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            string filler = Path.Combine(data, "filler");
            Fill(filler);
            while ((await sender.SendAsync(Samples.Adt($"{Guid.NewGuid():N}"[..20]) + $"NTE|1||{new string('x', 100_000)}\r")).Code == "AA")
            {
                // What the file of the journal has left.
            }

            (HttpStatusCode status, bool isReady, string? reason) = await ReadyAsync(hub);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (status, isReady));
            Assert.StartsWith("journal: ", reason, StringComparison.Ordinal);
            File.Delete(filler);
            Assert.Equal((HttpStatusCode.OK, true, null), await ReadyAsync(hub));
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("last"))).Code);
            await hub.StopAsync();
        }
        finally
        {
            Run("umount", "-l", data);
        }
    }

    private static async Task<(HttpStatusCode Status, bool IsReady, string? Reason)> ReadyAsync(HubHost hub)
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync(new Uri($"{hub.AdminUrl}/health/ready"));
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        JsonElement[] wrong = [.. body.RootElement.GetProperty("parts").EnumerateArray().Where(part => !part.GetProperty("ready").GetBoolean())];
        return (response.StatusCode, body.RootElement.GetProperty("ready").GetBoolean(), wrong.Length == 0 ? null : $"{wrong[0].GetProperty("part").GetString()}: {wrong[0].GetProperty("reason").GetString()}");
    }

    private static void Fill(string file)
    {
        using FileStream stream = new(file, FileMode.CreateNew);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

using System.Diagnostics;
using System.Net;
using System.Text;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tests;

/// <summary>What the Hub does while the disk of its journal gets full.</summary>
public sealed class DiskGuardTests : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private DiskSpace? _space = new(999 * Mebibyte, 10_000 * Mebibyte);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_warns_then_refuses_and_takes_it_back_when_there_is_clearly_more_room()
    {
        using RecordedLog log = new();
        using DiskGuard guard = new(OwnHub.Options(_folder), _ => _space, _time, new Logger<DiskGuard>(log));
        guard.Start();
        Assert.Contains("999 MiB of 9.8 GiB left", guard.Warning!, StringComparison.Ordinal);
        Assert.Null(guard.Refusal);
        await log.NextAsync(5080);

        // By default a fiftieth of the disk.
        Assert.Null(After(201));
        Assert.NotNull(After(199));
        Assert.Contains("less than 200 MiB", await log.NextAsync(5082), StringComparison.Ordinal);
        Assert.StartsWith($"The disk of {OwnHub.Options(_folder).Data} is nearly full: it has 199 MiB left, less than 200 MiB", guard.Trouble!, StringComparison.Ordinal);
        Assert.Contains("Make room there", guard.Trouble!, StringComparison.Ordinal);
        Assert.NotNull(After(210));
        Assert.Null(After(230));
        await log.NextAsync(5083);
        Assert.Null(guard.Trouble);
        Assert.NotNull(guard.Warning);
        After(1_200);
        Assert.Null(guard.Warning);
        await log.NextAsync(5081);

        string? After(long free)
        {
            _space = new(free * Mebibyte, 10_000 * Mebibyte);
            _time.Advance(TimeSpan.FromSeconds(5));
            return guard.Refusal;
        }
    }

    [Fact]
    public async Task A_large_disk_is_watched_by_sizes_and_one_that_tells_nothing_stops_nobody()
    {
        using RecordedLog log = new();
        using DiskGuard guard = new(OwnHub.Options(_folder), _ => _space, _time, new Logger<DiskGuard>(log));
        _space = new(3_000 * Mebibyte, 1_000_000 * Mebibyte);
        guard.Look();
        Assert.Null(guard.Warning);
        _space = new(257 * Mebibyte, 1_000_000 * Mebibyte);
        guard.Look();
        Assert.Null(guard.Refusal);
        _space = new(255 * Mebibyte, 1_000_000 * Mebibyte);
        guard.Look();
        Assert.NotNull(guard.Refusal);

        _space = null;
        using DiskGuard blind = new(OwnHub.Options(_folder), _ => _space, _time, new Logger<DiskGuard>(log));
        blind.Look();
        Assert.Null(blind.Refusal);
        await log.NextAsync(5084);
        _space = new(3_000 * Mebibyte, 1_000_000 * Mebibyte);
        blind.Look();
        await log.NextAsync(5085);
    }

    [Fact]
    public void The_platform_tells_the_room_of_a_folder()
    {
        DiskSpace space = DiskSpace.Of(_folder.Root)!.Value;
        Assert.InRange(space.Free, 1, space.Total);
    }

    [SkippableFact]
    public async Task A04_a_disk_that_gets_full_is_told_to_senders_before_it_is_and_what_was_taken_is_delivered()
    {
        string data = Directory.CreateDirectory(_folder.Path("data")).FullName;
        Skip.If(!await MountAsync("mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "none", data), "A disk of its own cannot be mounted here; it takes root on Linux.");
        try
        {
            await RunOnSmallDiskAsync(data);
        }
        finally
        {
            await MountAsync("umount", data);
        }
    }

    // A limit that no disk has stands for a full one.
    [Theory]
    [InlineData("ACK^A01^ACK", "", "", "MSA|AA|q\r")]
    [InlineData("RSP^K21^RSP_K21", "", "", "MSA|AA|q\rQAK|1|OK\r")]
    [InlineData("ADT^A01^ADT_A01", "NE", "NE", "PID|1\r")]
    public async Task A13_A09_what_is_not_answered_is_not_told_either_that_the_disk_is_full(string type, string accept, string application, string body)
    {
        _folder.WriteChannel("""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ { "id": "log", "type": "log" } ] }
            """);
        _folder.WriteChannel("""
            { "id": "text", "source": { "type": "tcp", "listen": "127.0.0.1:0", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" }, "answer": "text" }, "destinations": [ { "id": "log", "type": "log" } ] }
            """);
        _folder.WriteChannel("""
            { "id": "web", "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/web" }, "destinations": [ { "id": "log", "type": "log" } ] }
            """);
        await using OwnHub hub = await OwnHub.StartAsync(_folder, null, options => options with { DiskRefuseBytes = long.MaxValue / 4 });
        string message = Exchanges.Message("full", accept, application, type: type, body: body);
        using MllpSender asked = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AR", (await asked.SendAsync(Samples.Adt("asked"))).Code);
        await asked.PostAsync(Samples.Bytes(message));
        // Closing is the one way to tell that it was not stored.
        Assert.Null(await asked.AnswerAsync());
        using RawPeer plain = await RawPeer.ConnectAsync(hub.Port("text"));
        await plain.SendAsync($"\u0002{message}\u0003");
        plain.EndSending();
        // A text knows no enhanced mode, only that an answer is none of its business.
        Assert.Equal(accept.Length > 0, (await plain.DrainAsync()).Length > 0);
        using HttpClient client = new();
        using HttpResponseMessage http = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("web")}/web"), Hl7(message));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (http.StatusCode, await http.Content.ReadAsStringAsync()));
        Assert.Empty(hub.Journal.Find(new()));
    }

    [Theory]
    [InlineData("", "", "nak", "MSA|AR|full")]
    [InlineData("AL", "AL", "nak", "MSA|CE|full")]
    [InlineData("NE", "AL", "nak", "MSA|AR|full")]
    [InlineData("", "", "close", null)]
    [InlineData("AL", "NE", "close", null)]
    [InlineData("AL", "AL", "close", null)]
    [InlineData("NE", "AL", "close", null)]
    public async Task A06_what_cannot_be_stored_is_refused_or_met_with_silence_as_the_channel_says(string accept, string application, string onStoreFailure, string? answer)
    {
        _folder.WriteChannel($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", "onStoreFailure": "{{onStoreFailure}}" }, "destinations": [ { "id": "log", "type": "log" } ] }
            """);
        await using OwnHub hub = await OwnHub.StartAsync(_folder, null, options => options with { DiskRefuseBytes = long.MaxValue / 4 });
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(Exchanges.Message("full", accept, application)));
        string? told = (await sender.AnswerAsync())?.Text;
        if (answer is null)
            Assert.Null(told);
        else
            Assert.Contains(answer, told, StringComparison.Ordinal);
        Assert.Empty(hub.Journal.Find(new()));
    }

    private async Task RunOnSmallDiskAsync(string data)
    {
        await using MllpReceiver receiver = new();
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        _folder.WriteChannel("""
            { "id": "web", "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/web" }, "destinations": [ { "id": "log", "type": "log" } ] }
            """);
        await using OwnHub hub = await OwnHub.StartAsync(_folder, null, options => options with { DiskRefuseBytes = 24 * Mebibyte });
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using HttpClient client = new();

        using WriteHold hold = hub.Journal.HoldWrites();
        Task<TestAnswer> before = sender.SendAsync(Samples.Adt("before"));
        await hold.Reached;
        string ballast = Path.Combine(data, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[44 * Mebibyte]);
        hub.Server.Disk.Look();
        hold.Release();
        Assert.Contains("MSA|AA|before", (await before).Text, StringComparison.Ordinal);
        Assert.Contains("before", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
        await hub.UntilAsync(journal => journal.Find(new() { Delivery = DeliveryState.Sent }).Count == 1);

        string refused = (await sender.SendAsync(Samples.Adt("refused"))).Text;
        Assert.Contains("MSA|AR|refused", refused, StringComparison.Ordinal);
        Assert.Contains("207", refused, StringComparison.Ordinal);
        using HttpResponseMessage http = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("web")}/web"), Hl7(Samples.Adt("web")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (http.StatusCode, http.Headers.RetryAfter?.ToString()));
        using HttpResponseMessage ready = await client.GetAsync(new Uri(hub.Server.AdminUrl + "/health/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        string told = await ready.Content.ReadAsStringAsync();
        Assert.Contains("nearly full", told, StringComparison.Ordinal);
        Assert.DoesNotContain("send it again", told, StringComparison.Ordinal);
        Assert.Single(hub.Journal.Find(new()));

        File.Delete(ballast);
        hub.Server.Disk.Look();
        Assert.Contains("MSA|AA|again", (await sender.SendAsync(Samples.Adt("again"))).Text, StringComparison.Ordinal);
    }

    private static StringContent Hl7(string message)
    {
        StringContent content = new(message);
        content.Headers.ContentType = new("x-application/hl7-v2+er7");
        return content;
    }

    private static async Task<bool> MountAsync(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}

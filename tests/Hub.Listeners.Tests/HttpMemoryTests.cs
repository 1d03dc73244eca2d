using Hub.Contracts;
using Hub.Listeners.Http;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Listeners.Tests;

/// <summary>Alone, since they count what the whole process allocates.</summary>
[CollectionDefinition(nameof(HttpMemoryTests), DisableParallelization = true)]
public sealed class HttpMemoryTestsAlone;

/// <summary>What large bodies cost, all allocations of transport, server and listener together; of a body without a length, at most half of it is alive at once.</summary>
[Collection(nameof(HttpMemoryTests))]
public sealed class HttpMemoryTests
{
    private const int Size = 64 * 1024 * 1024;

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    public async Task A_large_body_is_not_copied_again_and_again(bool chunked, int most)
    {
        RecordingIntake intake = new() { Answer = _ => Task.FromResult(Receipt.Accepted) };
        ListenerHost host = new("large", intake, TimeProvider.System, () => "ID", NullLoggerFactory.Instance);
        await using IListener listener = new ComponentCatalog().AddListeners().CreateListener(new HttpListenerConfig { Type = "http", Listen = "127.0.0.1:0" }, host);
        int port = (await listener.StartAsync(CancellationToken.None)).Port;
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        byte[] part = new byte[64 * 1024];
        Array.Fill(part, (byte)'x');
        byte[] chunk = [.. "10000\r\n"u8, .. part, .. "\r\n"u8];

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await peer.SendAsync(chunked ? "POST / HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n" : $"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: {Size}\r\n\r\n");
        for (int sent = 0; sent < Size; sent += part.Length)
            await peer.SendAsync(chunked ? chunk : part);
        if (chunked)
            await peer.SendAsync("0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await peer.ReadToAsync("\r\n"), StringComparison.Ordinal);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(Size, intake.Messages.Single().Content.Length);
        Assert.InRange(allocated, Size, (long)Size * most);
        await listener.StopAsync(CancellationToken.None);
    }
}

using System.Net;
using Hub.Contracts;
using Hub.Listeners.Connections;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Http;

/// <summary>Receives messages over HTTP for one channel, on a port that it may share.</summary>
internal sealed class HttpListener(HttpListenerConfig config, ListenerHost host, HttpPorts ports, ReadingRoom room) : IListener
{
    private readonly HttpChannel _channel = new(config, host, room, host.Loggers.CreateLogger<HttpChannel>());
    private HttpPort? _port;

    public async Task<IPEndPoint> StartAsync(CancellationToken stopping)
    {
        _port = await ports.OpenAsync(_channel, config, host, stopping);
        return _port.Address!;
    }

    public Task StopAsync(CancellationToken deadline) =>
        Interlocked.Exchange(ref _port, null) is { } port ? ports.CloseAsync(port, _channel, deadline) : Task.CompletedTask;

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));
}

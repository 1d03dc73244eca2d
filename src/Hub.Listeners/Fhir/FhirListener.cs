using System.Net;
using Hub.Contracts;
using Hub.Listeners.Connections;
using Hub.Listeners.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Fhir;

/// <summary>Receives FHIR resources for one channel, on a port of HTTP that it may share.</summary>
internal sealed class FhirListener(FhirListenerConfig config, ListenerHost host, HttpPorts ports, ReadingRoom room) : IListener
{
    private readonly HttpChannel _channel = new(config.Http(), host, room, host.Loggers.CreateLogger<HttpChannel>(), new FhirDialect(config, host.Clock));
    private HttpPort? _port;

    public async Task<IPEndPoint> StartAsync(CancellationToken stopping)
    {
        _port = await ports.OpenAsync(_channel, config.Http(), host, stopping);
        return _port.Address!;
    }

    public Task StopAsync(CancellationToken deadline) =>
        Interlocked.Exchange(ref _port, null) is { } port ? ports.CloseAsync(port, _channel, deadline) : Task.CompletedTask;

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));
}

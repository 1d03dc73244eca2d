using Hub.Contracts;
using Hub.Listeners.Channels;
using Hub.Listeners.Connections;
using Hub.Listeners.Fhir;
using Hub.Listeners.Http;
using Hub.Listeners.Mllp;
using Hub.Listeners.Tcp;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners;

/// <summary>All listeners, one line each.</summary>
public static class ListenerCatalog
{
    /// <summary>Adds them to a catalog.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <returns>The catalog.</returns>
    public static ComponentCatalog AddListeners(this ComponentCatalog catalog)
    {
        HttpPorts ports = new();
        return catalog
            .Listener<MllpListenerConfig>("mllp", (config, host) => new StreamListener(config, new MllpProtocol(config, host), host, host.Loggers.CreateLogger<MllpProtocol>()))
            .Listener<TcpListenerConfig>("tcp", (config, host) => new StreamListener(config, new TcpProtocol(config, host), host, host.Loggers.CreateLogger<TcpProtocol>()))
            .Listener<HttpListenerConfig>("http", (config, host) => new HttpListener(config, host, ports))
            .Listener<FhirListenerConfig>("fhir", (config, host) => new FhirListener(config, host, ports))
            .Listener<ChannelListenerConfig>("channel", (_, _) => new ChannelListener());
    }
}

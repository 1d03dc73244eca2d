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
    /// <summary>How much memory messages may take while they are read, where nothing else is said: an eighth of what the process may use, and room for one of 64 MiB at least.</summary>
    public static long DefaultReadingBytes => Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 64L * 1024 * 1024);

    /// <summary>Adds them to a catalog.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="readingBytes">How many bytes the messages that are still being read may hold together, on all of these listeners, beyond the first 64 KiB of each. Default: <see cref="DefaultReadingBytes"/>.</param>
    /// <returns>The catalog.</returns>
    public static ComponentCatalog AddListeners(this ComponentCatalog catalog, long? readingBytes = null)
    {
        HttpPorts ports = new();
        ReadingRoom room = new(readingBytes ?? DefaultReadingBytes);
        return catalog
            .Listener<MllpListenerConfig>("mllp", (config, host) => new StreamListener(config, new MllpProtocol(config, host), host, room, host.Loggers.CreateLogger<MllpProtocol>()))
            .Listener<TcpListenerConfig>("tcp", (config, host) => new StreamListener(config, new TcpProtocol(config, host), host, room, host.Loggers.CreateLogger<TcpProtocol>()))
            .Listener<HttpListenerConfig>("http", (config, host) => new HttpListener(config, host, ports, room))
            .Listener<FhirListenerConfig>("fhir", (config, host) => new FhirListener(config, host, ports, room))
            .Listener<ChannelListenerConfig>("channel", (_, _) => new ChannelListener());
    }
}

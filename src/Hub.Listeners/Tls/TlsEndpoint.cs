using System.Net.Security;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Listeners.Tls;

/// <summary>TLS for any listener on Kestrel.</summary>
internal static class TlsEndpoint
{
    /// <summary>Makes a port TLS when the channel file says so. To be called before the listener's own <c>Use</c>, or before HTTP takes the port.</summary>
    /// <param name="endpoint">The port.</param>
    /// <param name="tls">The listener's <c>tls</c>; null leaves the port as it is.</param>
    /// <param name="host">What the listener may use.</param>
    /// <param name="protocols">The protocols to offer by ALPN, the best first: <c>h2</c>, <c>http/1.1</c>. Default none.</param>
    /// <returns>The port.</returns>
    /// <exception cref="IOException">A file that <paramref name="tls"/> names cannot be used; the text says which, why, and what to do.</exception>
    public static ListenOptions UseTls(this ListenOptions endpoint, TlsServerConfig? tls, ListenerHost host, params SslApplicationProtocol[] protocols) =>
        endpoint.UseTls(tls, host, () => [host.Channel], protocols);

    /// <summary>Makes a port TLS that channels share, as <see cref="UseTls(ListenOptions, TlsServerConfig?, ListenerHost, SslApplicationProtocol[])"/> does.</summary>
    /// <param name="endpoint">The port.</param>
    /// <param name="tls">The listener's <c>tls</c>; null leaves the port as it is.</param>
    /// <param name="host">What the first of the listeners may use.</param>
    /// <param name="channels">The channels that have the port now: a handshake that fails is told of each.</param>
    /// <param name="protocols">The protocols to offer by ALPN, the best first.</param>
    /// <returns>The port.</returns>
    public static ListenOptions UseTls(this ListenOptions endpoint, TlsServerConfig? tls, ListenerHost host, Func<IEnumerable<string>> channels, params SslApplicationProtocol[] protocols)
    {
        if (tls is null)
            return endpoint;
        // Asked once before the port opens, so that files that cannot be used are told at the start.
        host.Certificates.ForServer(tls, new());
        TlsGate gate = new(tls, host, channels, protocols);
        endpoint.Use(next => context => gate.ServeAsync(context, next));
        return endpoint;
    }
}

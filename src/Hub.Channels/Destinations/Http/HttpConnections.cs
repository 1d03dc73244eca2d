using System.Net;
using System.Net.Security;
using System.Text;
using Hub.Channels.Destinations.Connections;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Http;

// Without a proxy the Hub opens connections itself, with the certificates of that moment (T05). Through a proxy the platform
// makes TLS inside the proxy's tunnel and keeps its options, so the client is made anew every few minutes.

/// <summary>The one connection of a destination, as HTTP keeps it.</summary>
internal sealed class HttpConnections(HttpDestinationConfig config, Uri address, DestinationHost host) : IDisposable
{
    // A name that leads to another machine, and changed certificates behind a proxy, are followed within minutes.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    private readonly bool _isSecure = address.Scheme == Uri.UriSchemeHttps;
    private HttpMessageInvoker? _client;
    private TlsPeer _peer = new();
    private long _madeAt;
    private volatile bool _isConnected;

    /// <summary>Whether the connection that was begun last was made. Where it was not, nothing of a request was sent.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>What requests are sent with.</summary>
    /// <exception cref="ExchangeException">A file that <c>tls</c> names cannot be used.</exception>
    public HttpMessageInvoker Client()
    {
        if (_client is not null && config.Proxy is not null && _isSecure && host.Clock.GetElapsedTime(_madeAt) > s_lifetime)
            Dispose();
        if (_client is not null)
            return _client;
        _madeAt = host.Clock.GetTimestamp();
        return _client = new(HandlerOf());
    }

    /// <summary>Why the certificate of a receiver behind the proxy was refused, and what to do; null when it was not. It is told once: the next request begins with the certificates of that moment.</summary>
    public string? TakeRefusal()
    {
        string? refusal = _peer.Refusal;
        if (refusal is not null)
            Dispose();
        return refusal;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    private SocketsHttpHandler HandlerOf()
    {
        SslClientAuthenticationOptions? tls = config.Proxy is not null && _isSecure ? TlsBehindProxy() : null;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            // S01: an instance is one connection.
            MaxConnectionsPerServer = 1,
            ConnectTimeout = Timeout.InfiniteTimeSpan, // The connector's holds.
            PooledConnectionLifetime = s_lifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // What is not read of a body is not waited for: the connection is closed.
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            UseProxy = config.Proxy is not null,
            ConnectCallback = ConnectAsync,
        };
        if (config.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy.Endpoint) { Credentials = proxy.User is null ? null : new NetworkCredential(proxy.User, proxy.Password) };
        if (tls is not null)
            handler.SslOptions = tls;
        return handler;
    }

    private SslClientAuthenticationOptions TlsBehindProxy()
    {
        _peer = new();
        try
        {
            return host.Certificates.ForClient(config.Tls ?? new(), address.Host, _peer);
        }
        catch (IOException exception)
        {
            throw new ExchangeException(exception.Message, exception);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stopping)
    {
        TlsClientConfig? tls = _isSecure && config.Proxy is null ? config.Tls ?? new() : null;
        Connector connector = new(tls, TimeSpan.FromSeconds(config.ConnectTimeoutSeconds), host);
        List<SslApplicationProtocol> protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        _isConnected = false;
        Stream made = (await connector.OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, protocols, stopping)).Stream;
        _isConnected = true;
        return made;
    }
}

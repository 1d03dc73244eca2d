using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Hub.Contracts;
using Hub.Listeners.Connections;
using Hub.Listeners.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Http;

/// <summary>One port for HTTP and the channels that share it, each with its path. Channels come and go; the port and its connections stay while one is left.</summary>
internal sealed partial class HttpPort : IHttpApplication<HttpContext>, IDisposable
{
    private const int MostConnections = 2_000;
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, HttpChannel> _channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _left = new(StringComparer.Ordinal);
    private readonly HttpListenerConfig _config;
    private readonly ListenerHost _host;
    private readonly ILogger _log;
    private readonly Port _port;

    /// <summary>Makes a port, not bound yet.</summary>
    /// <param name="config">The source of the first channel: the address and its TLS.</param>
    /// <param name="host">What that one may use.</param>
    public HttpPort(HttpListenerConfig config, ListenerHost host)
    {
        _config = config;
        _host = host;
        _log = host.Loggers.CreateLogger<HttpPort>();
        _port = new(config.Listen, Options(), Configure);
    }

    /// <summary>The answer of a channel that is stopping or being changed: the message was not taken, and soon it can be.</summary>
    public static HttpReply Leaving { get; } =
        HttpReply.Refuse(StatusCodes.Status503ServiceUnavailable, "The channel is being stopped or changed, and nothing was taken. Send again.") with { RetryAfter = 5, Closes = true };

    /// <summary>Where it is bound.</summary>
    public IPEndPoint? Address { get; private set; }

    /// <summary>Whether no channel is left.</summary>
    public bool IsEmpty => _channels.IsEmpty;

    /// <summary>Binds the address.</summary>
    /// <exception cref="IOException">It cannot be bound.</exception>
    public async Task BindAsync(CancellationToken stopping) => Address = await _port.BindAsync(this, stopping);

    /// <summary>Unbinds at once and waits for the connections.</summary>
    public Task UnbindAsync(CancellationToken deadline) => _port.UnbindAsync(deadline);

    /// <summary>Adds a channel.</summary>
    /// <exception cref="IOException">Its path is taken, its TLS is another one, or a file that this names cannot be used.</exception>
    public void Add(HttpChannel channel)
    {
        if (!channel.Config.HasTlsOf(_config))
            throw new IOException($"another channel has another \"tls\" on {_config.Listen}, and a port has one. Write the same in both channels, or give one of them another port.");
        // Asked so that the certificates are known as those of this channel too.
        if (channel.Config.Tls is { } tls)
            channel.Certificates.ForServer(tls, new());
        HttpChannel there = _channels.GetOrAdd(channel.Path, channel);
        if (there != channel)
            throw new IOException($"channel {there.Id} takes the messages of path \"{channel.Path}\" on {_config.Listen} already. Give one of the two another path or port.");
        _left.TryRemove(channel.Path, out _);
    }

    /// <summary>Removes a channel. For a minute its senders are told to try again: most often a new version of it follows.</summary>
    public void Remove(HttpChannel channel)
    {
        _left[channel.Path] = _host.Clock.GetTimestamp();
        _channels.TryRemove(new(channel.Path, channel));
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Kestrel owns what the context is made of.
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        // RFC 9110 §9.3.7: OPTIONS * asks whether the server answers, and nothing more. Nobody learns by it what is here.
        if (path.Length == 0 && HttpMethods.IsOptions(context.Request.Method))
            return new HttpReply(StatusCodes.Status204NoContent, null, []).SendAsync(context);
        if (FindChannel(path) is { } channel)
            return channel.ServeAsync(context);
        bool isLeaving = _left.Any(left => IsAtOrBelow(path, left.Key) && _host.Clock.GetElapsedTime(left.Value) < s_remembered);
        HttpReply refusal = isLeaving ? Leaving : HttpReply.Refuse(StatusCodes.Status404NotFound, "No channel takes messages at this path.") with { Closes = true };
        Log.NoChannel(_log, _config.Listen, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}", refusal.Status);
        return refusal.SendAsync(context);
    }

    public void Dispose() => _port.Dispose();

    // Paths of channels that take what is below them do not lie in one another (HUB1350), so at most one of them is found.
    private HttpChannel? FindChannel(string path)
    {
        if (_channels.TryGetValue(path, out HttpChannel? exact))
            return exact;
        foreach ((string at, HttpChannel channel) in _channels)
        {
            if (channel.TakesBelow && IsAtOrBelow(path, at))
                return channel;
        }

        return null;
    }

    private static bool IsAtOrBelow(string path, string at) =>
        path.StartsWith(at, StringComparison.Ordinal) && (path.Length == at.Length || path[at.Length] == '/');

    // Headers: what partners' gateways and signed tokens need, and no more. F07: at least 256 bytes a second after 10 s.
    private static KestrelServerOptions Options()
    {
        // Alternate schemes: HTTP/2 without TLS is told to Kestrel as if it had it (see Http2PriorKnowledge); nothing here goes by the scheme.
        KestrelServerOptions options = new() { AllowSynchronousIO = false, AllowAlternateSchemes = true };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxRequestHeaderCount = 100;
        options.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        options.Limits.MaxRequestLineSize = 8 * 1024;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        options.Limits.MinRequestBodyDataRate = new(256, TimeSpan.FromSeconds(10));
        options.Limits.MinResponseDataRate = new(256, TimeSpan.FromSeconds(10));
        options.Limits.Http2.MaxStreamsPerConnection = 100;
        // Each channel has its own limit, which is looked at before and while a body is read.
        options.Limits.MaxRequestBodySize = null;
        return options;
    }

    private void Configure(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.UseTls(_config.Tls, _host, () => _channels.Values.Select(channel => channel.Id).Order(StringComparer.Ordinal), SslApplicationProtocol.Http2, SslApplicationProtocol.Http11).UseHttp2PriorKnowledge(_host.Clock);
    }

    private static partial class Log
    {
        [LoggerMessage(2043, LogLevel.Warning, "{Listen}: a request of {Peer} for a path without a channel was refused with status {Status}")]
        public static partial void NoChannel(ILogger log, string listen, string peer, int status);
    }
}

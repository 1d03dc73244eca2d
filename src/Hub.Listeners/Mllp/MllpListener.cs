using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hub.Contracts;
using Hub.Listeners.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hub.Listeners.Mllp;

/// <summary>Receives HL7 v2 over MLLP on one address. Kestrel carries the connections: one server a port, so that ports come and go with their channels.</summary>
internal sealed partial class MllpListener(MllpListenerConfig config, ListenerHost host, ILogger<MllpListener> log) : IListener
{
    private readonly ConcurrentDictionary<MllpConnection, Task> _connections = [];
    private KestrelServer? _server;
    private volatile bool _stopping;

    public async Task<IPEndPoint> StartAsync(CancellationToken stopping)
    {
        MllpListenerConfig.TryReadAddress(config.Listen, out IPEndPoint address);
        KestrelServerOptions options = new() { AddServerHeader = false };
        // The limits of connections are the listener's own; Kestrel's are meant for HTTP.
        options.Listen(address, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.None;
            endpoint.UseTls(config.Tls, host).Use(_ => ServeAsync);
        });
        SocketTransportFactory transport = new(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), NullLoggerFactory.Instance);
        _server = new(Options.Create(options), transport, NullLoggerFactory.Instance);
        try
        {
            await _server.StartAsync(new NoHttp(), stopping);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new IOException(Explain(exception), exception);
        }

        string bound = _server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.Single();
        return new(address.Address, new Uri(bound).Port);
    }

    public async Task StopAsync(CancellationToken deadline)
    {
        _stopping = true;
        await using CancellationTokenRegistration cut = deadline.UnsafeRegister(static listener => ((MllpListener)listener!).Cut(), this);
        // Unbinds at once; then waits for the connections, which end as soon as they have answered what they read.
        Task unbound = _server!.StopAsync(deadline);
        foreach (MllpConnection connection in _connections.Keys)
            connection.Stop();
        await Task.WhenAll(_connections.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await unbound.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ServeAsync(ConnectionContext context)
    {
        if (_stopping || _connections.Count >= config.MaxConnections)
        {
            if (!_stopping)
                Log.TooMany(log, host.Channel, config.MaxConnections);
            context.Abort();
            return;
        }

        if (context.Features.Get<IConnectionSocketFeature>() is { } feature)
            KeepAlive(feature.Socket);
        MllpConnection connection = new(context, config, host, log);
        Task running = connection.RunAsync();
        _connections[connection] = running;
        try
        {
            if (_stopping)
                connection.Stop();
            await running;
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private void Cut()
    {
        foreach (MllpConnection connection in _connections.Keys)
            connection.Cut();
    }

    private string Explain(Exception exception)
    {
        SocketError? error = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
        if (error == SocketError.AddressAlreadyInUse || exception.InnerException is AddressInUseException)
            return $"{config.Listen} is in use by another program or channel. Stop that one, or give this channel another port.";
        if (error == SocketError.AccessDenied)
            return $"{config.Listen} may not be bound by this user: ports below 1024 need a privilege. Use a higher port.";
        return error == SocketError.AddressNotAvailable
            ? $"{config.Listen} is not an address of this machine. Use 127.0.0.1, one of its own addresses, or * for all."
            : $"{config.Listen} cannot be bound: {exception.Message}";
    }

    // F08: a peer that vanished is noticed within 120 s.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }

    /// <summary>Kestrel asks for an application; no connection of ours ever reaches it.</summary>
    private sealed class NoHttp : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public void DisposeContext(IFeatureCollection context, Exception? exception)
        {
            // Nothing was made.
        }

        public Task ProcessRequestAsync(IFeatureCollection context) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Warning, "Channel {Channel}: a sender was turned away, {Most} are connected. Raise maxConnections if they are all wanted")]
        public static partial void TooMany(ILogger log, string channel, int most);
    }
}

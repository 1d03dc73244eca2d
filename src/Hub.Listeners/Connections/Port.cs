using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hub.Listeners.Connections;

/// <summary>One address to bind: a Kestrel server of its own, so that ports come and go with their channels. The one place where sockets are bound and prepared.</summary>
/// <param name="listen">The address, as the file writes it.</param>
/// <param name="options">The limits of HTTP; nothing for connections that Kestrel only carries.</param>
/// <param name="configure">What becomes of a connection.</param>
internal sealed class Port(string listen, KestrelServerOptions options, Action<ListenOptions> configure) : IDisposable
{
    private KestrelServer? _server;

    /// <summary>Binds the address. Called once.</summary>
    /// <param name="application">What answers HTTP requests.</param>
    /// <param name="stopping">Fires when the start is to be given up.</param>
    /// <returns>The address with the port that was taken.</returns>
    /// <exception cref="IOException">It cannot be bound; the text says why and what to do.</exception>
    public async Task<IPEndPoint> BindAsync<TContext>(IHttpApplication<TContext> application, CancellationToken stopping)
        where TContext : notnull
    {
        ListenAddress.TryRead(listen, out IPEndPoint address);
        options.AddServerHeader = false;
        options.Listen(address, Prepare);
        // A connection's code runs where its bytes come in, the shortest road for work as short as ours.
        SocketTransportFactory transport = new(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), NullLoggerFactory.Instance);
        _server = new(Options.Create(options), transport, NullLoggerFactory.Instance);
        try
        {
            await _server.StartAsync(application, stopping);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new IOException(Explain(exception), exception);
        }

        string bound = _server.Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(address.Address, new Uri(bound).Port);
    }

    /// <summary>Unbinds at once, then waits for the connections.</summary>
    /// <param name="deadline">Fires when what is left is to be cut.</param>
    public Task UnbindAsync(CancellationToken deadline) => _server!.StopAsync(deadline);

    public void Dispose() => _server?.Dispose();

    private void Prepare(ListenOptions endpoint)
    {
        endpoint.Use(next => context =>
        {
            if (context.Features.Get<IConnectionSocketFeature>() is { } feature)
                KeepAlive(feature.Socket);
            return next(context);
        });
        configure(endpoint);
    }

    private string Explain(Exception exception)
    {
        SocketError? error = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
        if (error == SocketError.AddressAlreadyInUse || exception.InnerException is AddressInUseException)
            return $"{listen} is in use by another program or channel. Stop that one, or give this channel another port.";
        if (error == SocketError.AccessDenied)
            return $"{listen} may not be bound by this user: ports below 1024 need a privilege. Use a higher port.";
        return error == SocketError.AddressNotAvailable
            ? $"{listen} is not an address of this machine. Use 127.0.0.1, one of its own addresses, or * for all."
            : $"{listen} cannot be bound: {exception.Message}";
    }

    // F08: a peer that vanished is noticed within 120 s.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }
}

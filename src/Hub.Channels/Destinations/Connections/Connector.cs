using System.Net.Security;
using System.Net.Sockets;
using Hub.Channels.Destinations.Tls;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Connections;

/// <summary>An open connection to a receiver.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="Tls">TLS over it; null when it is plain.</param>
internal sealed record Connection(Socket Socket, TlsConnection? Tls) : IDisposable
{
    /// <summary>For components that take a stream. Disposing it closes the connection.</summary>
    public Stream Stream => Tls?.Stream ?? new NetworkStream(Socket, ownsSocket: true);

    public void Dispose()
    {
        Tls?.Dispose();
        Socket.Dispose();
    }
}

/// <summary>Opens connections to receivers, plain or TLS (protocol T01, T03), and says in words why one could not be opened.</summary>
/// <param name="tls">TLS; null for a plain connection.</param>
/// <param name="timeout">How long connecting may last, with the handshake.</param>
/// <param name="owner">The certificates and the time.</param>
internal sealed class Connector(TlsClientConfig? tls, TimeSpan timeout, DestinationHost owner)
{
    /// <summary>Opens one.</summary>
    /// <param name="host">The receiver's name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="protocols">The protocols to offer in the handshake (ALPN); null for none.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ExchangeException">It could not be opened.</exception>
    public async Task<Connection> OpenAsync(string host, int port, List<SslApplicationProtocol>? protocols, CancellationToken stopping)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bool isConnected = false;
        using CancellationTokenSource late = new(timeout, owner.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            KeepAlive(socket);
            await socket.ConnectAsync(host, port, either.Token);
            isConnected = true;
            ICertificates certificates = protocols is null ? owner.Certificates : new OfferingCertificates(owner.Certificates, protocols);
            return new(socket, tls is null ? null : await TlsConnection.OpenAsync(socket, host, $"{host}:{port}", tls, certificates, either.Token));
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ExchangeException(Explain(exception, host, port), exception);
        }
        catch (TlsException exception)
        {
            socket.Dispose();
            throw new ExchangeException(exception.Message, exception);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ExchangeException(isConnected
                ? $"{host}:{port} did not finish the TLS handshake within {timeout.TotalSeconds:0.#} s. Is this its port for TLS?"
                : $"{host}:{port} did not accept a connection within {timeout.TotalSeconds:0.#} s. Is the address right, and does a firewall stand between?");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // As F08 for senders: a receiver that vanished is noticed while nothing is sent.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }

    private static string Explain(SocketException exception, string host, int port) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"{host}:{port} refused the connection. Is the receiver running, and is this its port?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"{host} is not a known host. Is the name right, and does this machine's name service know it?",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"{host}:{port} cannot be reached from this machine. Look at the network and its routes.",
        _ => $"{host}:{port} cannot be connected to: {exception.Message}",
    };

    /// <summary>The owner's certificates, with the protocols of HTTP offered in the handshake (ALPN).</summary>
    private sealed class OfferingCertificates(ICertificates certificates, List<SslApplicationProtocol> protocols) : ICertificates
    {
        public SslServerAuthenticationOptions ForServer(TlsServerConfig config, TlsPeer peer) => certificates.ForServer(config, peer);

        public SslClientAuthenticationOptions ForClient(TlsClientConfig config, string host, TlsPeer peer)
        {
            SslClientAuthenticationOptions options = certificates.ForClient(config, host, peer);
            options.ApplicationProtocols = protocols;
            return options;
        }
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Tls;

// A read is always under way between two messages, so that what comes unasked, and the end, are seen without trying: inside
// TLS, bytes on the socket say nothing (they can be a ticket for sessions), and decrypted ones can wait where no socket
// shows them. A wait that is given up leaves the read under way for the next one; TLS bears no read that is cut.

/// <summary>TLS to one receiver over a connected socket (protocol T01, T03). Not for use by several tasks at once, but for one that sends and one that receives.</summary>
public sealed class TlsConnection : IDisposable
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly SslStream _ssl;
    private readonly string _address;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private ReadOnlyMemory<byte> _received;
    private Task<int>? _reading;

    private TlsConnection(Socket socket, SslStream ssl, string address)
    {
        _socket = socket;
        _ssl = ssl;
        _address = address;
    }

    /// <summary>The decrypted stream, for components that take a stream. Not together with <see cref="ReceiveAsync"/> and <see cref="IsQuietAsync"/>.</summary>
    public Stream Stream => _ssl;

    /// <summary>Does the handshake over a connected socket and checks the receiver.</summary>
    /// <param name="socket">The socket; the connection closes it when disposed, and also when this throws.</param>
    /// <param name="host">The host of the endpoint, without the port.</param>
    /// <param name="address">The endpoint, for texts.</param>
    /// <param name="config">The destination's <c>tls</c>.</param>
    /// <param name="certificates">The destination's certificates.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="TlsException">The receiver cannot be trusted, or does not take us; the text says why and what to do.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired.</exception>
    public static async Task<TlsConnection> OpenAsync(Socket socket, string host, string address, TlsClientConfig config, ICertificates certificates, CancellationToken stopping)
    {
        SslStream ssl = new(new NetworkStream(socket, ownsSocket: true));
        TlsPeer peer = new();
        try
        {
            await ssl.AuthenticateAsClientAsync(certificates.ForClient(config, host, peer), stopping);
            return new(socket, ssl, address);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or SocketException)
        {
            await ssl.DisposeAsync();
            throw peer.Refusal is { } refusal ? new TlsException($"The receiver at {address} is not trusted. {refusal}", exception) : TlsException.Of(address, exception);
        }
        catch
        {
            await ssl.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends bytes, all of them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="stopping">Fires when it is to be given up; the connection is then of no use.</param>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopping) => _ssl.WriteAsync(bytes, stopping);

    /// <summary>Says that nothing more will be sent, so that the receiver can tell the end from a cut.</summary>
    /// <returns>A task that ends when it is said.</returns>
    public Task EndSendingAsync() => _ssl.ShutdownAsync();

    /// <summary>Receives what comes next. When it is given up, nothing is lost: the next call goes on.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="TlsException">The receiver ended TLS with a complaint, or the connection broke.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stopping)
    {
        if (_received.IsEmpty)
            await FillAsync(stopping);
        int count = Math.Min(buffer.Length, _received.Length);
        _received[..count].CopyTo(buffer);
        _received = _received[count..];
        return count;
    }

    /// <summary>Whether nothing waits to be read: no bytes of the past, and no end. To be asked before a message is sent (protocol S02).</summary>
    /// <param name="dropsBytes">Whether bytes that wait are dropped and only the end counts.</param>
    /// <param name="clock">The time.</param>
    /// <returns>Whether the connection can be used.</returns>
    public async ValueTask<bool> IsQuietAsync(bool dropsBytes, TimeProvider clock)
    {
        while (true)
        {
            if (!_received.IsEmpty && !dropsBytes)
                return false;
            _received = default;
            _reading ??= _ssl.ReadAsync(_buffer, CancellationToken.None).AsTask();
            // Something has just come and is not decrypted yet: a moment shows what it is.
            if (!_reading.IsCompleted && _socket.Poll(0, SelectMode.SelectRead))
                await Task.WhenAny(_reading, Task.Delay(s_moment, clock));
            if (!_reading.IsCompleted)
                return true;
            if (!_reading.IsCompletedSuccessfully || _reading.Result == 0)
                return false;
            await FillAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ssl.Dispose();
        // What a read under way comes to is of no interest any more.
        _ = _reading?.ContinueWith(static read => read.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async ValueTask FillAsync(CancellationToken stopping)
    {
        _reading ??= _ssl.ReadAsync(_buffer, CancellationToken.None).AsTask();
        try
        {
            int count = await _reading.WaitAsync(stopping);
            (_reading, _received) = (null, _buffer.AsMemory(0, count));
        }
        catch (IOException exception)
        {
            throw TlsException.Of(_address, exception);
        }
    }
}

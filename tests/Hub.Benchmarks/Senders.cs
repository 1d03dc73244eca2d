using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>One connection that sends a message and waits until it is acknowledged.</summary>
internal interface IBenchSender : IDisposable
{
    /// <summary>Sends and waits.</summary>
    /// <exception cref="InvalidOperationException">The message was not accepted.</exception>
    Task SendAsync(byte[] message);
}

/// <summary>MLLP, in plaintext or TLS.</summary>
internal sealed class MllpBenchSender : IBenchSender
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private MllpBenchSender(Stream stream) => _stream = stream;

    /// <summary>Connects.</summary>
    public static async Task<IBenchSender> ConnectAsync(int port) => new MllpBenchSender(new NetworkStream(await OpenAsync(port), ownsSocket: true));

    /// <summary>Connects with TLS to a Hub whose certificate this issuer signed.</summary>
    public static async Task<IBenchSender> ConnectTlsAsync(int port, TestAuthority authority)
    {
        SslStream stream = new(new NetworkStream(await OpenAsync(port), ownsSocket: true));
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority.Certificate } };
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "lab.example", CertificateChainPolicy = policy });
        return new MllpBenchSender(stream);
    }

    /// <summary>A socket to a port of this machine.</summary>
    public static async Task<Socket> OpenAsync(int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    public async Task SendAsync(byte[] message)
    {
        await _stream.WriteAsync((byte[])[0x0B, .. message, 0x1C, 0x0D]);
        int length = 0;
        do
        {
            length += await _stream.ReadAtLeastAsync(_buffer.AsMemory(length), 1);
        }
        while (_buffer[length - 1] != 0x0D || _buffer[length - 2] != 0x1C);
        if (_buffer.AsSpan(0, length).IndexOf("\rMSA|AA|"u8) < 0)
            throw new InvalidOperationException($"Answered {Encoding.Latin1.GetString(_buffer, 0, length)}.");
    }

    public void Dispose() => _stream.Dispose();
}

/// <summary>Frames of STX and ETX over TCP; the answer is a frame that begins with <c>OK</c>.</summary>
internal sealed class TcpBenchSender : IBenchSender
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4 * 1024];

    private TcpBenchSender(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    public static async Task<IBenchSender> ConnectAsync(int port) => new TcpBenchSender(await MllpBenchSender.OpenAsync(port));

    public async Task SendAsync(byte[] message)
    {
        await _socket.SendAsync((byte[])[0x02, .. message, 0x03]);
        int length = 0;
        do
        {
            length += await _socket.ReceiveAsync(_buffer.AsMemory(length));
        }
        while (_buffer[length - 1] != 0x03);
        if (!_buffer.AsSpan(1).StartsWith("OK"u8))
            throw new InvalidOperationException($"Answered {Encoding.Latin1.GetString(_buffer, 0, length)}.");
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>HTTP/1.1 on one connection that stays; as little of it as a load generator beside the Hub may cost.</summary>
internal sealed class HttpBenchSender : IBenchSender
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private HttpBenchSender(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    public static async Task<IBenchSender> ConnectAsync(int port) => new HttpBenchSender(await MllpBenchSender.OpenAsync(port));

    public async Task SendAsync(byte[] message)
    {
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"POST /adt HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/hl7-v2\r\nContent-Length: {message.Length}\r\n\r\n"));
        await _socket.SendAsync((byte[])[.. head, .. message]);
        int length = 0;
        do
        {
            int count = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            if (count == 0)
                throw new InvalidOperationException("The Hub closed the connection.");
            length += count;
        }
        while (!IsWhole(_buffer.AsSpan(0, length)));
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 200"u8) || _buffer.AsSpan(0, length).IndexOf("\rMSA|AA|"u8) < 0)
            throw new InvalidOperationException($"Answered {Encoding.Latin1.GetString(_buffer, 0, length)}.");
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        int at = answer.IndexOf("Content-Length: "u8);
        if (at < 0)
            throw new InvalidOperationException($"An answer without a length: {Encoding.Latin1.GetString(answer)}");
        ReadOnlySpan<byte> number = answer[(at + "Content-Length: ".Length)..];
        return answer.Length >= end + 4 + int.Parse(number[..number.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}

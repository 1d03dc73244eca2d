using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Channels.Destinations;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Destinations.Tcp;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Contracts.Tls;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>That tcp and http make TLS with the options they are given for each connection, and say why one was refused.</summary>
public sealed class SecureDestinationTests : IDisposable
{
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly OneCertificate _trusted = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T03_https_goes_over_HTTP_2_to_a_receiver_whose_certificate_is_taken(bool isTaken)
    {
        _trusted.Taken = isTaken ? _certificate : null;
        await using HttpReceiver receiver = await HttpReceiver.StartAsync(certificate: _certificate);
        HttpDestinationConfig config = new() { Id = "lab", Type = "http", Endpoint = ValueTemplate.Parse($"https://127.0.0.1:{receiver.Port}/in") };
        await using HttpDestination destination = new(config, Host());

        DeliveryResult result = await destination.SendAsync(Message(), CancellationToken.None);

        Assert.Equal(isTaken ? DeliveryVerdict.Sent : DeliveryVerdict.Retry, result.Verdict);
        Assert.Equal(isTaken ? ["HTTP/2"] : [], receiver.Requests.Select(request => request.Protocol));
        Assert.Equal(isTaken, result.Reason is null);
        Assert.Contains(isTaken ? "" : "not the one that is taken", result.Reason ?? "", StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", _trusted.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T03_tcp_goes_to_a_receiver_whose_certificate_is_taken(bool isTaken)
    {
        _trusted.Taken = isTaken ? _certificate : null;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> receiving = ReceiveAsync(listener);
        TcpDestinationConfig config = new()
        {
            Id = "lab",
            Type = "tcp",
            Endpoint = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            Framing = new() { Type = TcpFramingType.Delimiter, End = TestBytes.Of("\n") },
            Tls = new(),
        };
        await using TcpDestination destination = new(config, Host());

        DeliveryResult result = await destination.SendAsync(Message(), CancellationToken.None);

        Assert.Equal(isTaken ? DeliveryVerdict.Sent : DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains(isTaken ? "" : "not the one that is taken", result.Reason ?? "", StringComparison.Ordinal);
        if (isTaken)
            Assert.Equal("content\n", await receiving);
        else
            await Assert.ThrowsAnyAsync<Exception>(() => receiving);
    }

    [Fact]
    public async Task S02_an_answer_too_many_inside_TLS_is_not_taken_for_the_next_message()
    {
        _trusted.Taken = _certificate;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        TcpDestinationConfig config = new()
        {
            Id = "lab",
            Type = "tcp",
            Endpoint = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            Framing = new() { Type = TcpFramingType.Delimiter, End = TestBytes.Of("\n") },
            Tls = new(),
        };
        await using TcpDestination destination = new(config, Host());
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> receiving = ReceiveAsync(listener, answers: 2, until: done.Task);
        Assert.Equal(DeliveryVerdict.Sent, (await destination.SendAsync(Message(), CancellationToken.None)).Verdict);

        Task<DeliveryResult> next = destination.SendAsync(Message(), CancellationToken.None);
        Assert.Equal("content\n", await ReceiveAsync(listener).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(DeliveryVerdict.Sent, (await next).Verdict);
        done.SetResult();
        await receiving;
    }

    [Fact]
    public async Task S04_a_request_without_a_body_that_is_stopped_in_its_handshake_is_not_maybe_delivered()
    {
        using ScriptedPeer peer = new();
        using CancellationTokenSource stopping = new();
        HttpDestinationConfig config = new() { Id = "lab", Type = "http", Method = "GET", Endpoint = ValueTemplate.Parse($"https://127.0.0.1:{peer.Port}/in") };
        await using HttpDestination destination = new(config, Host());
        Task<DeliveryResult> sending = destination.SendAsync(Message(), stopping.Token);
        using RawPeer line = await peer.AcceptAsync();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    public void Dispose() => _certificate.Dispose();

    private async Task<string> ReceiveAsync(TcpListener listener, int answers = 1, Task? until = null)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        // Buffered, so that several answers come in one packet: what TLS has decrypted ahead shows on no socket.
        await using SslStream stream = new(new BufferedStream(client.GetStream()));
        await stream.AuthenticateAsServerAsync(_certificate);
        byte[] buffer = new byte[8];
        await stream.ReadExactlyAsync(buffer);
        for (int answer = 0; answer < answers; answer++)
            await stream.WriteAsync(new byte[] { 0x06, (byte)'\n' });
        await stream.FlushAsync();
        await (until ?? Task.CompletedTask);
        return Encoding.Latin1.GetString(buffer);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=receiver", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static OutboundMessage Message() => new(new(1), 1, 1, "content"u8.ToArray());

    private DestinationHost Host() => new("adt", TimeProvider.System, NullLoggerFactory.Instance) { Certificates = _trusted };

    /// <summary>Takes one certificate and no other.</summary>
    private sealed class OneCertificate : ICertificates
    {
        public X509Certificate2? Taken { get; set; }

        public string? Asked { get; private set; }

        public SslServerAuthenticationOptions ForServer(TlsServerConfig config, TlsPeer peer) => throw new NotSupportedException();

        public SslClientAuthenticationOptions ForClient(TlsClientConfig config, string host, TlsPeer peer)
        {
            Asked = host;
            return new()
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Taken is not null && certificate!.GetRawCertData().AsSpan().SequenceEqual(Taken.RawData)
                    || peer.Refuse("The certificate is not the one that is taken."),
            };
        }
    }
}

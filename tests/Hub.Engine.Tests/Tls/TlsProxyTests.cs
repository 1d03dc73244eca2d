using System.Net;
using System.Net.Sockets;
using System.Text;
using Hub.Channels.Destinations;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>The HTTP destination over TLS through a proxy, which makes a tunnel (RFC 9110 §9.3.6).</summary>
public sealed class TlsProxyTests : IAsyncDisposable
{
    private readonly TlsBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task T03_a_receiver_behind_a_proxy_is_judged_as_any_other_and_told_why_it_is_not_trusted()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync(certificate: _bench.Authority.Issue("CN=lab"));
        using TcpListener proxy = Listen();
        _ = TunnelAsync(proxy, receiver.Port);
        _bench.Pem("other.pem", new TestAuthority("Other Authority").Certificate.ExportCertificatePem());
        await using HttpDestination trusting = Make(proxy, new() { Authorities = "authority.pem" });
        await using HttpDestination wary = Make(proxy, new() { Authorities = "other.pem" });

        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(trusting)).Verdict);
        DeliveryResult refused = await SendAsync(wary);

        Assert.Equal((DeliveryVerdict.Retry, SendReach.NotReached), (refused.Verdict, refused.Reach));
        Assert.StartsWith("The receiver at https://lab.example is not trusted. Its certificate is from an issuer that is not trusted here: CN=North Authority.", refused.Reason, StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task T05_what_is_trusted_of_a_receiver_behind_a_proxy_may_be_mended_at_once()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync(certificate: _bench.Authority.Issue("CN=lab"));
        using TcpListener proxy = Listen();
        _ = TunnelAsync(proxy, receiver.Port);
        _bench.Pem("trusted.pem", new TestAuthority("Other Authority").Certificate.ExportCertificatePem());
        await using HttpDestination destination = Make(proxy, new() { Authorities = "trusted.pem" });
        Assert.Equal(DeliveryVerdict.Retry, (await SendAsync(destination)).Verdict);

        _bench.Pem("trusted.pem", _bench.Authority.Certificate.ExportCertificatePem());
        _bench.Certificates.Look();
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(destination)).Verdict);
    }

    [Fact]
    public async Task A_proxy_that_wants_a_user_is_told_as_such_and_nothing_was_sent()
    {
        using ScriptedPeer proxy = new();
        await using HttpDestination destination = Make(proxy.Port, new() { Authorities = "authority.pem" });
        Task<DeliveryResult> sending = SendAsync(destination);
        using RawPeer line = await proxy.AcceptAsync();
        Assert.StartsWith("CONNECT lab.example:443 HTTP/1.1", await line.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        await line.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"out\"\r\nContent-Length: 0\r\n\r\n");

        DeliveryResult result = await sending;
        Assert.Equal((DeliveryVerdict.Retry, SendReach.NotReached), (result.Verdict, result.Reach));
        Assert.Contains("The proxy does not let this machine through to https://lab.example", result.Reason, StringComparison.Ordinal);
        Assert.Contains("407", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_certificates_that_cannot_be_read_is_named_and_nothing_was_sent()
    {
        using ScriptedPeer proxy = new();
        await using HttpDestination destination = Make(proxy.Port, new() { Authorities = "gone.pem" });
        DeliveryResult result = await SendAsync(destination);
        Assert.Equal((DeliveryVerdict.Retry, SendReach.NotReached), (result.Verdict, result.Reach));
        Assert.Contains("gone.pem", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("broke", result.Reason, StringComparison.Ordinal);
        Assert.False(proxy.HasAnother);
    }

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    // Whatever name is asked for, the tunnel leads to the receiver of the test.
    private static async Task TunnelAsync(TcpListener proxy, int port)
    {
        try
        {
            while (true)
                _ = CarryAsync(await proxy.AcceptTcpClientAsync(), port);
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    private static async Task CarryAsync(TcpClient client, int port)
    {
        using (client)
        using (TcpClient server = new())
        {
            NetworkStream near = client.GetStream();
            StringBuilder asked = new();
            byte[] one = new byte[1];
            while (!asked.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await near.ReadAsync(one) > 0)
                asked.Append((char)one[0]);
            await server.ConnectAsync(IPAddress.Loopback, port);
            await near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            NetworkStream far = server.GetStream();
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
    }

    private static Task<DeliveryResult> SendAsync(HttpDestination destination) =>
        destination.SendAsync(new(new MessageId(1), 1, 1, Encoding.UTF8.GetBytes(Samples.Adt("1"))), CancellationToken.None);

    private HttpDestination Make(TcpListener proxy, TlsClientConfig tls) => Make(((IPEndPoint)proxy.LocalEndpoint).Port, tls);

    private HttpDestination Make(int proxy, TlsClientConfig tls) => new(
        new()
        {
            Id = "lab",
            Type = "http",
            Endpoint = ValueTemplate.TryParse("https://lab.example/in", out ValueTemplate? endpoint, out string? error) ? endpoint : throw new FormatException(error),
            Tls = tls,
            Proxy = new() { Endpoint = $"http://127.0.0.1:{proxy}" },
        },
        new DestinationHost("adt", _bench.Clock, _bench.Log) { Certificates = _bench.Certificates.In(_bench.Folder.Root) });
}

using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Destinations;
using Hub.Channels.Destinations.Mllp;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>The MLLP destination over TLS, with openssl as the receiver.</summary>
public sealed class TlsDestinationTests : IAsyncDisposable
{
    private readonly TlsBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task T03_a_receiver_with_a_good_certificate_gets_messages_on_one_connection(string options)
    {
        (OpenSslPeer server, int port) = await ServeAsync(_bench.Authority.Issue("CN=lab"), options);
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting());
        for (int i = 1; i <= 3; i++)
        {
            Task<DeliveryResult> sent = SendAsync(destination, i);
            Assert.Equal(Samples.Adt($"{i}"), await peer.ReadFrameAsync());
            await peer.SendAsync(ScriptedPeer.Answer("AA", $"{i}"));
            Assert.Equal(DeliveryVerdict.Sent, (await sent).Verdict);
        }
    }

    [Theory]
    [InlineData("unknown", "from an issuer that is not trusted here: CN=Other Authority")]
    [InlineData("name", "Its certificate is for other.example; 127.0.0.1 was connected to.")]
    [InlineData("expired", "Its certificate expired at ")]
    [InlineData("early", "Its certificate is not valid before ")]
    [InlineData("client", "is not for this use (extended key usage)")]
    [InlineData("revoked", "Its certificate is revoked.")]
    public async Task T03_a_receiver_without_a_good_certificate_gets_nothing(string kind, string reason)
    {
        DateTimeOffset now = TestAuthority.Now;
        TestAuthority authority = _bench.Authority;
        X509Certificate2 own = kind switch
        {
            "unknown" => new TestAuthority("Other Authority").Issue("CN=lab"),
            "name" => authority.Issue("CN=lab", host: "other.example", isLocal: false),
            "expired" => authority.Issue("CN=lab", notAfter: now.AddDays(-1)),
            "early" => authority.Issue("CN=lab", notBefore: now.AddDays(1), notAfter: now.AddDays(2)),
            "client" => authority.Issue("CN=lab", TestAuthority.ForClients),
            _ => authority.Issue("CN=lab"),
        };
        File.WriteAllBytes(_bench.Folder.Path("revoked.crl"), authority.Revoke(now.AddDays(7), kind == "revoked" ? own : authority.Certificate));
        (OpenSslPeer server, int port) = await ServeAsync(own, "-naccept 1");
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting() with { RevocationList = "revoked.crl" });

        DeliveryResult result = await SendAsync(destination, 1);

        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.StartsWith($"The receiver at 127.0.0.1:{port} is not trusted.", result.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    [InlineData("expired", false)]
    public async Task T03_a_pin_stands_for_issuer_and_name_alone(string kind, bool isTaken)
    {
        using X509Certificate2 own = new TestAuthority("Other Authority").Issue("CN=lab", host: "other.example", isLocal: false, notAfter: kind == "expired" ? TestAuthority.Now.AddDays(-1) : null);
        (OpenSslPeer server, int port) = await ServeAsync(own);
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, new() { Pins = [CertificateFingerprint.Of(kind == "wrong" ? _bench.Authority.Certificate : own)] });
        await AssertTakenAsync(isTaken, peer, destination);
    }

    [Theory]
    [InlineData("other.example", true)]
    [InlineData("lab.example", false)]
    public async Task T03_the_name_that_is_wanted_can_be_given(string name, bool isTaken)
    {
        (OpenSslPeer server, int port) = await ServeAsync(_bench.Authority.Issue("CN=lab", host: "other.example", isLocal: false));
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting() with { ServerName = name });
        await AssertTakenAsync(isTaken, peer, destination);
    }

    [Theory]
    [InlineData("-tls1_2", true, true)]
    [InlineData("-tls1_3", true, true)]
    [InlineData("-tls1_2", false, false)]
    [InlineData("-tls1_3", false, false)]
    public async Task A_receiver_that_asks_for_a_certificate_gets_it(string options, bool isGiven, bool isTaken)
    {
        _bench.Own("hub.pem", _bench.Authority.Issue("CN=hub", TestAuthority.ForClients));
        (OpenSslPeer server, int port) = await ServeAsync(_bench.Authority.Issue("CN=lab"), $"{options} -Verify 2 -CAfile {_bench.Folder.Path("authority.pem")} -verify_return_error");
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting() with { Certificate = isGiven ? "hub.pem" : null });
        string? reason = await AssertTakenAsync(isTaken, peer, destination);
        if (!isTaken)
            Assert.Contains("certificate of the Hub", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T01_a_receiver_with_an_old_version_gets_nothing()
    {
        (OpenSslPeer server, int port) = await ServeAsync(_bench.Authority.Issue("CN=lab"), "-tls1_1 -cipher DEFAULT@SECLEVEL=0");
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting());
        Assert.Contains("neither TLS 1.2 nor TLS 1.3", (await SendAsync(destination, 1)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_without_TLS_is_told_as_such()
    {
        using ScriptedPeer peer = new();
        await using MllpDestination destination = Make(peer.Port, Trusting());
        Task<DeliveryResult> sent = SendAsync(destination, 1);
        using RawPeer connection = await peer.AcceptAsync();
        await connection.SendAsync("220 this is not TLS\r\n");
        Assert.Contains("It does not speak TLS.", (await sent).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S02_what_came_between_two_messages_discards_the_connection()
    {
        (OpenSslPeer server, int port) = await ServeAsync(_bench.Authority.Issue("CN=lab"));
        await using OpenSslPeer peer = server;
        await using MllpDestination destination = Make(port, Trusting());
        Task<DeliveryResult> sent = SendAsync(destination, 1);
        await peer.ReadFrameAsync();
        // In one write, so that the second is there when the first is read.
        await peer.SendAsync(ScriptedPeer.Answer("AA", "1") + ScriptedPeer.Answer("AA", "2"));
        Assert.Equal(DeliveryVerdict.Sent, (await sent).Verdict);

        sent = SendAsync(destination, 2);
        Assert.Equal(Samples.Adt("2"), await peer.ReadFrameAsync());
        Assert.False(sent.IsCompleted);
        await peer.SendAsync(ScriptedPeer.Answer("AA", "2"));
        Assert.Equal(DeliveryVerdict.Sent, (await sent).Verdict);
    }

    private static Task<DeliveryResult> SendAsync(MllpDestination destination, int id) =>
        destination.SendAsync(new(new MessageId(id), id, 1, System.Text.Encoding.UTF8.GetBytes(Samples.Adt($"{id}"))), CancellationToken.None);

    private static async Task<string?> AssertTakenAsync(bool isTaken, OpenSslPeer peer, MllpDestination destination)
    {
        Task<DeliveryResult> sent = SendAsync(destination, 1);
        if (!isTaken)
        {
            Assert.Equal(DeliveryVerdict.Retry, (await sent).Verdict);
            return (await sent).Reason;
        }

        Assert.Equal(Samples.Adt("1"), await peer.ReadFrameAsync());
        await peer.SendAsync(ScriptedPeer.Answer("AA", "1"));
        Assert.Equal(DeliveryVerdict.Sent, (await sent).Verdict);
        return null;
    }

    private static TlsClientConfig Trusting() => new() { Authorities = "authority.pem" };

    private Task<(OpenSslPeer Peer, int Port)> ServeAsync(X509Certificate2 own, string options = "") =>
        OpenSslPeer.ListenAsync($"-cert {_bench.Own("lab.pem", own)} {options}");

    private MllpDestination Make(int port, TlsClientConfig tls) => new(
        new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{port}", Tls = tls },
        new DestinationHost("adt", _bench.Clock, _bench.Log) { Certificates = _bench.Certificates.In(_bench.Folder.Root) });
}

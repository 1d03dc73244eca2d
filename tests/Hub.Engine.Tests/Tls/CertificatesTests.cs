using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Contracts.Tls;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>Certificates over time: changed files, broken ones, and ends that come near.</summary>
public sealed class CertificatesTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly TlsBench _bench;

    public CertificatesTests() => _bench = new(_time);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task T05_a_new_certificate_is_used_and_no_connection_dropped()
    {
        int port = await _bench.ListenAsync();
        await using SslStream open = await ConnectAsync(port);
        await AssertAnsweredAsync(open, 1);
        using X509Certificate2 next = _bench.Authority.Issue("CN=next");

        _bench.Own("server.pem", next);
        _time.Advance(TimeSpan.FromSeconds(10));

        await AssertAnsweredAsync(open, 2);
        await using SslStream fresh = await ConnectAsync(port);
        Assert.Equal("CN=next", fresh.RemoteCertificate!.Subject);
        await AssertAnsweredAsync(fresh, 3);
        Assert.Contains(CertificateFingerprint.Of(next).Hex, await _bench.Log.NextAsync(2022), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T05_a_broken_new_file_leaves_the_old_one_in_force_with_one_warning()
    {
        int port = await _bench.ListenAsync();
        _bench.Pem("server.pem", "-----BEGIN CERTIFICATE-----\nnonsense");
        for (int i = 0; i < 5; i++)
            _time.Advance(TimeSpan.FromSeconds(10));

        await using SslStream fresh = await ConnectAsync(port);
        Assert.Equal("CN=hub.example", fresh.RemoteCertificate!.Subject);
        (int id, string text) = Assert.Single(_bench.Log.Take());
        Assert.Equal(2023, id);
        Assert.Contains("server.pem", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T05_a_certificate_and_a_key_that_come_one_after_the_other_are_no_reason_to_warn()
    {
        X509Certificate2[] pairs = [_bench.Authority.Issue("CN=one"), _bench.Authority.Issue("CN=two")];
        _bench.Pem("pair.pem", pairs[0].ExportCertificatePem());
        _bench.Pem("pair.key", pairs[0].GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        int port = await _bench.ListenAsync(new() { Certificate = "pair.pem", Key = "pair.key" });

        _bench.Pem("pair.pem", pairs[1].ExportCertificatePem());
        _time.Advance(TimeSpan.FromSeconds(10));
        _bench.Pem("pair.key", pairs[1].GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _time.Advance(TimeSpan.FromSeconds(10));

        await using SslStream fresh = await ConnectAsync(port);
        Assert.Equal("CN=two", fresh.RemoteCertificate!.Subject);
        Assert.Equal([2022], _bench.Log.Take().Select(line => line.Id));
    }

    [Fact]
    public async Task T05_a_certificate_that_ends_is_told_30_14_7_and_1_days_before_and_at_its_end()
    {
        _bench.Own("server.pem", _bench.Authority.Issue("CN=hub.example", notAfter: _time.GetUtcNow().AddDays(40)));
        await _bench.ListenAsync();
        List<(int Day, int Id)> told = [];
        for (int day = 1; day <= 42; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            told.AddRange(_bench.Log.Take().Select(line => (day, line.Id)));
        }

        Assert.Equal([(10, 2024), (26, 2024), (33, 2024), (39, 2024), (40, 2025)], told);
    }

    [Fact]
    public async Task T05_issuers_peers_and_late_revocation_lists_are_told_too()
    {
        DateTimeOffset soon = _time.GetUtcNow().AddDays(5);
        TestAuthority partner = new("Partner Authority", soon);
        _bench.Pem("partner.pem", partner.Certificate.ExportCertificatePem());
        File.WriteAllBytes(_bench.Folder.Path("revoked.crl"), partner.Revoke(_time.GetUtcNow().AddHours(1), partner.Certificate));
        int port = await _bench.ListenAsync(new()
        {
            Certificate = "server.pem",
            ClientCertificates = ClientCertificates.Required,
            ClientAuthorities = "partner.pem",
            RevocationList = "revoked.crl",
        });
        await using SslStream open = await ConnectAsync(port, partner.Issue("CN=lab1\u0007", TestAuthority.ForClients, notAfter: soon));
        await AssertAnsweredAsync(open, 1);

        _time.Advance(TimeSpan.FromHours(2));

        string[] told = [.. _bench.Log.Take().Select(line => $"{line.Id} {line.Text}")];
        Assert.Contains(told, line => line.StartsWith("2024 The trusted issuer's certificate CN=Partner Authority", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("2024 The sender's certificate CN=lab1?", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("2026 The list of revoked certificates of CN=Partner Authority", StringComparison.Ordinal));
        Assert.Equal(4, told.Length);
    }

    [Fact]
    public async Task T04_a_peer_that_says_nothing_is_closed_after_10_s()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await _bench.ListenAsync());
        await _time.TimersSetAsync(2);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await peer.EndsAsync());
        Assert.Contains("not done within 10 s", await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T04_a_peer_that_stops_in_the_handshake_is_closed_after_10_s()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await _bench.ListenAsync());
        await peer.SendAsync("\u0016\u0003\u0001\u0002\u0000");
        await _time.TimersSetAsync(2);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_handshake()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await _bench.ListenAsync());
        await _time.TimersSetAsync(2);
        await _bench.Listener.StopAsync(CancellationToken.None);
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F03_silence_ends_a_block_inside_TLS_and_the_connection_goes_on()
    {
        await using SslStream open = await ConnectAsync(await _bench.ListenAsync());
        Task set = _time.NextTimerAsync();
        await open.WriteAsync(Encoding.UTF8.GetBytes("\v" + Samples.Adt("1") + "\u001c"));
        await set;
        await _time.TimersSetAsync(2);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Contains("MSA|AA|1", await ReadFrameAsync(open), StringComparison.Ordinal);
        await AssertAnsweredAsync(open, 2);
    }

    private static async Task AssertAnsweredAsync(SslStream stream, int id)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(TlsBench.Frame(Samples.Adt($"{id}"))));
        Assert.Contains($"MSA|AA|{id}", await ReadFrameAsync(stream), StringComparison.Ordinal);
    }

    private static async Task<string> ReadFrameAsync(SslStream stream)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, patience.Token) == 1)
        {
            text.Append((char)one[0]);
            if (one[0] == '\r' && text.Length > 1 && text[^2] == '\u001c')
                return text.ToString();
        }

        throw new IOException($"The connection ended after \"{text}\".");
    }

    private static async Task<SslStream> ConnectAsync(int port, X509Certificate2? own = null)
    {
        TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        SslStream stream = new(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "lab.example",
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
            // The time of these tests is not that of the machine, so the dates are not judged; the issuer is by the name that it gives itself.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == "CN=North Authority",
        });
        return stream;
    }
}

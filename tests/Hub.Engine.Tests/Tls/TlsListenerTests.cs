using System.Security.Cryptography.X509Certificates;
using Hub.Contracts.Tcp;
using Hub.Contracts.Tls;
using Hub.Listeners.Tcp;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>TLS on the MLLP listener, as openssl sees it from outside.</summary>
public sealed class TlsListenerTests : IAsyncDisposable
{
    private readonly TlsBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("-tls1_3", "TLSv1.3", "TLS_AES_256_GCM_SHA384")]
    [InlineData("-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305", "TLSv1.2", "ECDHE-RSA-CHACHA20-POLY1305")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    public async Task T01_what_is_allowed_is_spoken(string options, string version, string suite)
    {
        if (suite.Contains("-ECDSA-", StringComparison.Ordinal))
            _bench.Own("server.pem", _bench.Authority.Issue("CN=hub.example", isElliptic: true));
        await using OpenSslPeer peer = OpenSslPeer.Connect(await _bench.ListenAsync(), $"{options} {_bench.Trust}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));

        Assert.Contains("MSA|AA|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        string said = await peer.EndAsync();
        Assert.Contains($"Protocol version: {version}", said, StringComparison.Ordinal);
        Assert.Contains($"Ciphersuite: {suite}", said, StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("1")], _bench.Intake.Texts);
    }

    [Theory]
    [InlineData("-tls1 -cipher DEFAULT@SECLEVEL=0", "alert protocol version", "neither TLS 1.2 nor TLS 1.3")]
    [InlineData("-tls1_1 -cipher DEFAULT@SECLEVEL=0", "alert protocol version", "neither TLS 1.2 nor TLS 1.3")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-SHA256", "alert handshake failure", "no cipher suite that is allowed")]
    [InlineData("-tls1_2 -cipher AES128-GCM-SHA256", "alert handshake failure", "no cipher suite that is allowed")]
    [InlineData("-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", "alert handshake failure", "no cipher suite that is allowed")]
    public async Task T01_what_is_not_allowed_gets_its_alert(string options, string alert, string reason)
    {
        await using OpenSslPeer peer = OpenSslPeer.Connect(await _bench.ListenAsync(), options);
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));

        Assert.Null(await peer.ReadFrameAsync());
        Assert.Contains(alert, await peer.EndAsync(), StringComparison.Ordinal);
        Assert.Contains(reason, await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
        Assert.Empty(_bench.Intake.Messages);
    }

    [Fact]
    public async Task T01_a_peer_cannot_renegotiate()
    {
        await using OpenSslPeer peer = OpenSslPeer.Connect(await _bench.ListenAsync(), $"-tls1_2 {_bench.Trust}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));
        Assert.Contains("MSA|AA|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);

        await peer.SendAsync("R\n");
        Assert.Null(await peer.ReadFrameAsync());
        string said = await peer.EndAsync();
        Assert.Contains("RENEGOTIATING", said, StringComparison.Ordinal);
        Assert.Contains("unexpected eof", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "It gave no certificate, and clientCertificates is required.")]
    [InlineData("unknown", "from an issuer that is not trusted here: CN=Other Authority")]
    [InlineData("expired", "Its certificate expired at ")]
    [InlineData("early", "Its certificate is not valid before ")]
    [InlineData("server", "is not for this use (extended key usage)")]
    [InlineData("key", "is not for signing (key usage)")]
    [InlineData("revoked", "Its certificate is revoked.")]
    public async Task T02_a_client_without_a_good_certificate_is_refused(string kind, string reason)
    {
        DateTimeOffset now = TestAuthority.Now;
        TestAuthority authority = _bench.Authority;
        X509Certificate2 client = kind switch
        {
            "unknown" => new TestAuthority("Other Authority").Issue("CN=lab1", TestAuthority.ForClients),
            "expired" => authority.Issue("CN=lab1", TestAuthority.ForClients, notAfter: now.AddDays(-1)),
            "early" => authority.Issue("CN=lab1", TestAuthority.ForClients, notBefore: now.AddDays(1), notAfter: now.AddDays(2)),
            "server" => authority.Issue("CN=lab1", TestAuthority.ForServers),
            "key" => authority.Issue("CN=lab1", TestAuthority.ForClients, keyUsage: X509KeyUsageFlags.KeyAgreement),
            _ => authority.Issue("CN=lab1", TestAuthority.ForClients),
        };
        File.WriteAllBytes(_bench.Folder.Path("revoked.crl"), authority.Revoke(now.AddDays(7), kind == "revoked" ? [client] : []));
        string given = kind == "none" ? "" : $"-cert {_bench.Own("client.pem", client)}";
        int port = await _bench.ListenAsync(Mutual() with { RevocationList = "revoked.crl" });
        await using OpenSslPeer peer = OpenSslPeer.Connect(port, $"{_bench.Trust} {given}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));

        Assert.Null(await peer.ReadFrameAsync());
        string line = await _bench.Log.NextAsync(2020);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains("with 127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains(kind == "none" ? "Subject: none; fingerprint: none." : $"Subject: CN=lab1; fingerprint: {CertificateFingerprint.Of(client)}.", line, StringComparison.Ordinal);
        Assert.Empty(_bench.Intake.Messages);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("CN=lab1", true)]
    [InlineData("O=North Trust, CN=LAB1", true)]
    [InlineData("CN=lab2", false)]
    [InlineData("CN=lab1, O=South Trust", false)]
    [InlineData("fingerprint", true)]
    [InlineData("other fingerprint", false)]
    public async Task T02_an_allow_list_narrows_who_is_let_in(string allowed, bool isLetIn)
    {
        X509Certificate2 client = _bench.Authority.Issue("CN=lab1, O=North Trust", TestAuthority.ForClients);
        File.WriteAllBytes(_bench.Folder.Path("revoked.crl"), _bench.Authority.Revoke(TestAuthority.Now.AddDays(7), _bench.Authority.Issue("CN=gone")));
        TlsServerConfig config = Mutual() with { RevocationList = "revoked.crl" };
        if (CertificateSubject.TryParse(allowed, out CertificateSubject? subject, out _))
            config = config with { AllowedSubjects = [subject!] };
        else if (allowed.Length > 0)
            config = config with { AllowedFingerprints = [CertificateFingerprint.Of(allowed == "fingerprint" ? client : _bench.Authority.Certificate)] };
        await using OpenSslPeer peer = OpenSslPeer.Connect(await _bench.ListenAsync(config), $"{_bench.Trust} -cert {_bench.Own("client.pem", client)}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));

        Assert.Equal(isLetIn, await peer.ReadFrameAsync() is not null);
        if (!isLetIn)
            Assert.Contains("on neither allowedSubjects nor allowedFingerprints", await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task T02_optional_takes_none_and_refuses_a_bad_one(bool givesBad, bool isLetIn)
    {
        string given = givesBad ? $"-cert {_bench.Own("client.pem", new TestAuthority("Other Authority").Issue("CN=lab1", TestAuthority.ForClients))}" : "";
        int port = await _bench.ListenAsync(Mutual() with { ClientCertificates = ClientCertificates.Optional });
        await using OpenSslPeer peer = OpenSslPeer.Connect(port, $"{_bench.Trust} {given}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));
        Assert.Equal(isLetIn, await peer.ReadFrameAsync() is not null);
    }

    [Theory]
    [InlineData("CN=lab1", true)]
    [InlineData("CN=lab2", false)]
    public async Task T02_an_allow_list_holds_on_a_tcp_listener_too(string allowed, bool isLetIn)
    {
        Assert.True(CertificateSubject.TryParse(allowed, out CertificateSubject? subject, out _));
        string client = _bench.Own("client.pem", _bench.Authority.Issue("CN=lab1", TestAuthority.ForClients));
        int port = await _bench.ListenWithAsync(new TcpListenerConfig
        {
            Type = "tcp",
            Listen = "127.0.0.1:0",
            Framing = new() { Type = TcpFramingType.StartEnd, Start = Mark("\v"), End = Mark("\u001c\r") },
            Answer = TcpAnswer.Hl7,
            Tls = Mutual() with { AllowedSubjects = [subject!] },
        });
        await using OpenSslPeer peer = OpenSslPeer.Connect(port, $"{_bench.Trust} -cert {client}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));

        Assert.Equal(isLetIn, await peer.ReadFrameAsync() is not null);
        Assert.Equal(isLetIn ? 1 : 0, _bench.Intake.Messages.Count);
        if (!isLetIn)
            Assert.Contains("on neither allowedSubjects nor allowedFingerprints", await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T02_a_revocation_list_of_another_issuer_lets_nobody_in()
    {
        // Same name, other key: only the signature tells.
        File.WriteAllBytes(_bench.Folder.Path("revoked.crl"), new TestAuthority("North Authority").Revoke(TestAuthority.Now.AddDays(7), _bench.Authority.Issue("CN=gone")));
        string client = _bench.Own("client.pem", _bench.Authority.Issue("CN=lab1", TestAuthority.ForClients));
        int port = await _bench.ListenAsync(Mutual() with { RevocationList = "revoked.crl" });
        await using OpenSslPeer peer = OpenSslPeer.Connect(port, $"{_bench.Trust} -cert {client}");
        Assert.Null(await peer.ReadFrameAsync());
        Assert.Contains("The revocationList has no valid list of its issuer CN=North Authority.", await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F13_plain_MLLP_on_a_TLS_port_is_closed_unread()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await _bench.ListenAsync());
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));
        Assert.True(await peer.EndsAsync());
        Assert.Contains("It speaks MLLP without TLS.", await _bench.Log.NextAsync(2020), StringComparison.Ordinal);
        Assert.Empty(_bench.Intake.Messages);
    }

    [Fact]
    public async Task F13_other_bytes_on_a_TLS_port_are_closed_unread()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await _bench.ListenAsync());
        await peer.SendAsync("\u0016\u0003\u0001" + TlsBench.Frame(Samples.Adt("1")));
        peer.EndSending();
        Assert.NotEmpty(await _bench.Log.NextAsync(2020));
        Assert.Empty(_bench.Intake.Messages);
    }

    [Fact]
    public async Task A_PFX_with_a_password_serves()
    {
        using X509Certificate2 own = _bench.Authority.Issue("CN=hub.example");
        File.WriteAllBytes(_bench.Folder.Path("server.pfx"), own.Export(X509ContentType.Pkcs12, "sesame"));
        await using OpenSslPeer peer = OpenSslPeer.Connect(await _bench.ListenAsync(new() { Certificate = "server.pfx", Password = "sesame" }), _bench.Trust);
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));
        Assert.Contains("MSA|AA|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_whose_files_cannot_be_used_does_not_start_and_says_why()
    {
        IOException exception = await Assert.ThrowsAsync<IOException>(() => _bench.ListenAsync(new() { Certificate = "gone.pem" }));
        Assert.Contains("There is no file", exception.Message, StringComparison.Ordinal);
    }

    private static ByteText Mark(string text) => ByteText.TryParse(text, out ByteText? bytes, out string? error) ? bytes : throw new FormatException(error);

    private static TlsServerConfig Mutual() => new() { Certificate = "server.pem", ClientCertificates = ClientCertificates.Required, ClientAuthorities = "authority.pem" };
}

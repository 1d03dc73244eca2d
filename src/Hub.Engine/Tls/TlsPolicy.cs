using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Engine.Tls;

// Protocol T01, the whole of it. BCP 195 (RFC 9325 §3.1.1 and §4.2): no version below 1.2, and for 1.2 only suites with
// forward secrecy and authenticated encryption. Compression and early data the platform does not have.

/// <summary>What every handshake of the Hub obeys.</summary>
internal static class TlsPolicy
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    // Windows has one policy for the whole machine and takes none from programs.
    private static readonly CipherSuitesPolicy? s_suites = OperatingSystem.IsWindows() ? null : MakeSuites();

    /// <summary>Options for a handshake as a server. No session is resumed when clients are checked: a resumed one would not be.</summary>
    public static SslServerAuthenticationOptions Server(SslStreamCertificateContext own, X509ChainPolicy? clients, RemoteCertificateValidationCallback check) => new()
    {
        ServerCertificateContext = own,
        EnabledSslProtocols = Versions,
        CipherSuitesPolicy = s_suites,
        AllowRenegotiation = false,
        AllowTlsResume = clients is null,
        ClientCertificateRequired = clients is not null,
        CertificateChainPolicy = clients,
        RemoteCertificateValidationCallback = clients is null ? null : check,
    };

    /// <summary>Options for a handshake as a client.</summary>
    public static SslClientAuthenticationOptions Client(string name, SslStreamCertificateContext? own, X509ChainPolicy servers, RemoteCertificateValidationCallback check) => new()
    {
        TargetHost = name,
        ClientCertificateContext = own,
        EnabledSslProtocols = Versions,
        CipherSuitesPolicy = s_suites,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateChainPolicy = servers,
        RemoteCertificateValidationCallback = check,
    };

    /// <summary>How the chain of the other side is built.</summary>
    /// <param name="authorities">The issuers to trust; null for the system's.</param>
    /// <param name="now">The time.</param>
    public static X509ChainPolicy Chain(X509Certificate2Collection? authorities, DateTimeOffset now)
    {
        X509ChainPolicy policy = new()
        {
            // Lists of revoked certificates are given as files. Nothing is fetched from addresses that a peer's certificate names.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    [UnsupportedOSPlatform("windows")]
    private static CipherSuitesPolicy MakeSuites() => new(
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]);
}

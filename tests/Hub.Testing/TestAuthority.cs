using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Testing;

/// <summary>An issuer of certificates for tests. Everything it issues is for 127.0.0.1 and lab.example, unless the test says otherwise.</summary>
public sealed class TestAuthority
{
    /// <summary>The extended key usage of servers.</summary>
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <summary>The extended key usage of clients.</summary>
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    // To find primes takes longer than most tests. Certificates that are issued one after another never have the same key.
    private static readonly Lazy<RSAParameters>[] s_keys = [.. Enumerable.Range(0, 16).Select(_ => new Lazy<RSAParameters>(MakeKey))];
    private static int s_next;

    /// <summary>Makes an issuer that signs itself.</summary>
    public TestAuthority(string name, DateTimeOffset? notAfter = null)
    {
        CertificateRequest request = new($"CN={name}", NextKey(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(From, notAfter ?? Now.AddYears(10));
    }

    /// <summary>Its certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The time of this machine, which openssl goes by.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static DateTimeOffset From { get; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Issues a certificate with its key.</summary>
    public X509Certificate2 Issue(
        string subject,
        string usage = ForServers,
        DateTimeOffset? notBefore = null,
        DateTimeOffset? notAfter = null,
        string host = "lab.example",
        X509KeyUsageFlags keyUsage = X509KeyUsageFlags.DigitalSignature,
        bool isElliptic = false,
        bool isLocal = true)
    {
        using RSA rsa = NextKey();
        using ECDsa elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = isElliptic ? new(subject, elliptic, HashAlgorithmName.SHA256) : new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        if (isLocal)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(keyUsage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForRSA(Certificate.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using X509Certificate2 bare = request.Create(Certificate.SubjectName, signer, notBefore ?? From, notAfter ?? Now.AddYears(1), serial);
        return isElliptic ? bare.CopyWithPrivateKey(elliptic) : bare.CopyWithPrivateKey(rsa);
    }

    /// <summary>Lists certificates as revoked, in DER.</summary>
    public byte[] Revoke(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        CertificateRevocationListBuilder builder = new();
        foreach (X509Certificate2 certificate in revoked)
            builder.AddEntry(certificate.SerialNumberBytes.Span, From.AddDays(1));
        return builder.Build(Certificate, 1, nextUpdate, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, From.AddDays(2));
    }

    /// <summary>A certificate with its key, as one PEM file.</summary>
    public static string PemWithKey(X509Certificate2 certificate) =>
        $"{certificate.ExportCertificatePem()}\n{((AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()!).ExportPkcs8PrivateKeyPem()}\n";

    private static RSA NextKey() => RSA.Create(s_keys[(uint)Interlocked.Increment(ref s_next) % (uint)s_keys.Length].Value);

    private static RSAParameters MakeKey()
    {
        using RSA key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    }
}

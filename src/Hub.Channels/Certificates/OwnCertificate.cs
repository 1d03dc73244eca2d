using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Channels.Certificates;

/// <summary>A certificate of the Hub's own, ready for handshakes.</summary>
public sealed class OwnCertificate
{
    internal OwnCertificate(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        Issuers = issuers;
        // Offline: what the files do not hold is not fetched from addresses that stand in certificates.
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Those of its issuers that its file holds.</summary>
    public X509Certificate2Collection Issuers { get; }

    /// <summary>Both, as handshakes use them.</summary>
    public SslStreamCertificateContext Context { get; }

    // Windows hands keys to another process for TLS, and only those that it keeps itself.
    internal static X509KeyStorageFlags KeyStorage => OperatingSystem.IsWindows() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet;

    /// <summary>Makes one of what a PEM file holds.</summary>
    internal static OwnCertificate Of(X509Certificate2 own, X509Certificate2Collection all)
    {
        X509Certificate2 kept = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null, KeyStorage);
        return new(kept, [.. all.Where(certificate => !certificate.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span))]);
    }
}

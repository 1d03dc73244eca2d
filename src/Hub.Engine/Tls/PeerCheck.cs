using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Certificates;
using Hub.Contracts.Tls;

namespace Hub.Engine.Tls;

// The platform builds the chain and compares the name. Here is what it does not know: lists of revoked certificates that
// come as files, pins and allow-lists, and words for people.

/// <summary>Judges the certificate of the other side (protocol T02, T03). A judgement is null, or why it is refused and what to do.</summary>
internal static class PeerCheck
{
    private const int MostNamesShown = 5;

    /// <summary>Judges a sender.</summary>
    public static string? Client(X509Certificate2? certificate, X509Chain? chain, TlsServerConfig config, TlsFiles files)
    {
        if (certificate is null)
            return config.ClientCertificates == ClientCertificates.Optional ? null : "It gave no certificate, and clientCertificates is required. Give the sender one.";
        return Chain(chain, "clientAuthorities") ?? Usage(certificate) ?? Revocation(chain!, files.Revocations) ?? Allowed(certificate, config);
    }

    /// <summary>Judges a receiver.</summary>
    public static string? Server(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, TlsClientConfig config, string name, TlsFiles files, DateTimeOffset now)
    {
        if (certificate is null)
            return "It gave no certificate. Is TLS set up there?";
        if (config.Pins is { } pins)
            return Pinned(certificate, pins, now);
        if (Chain(chain, config.Authorities is null ? "authorities" : "its file of authorities") is { } untrusted)
            return untrusted;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"Its certificate is for {Names(certificate)}; {name} was connected to. Use that name in \"endpoint\", or give it as \"serverName\" if it is the right receiver.";
        return Revocation(chain!, files.Revocations);
    }

    private static string? Pinned(X509Certificate2 certificate, IReadOnlyList<CertificateFingerprint> pins, DateTimeOffset now)
    {
        CertificateFingerprint given = CertificateFingerprint.Of(certificate);
        if (!pins.Contains(given))
            return $"Its certificate has the fingerprint {given}, which is none of \"pins\". If the receiver's operators say that it is theirs, add it.";
        return now < certificate.NotBefore || now > certificate.NotAfter
            ? $"Its certificate is in force from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, and now it is not. The receiver needs a new one; its fingerprint goes to \"pins\"."
            : null;
    }

    private static string? Chain(X509Chain? chain, string trusted)
    {
        X509ChainStatusFlags status = chain is null ? X509ChainStatusFlags.PartialChain : chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, next) => all | next.Status);
        if (status == X509ChainStatusFlags.NoError)
            return null;
        if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid))
            return "Its certificate, or one of its issuers', has a wrong signature.";
        if (status.HasFlag(X509ChainStatusFlags.PartialChain) || status.HasFlag(X509ChainStatusFlags.UntrustedRoot))
            return $"Its certificate is from an issuer that is not trusted here: {TlsPeer.Printable(chain?.ChainElements[^1].Certificate.Issuer)}. If it should be, add that issuer's certificate to {trusted}; if an issuer in between is missing, the other side has to send it.";
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return Dates(chain!);
        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? "Its certificate is not for this use (extended key usage): one of a server cannot be a client's, and the other way round. It needs another certificate."
            : $"Its certificate cannot be accepted ({status}).";
    }

    private static string Dates(X509Chain chain)
    {
        X509Certificate2 late = chain.ChainElements.First(element => element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))).Certificate;
        bool isEarly = chain.ChainPolicy.VerificationTime < late.NotBefore;
        string which = late == chain.ChainElements[0].Certificate ? "Its certificate" : $"The certificate of its issuer {TlsPeer.Printable(late.Subject)}";
        return isEarly
            ? $"{which} is not valid before {late.NotBefore.ToUniversalTime():u}. Is the clock right, here and there?"
            : $"{which} expired at {late.NotAfter.ToUniversalTime():u}. It needs a new one.";
    }

    // RFC 5280 §4.2.1.3: where the usage of a key is limited, it has to allow signing, which is how its holder is proved.
    private static string? Usage(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().Any(usage => !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature))
            ? "Its certificate's key is not for signing (key usage), so it cannot be a client's. It needs another certificate."
            : null;

    private static string? Revocation(X509Chain chain, IReadOnlyList<RevocationList>? lists)
    {
        if (lists is null)
            return null;
        for (int i = 0; i + 1 < chain.ChainElements.Count; i++)
        {
            (X509Certificate2 certificate, X509Certificate2 issuer) = (chain.ChainElements[i].Certificate, chain.ChainElements[i + 1].Certificate);
            RevocationList[] own = [.. lists.Where(list => list.IsOf(issuer))];
            if (own.Any(list => list.Revokes(certificate)))
                return i == 0 ? "Its certificate is revoked. It needs a new one." : $"The certificate of its issuer {TlsPeer.Printable(certificate.Subject)} is revoked.";
            if (i == 0 && own.Length == 0)
                return $"The revocationList has no valid list of its issuer {TlsPeer.Printable(issuer.Subject)}. Add that list to the file.";
        }

        return null;
    }

    private static string? Allowed(X509Certificate2 certificate, TlsServerConfig config)
    {
        if (config.AllowedSubjects is null && config.AllowedFingerprints is null)
            return null;
        bool isAllowed = config.AllowedSubjects?.Any(subject => subject.Matches(certificate.SubjectName)) == true
            || config.AllowedFingerprints?.Contains(CertificateFingerprint.Of(certificate)) == true;
        return isAllowed ? null : "Its certificate is good, and on neither allowedSubjects nor allowedFingerprints of this listener. Add it there if this sender is wanted.";
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select((IPAddress address) => address.ToString())];
        return all.Length == 0
            ? $"no host name (its subject is {TlsPeer.Printable(certificate.Subject)})"
            : TlsPeer.Printable(string.Join(", ", all.Take(MostNamesShown)) + (all.Length > MostNamesShown ? ", …" : ""));
    }
}

using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Certificates;
using Hub.Contracts.Tls;
using Hub.Dashboard;

namespace Hub.Engine.Tls;

/// <content>What pages show of certificates.</content>
internal sealed partial class Certificates
{
    /// <summary>All that are in use, those that end first first.</summary>
    public IReadOnlyList<CertificateView> All()
    {
        // The same file may serve several channels.
        IEnumerable<(CertificateView View, string Channel)> all = _followed.SelectMany(entry => Views(entry.Value.Name, entry.Value.Current).Select(view => (view, entry.Value.Channel))).Concat(_expiry.Peers);
        return [.. all.GroupBy(one => one.View, one => one.Channel).Select(same => same.Key with { Channels = [.. same.Where(channel => channel.Length > 0).Distinct().Order(StringComparer.Ordinal)] }).OrderBy(view => view.EndsAt).ThenBy(view => view.Subject, StringComparer.Ordinal)];
    }

    private static IEnumerable<CertificateView> Views(string file, TlsFiles files)
    {
        if (files.Own is { } own)
        {
            yield return View("Own", own.Certificate, file);
            foreach (X509Certificate2 issuer in own.Issuers)
                yield return View("OwnIssuer", issuer, file);
        }

        foreach (X509Certificate2 authority in files.Authorities ?? [])
            yield return View("Trusted", authority, file);
        foreach (RevocationList list in files.Revocations ?? [])
        {
            if (list.NextUpdate is { } next)
                yield return new("RevocationList", list.Issuer, list.Issuer, next, file, "");
        }
    }

    private static CertificateView View(string kind, X509Certificate2 certificate, string file) =>
        new(kind, TlsPeer.Printable(certificate.Subject), TlsPeer.Printable(certificate.Issuer), certificate.NotAfter, file, CertificateFingerprint.Of(certificate).Hex);
}

/// <content>What pages show of partners.</content>
internal sealed partial class ExpiryWarnings
{
    /// <summary>The certificates that partners have shown since the Hub was started.</summary>
    public IEnumerable<(CertificateView View, string Channel)> Peers => _peers.Select(pair => (new CertificateView(
        pair.Value.Role switch { "receiver's" => "Receiver", "sender's" => "Sender", "receiver's issuer's" => "ReceiverIssuer", _ => "SenderIssuer" },
        pair.Value.Subject, "", pair.Value.End, "", ""), pair.Key.Channel));
}

using System.Security.Cryptography.X509Certificates;

namespace Hub.Contracts.Tls;

/// <summary>The other side of one handshake, as far as it got: for logs and for errors (protocol T02).</summary>
public sealed class TlsPeer
{
    private const int MostShown = 200;

    /// <summary>The subject of its certificate, printable; null when it gave none.</summary>
    public string? Subject { get; private set; }

    /// <summary>The SHA-256 fingerprint of its certificate; null when it gave none.</summary>
    public CertificateFingerprint? Fingerprint { get; private set; }

    /// <summary>Why its certificate was refused and what to do; null when it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Notes whose certificate came.</summary>
    /// <param name="certificate">The certificate; null when none came.</param>
    public void Present(X509Certificate2? certificate)
    {
        Subject = certificate is null ? null : Printable(certificate.Subject);
        Fingerprint = certificate is null ? null : CertificateFingerprint.Of(certificate);
    }

    /// <summary>Notes why it is refused.</summary>
    /// <param name="reason">Why, and what to do.</param>
    /// <returns>False: the certificate is not taken.</returns>
    public bool Refuse(string reason)
    {
        Refusal = reason;
        return false;
    }

    /// <summary>Makes text of a certificate fit for logs: whoever made the certificate chose it.</summary>
    /// <param name="text">A subject, an issuer, a host name.</param>
    /// <returns>At most 200 characters, none of which begins a line or moves a cursor.</returns>
    public static string Printable(string? text)
    {
        string shown = text is { Length: > MostShown } ? text[..MostShown] + "…" : text ?? "";
        return string.Concat(shown.Select(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? '?' : letter));
    }
}

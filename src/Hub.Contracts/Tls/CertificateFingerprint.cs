using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Contracts.Tls;

/// <summary>The SHA-256 fingerprint of one certificate. Files write 64 hexadecimal digits, with or without colons.</summary>
public sealed record CertificateFingerprint
{
    private CertificateFingerprint(string hex) => Hex = hex;

    /// <summary>64 hexadecimal digits, small letters, no colons.</summary>
    public string Hex { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The fingerprint; null when it is none.</param>
    /// <param name="error">What is wrong and what to do; null when nothing is.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out CertificateFingerprint? value, out string? error)
    {
        string hex = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        bool isOne = hex.Length == 64 && hex.All(char.IsAsciiHexDigit);
        value = isOne ? new(hex) : null;
        error = isOne ? null : $"\"{text}\" is not a SHA-256 fingerprint: 64 hexadecimal digits. Run: openssl x509 -in FILE -noout -fingerprint -sha256";
        return isOne;
    }

    /// <summary>The fingerprint of a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>Its fingerprint.</returns>
    public static CertificateFingerprint Of(X509Certificate2 certificate) => new(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());

    /// <summary>As files write it.</summary>
    /// <returns>64 hexadecimal digits.</returns>
    public override string ToString() => Hex;
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Contracts.Tls;

/// <summary>Parts of the subject of certificates, as files write them: <c>CN=lab1, O=North Trust</c>. The order and upper and lower case do not matter.</summary>
public sealed record CertificateSubject
{
    private readonly (string Attribute, string Value)[] _parts;

    private CertificateSubject(string text, (string Attribute, string Value)[] parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>As the file writes it.</summary>
    public string Text { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The parts; null when there are none.</param>
    /// <param name="error">What is wrong and what to do; null when nothing is.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out CertificateSubject? value, out string? error)
    {
        (string, string)[] parts = Read(text);
        value = parts.Length > 0 ? new(text, parts) : null;
        error = value is null ? $"\"{text}\" is not the subject of a certificate. Write its parts with commas between, for example \"CN=lab1, O=North Trust\"." : null;
        return value is not null;
    }

    /// <summary>Whether a certificate's subject has all these parts.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>Whether it has.</returns>
    public bool Matches(X500DistinguishedName subject)
    {
        (string Attribute, string Value)[] given = PartsOf(subject);
        return _parts.All(part => given.Any(other => other.Attribute == part.Attribute && string.Equals(other.Value, part.Value, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Whether both stand for the same text.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Whether they do.</returns>
    public bool Equals(CertificateSubject? other) => other is not null && Text == other.Text;

    /// <inheritdoc />
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As the file writes it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;

    private static (string, string)[] Read(string text)
    {
        try
        {
            return PartsOf(new(text));
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    // A part of several attributes at once is very rare and never matches.
    private static (string Attribute, string Value)[] PartsOf(X500DistinguishedName name) =>
        [.. name.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements).Select(part => (part.GetSingleElementType().Value!, part.GetSingleElementValue() ?? ""))];
}

using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Certificates;
using Hub.Contracts.Tls;

namespace Hub.Engine.Tls;

/// <summary>The content of the files that one <c>tls</c> names, read together so that they fit together.</summary>
/// <param name="Own">The Hub's own certificate; null for a destination without one.</param>
/// <param name="Authorities">The issuers to trust; null for the system's.</param>
/// <param name="Revocations">Lists of revoked certificates; null when revocation is not looked at.</param>
internal sealed record TlsFiles(OwnCertificate? Own, X509Certificate2Collection? Authorities, IReadOnlyList<RevocationList>? Revocations)
{
    /// <summary>Reads those of a listener.</summary>
    /// <exception cref="IOException">One cannot be used.</exception>
    public static TlsFiles Read(TlsServerConfig config, string folder) => Read(folder, config.Certificate, config.Key, config.Password, config.ClientAuthorities, config.RevocationList);

    /// <summary>Reads those of a destination.</summary>
    /// <exception cref="IOException">One cannot be used.</exception>
    public static TlsFiles Read(TlsClientConfig config, string folder) => Read(folder, config.Certificate, config.Key, config.Password, config.Authorities, config.RevocationList);

    /// <summary>The names of a listener's files.</summary>
    public static string[] Names(TlsServerConfig config, string folder) => Full(folder, config.Certificate, config.Key, config.ClientAuthorities, config.RevocationList);

    /// <summary>The names of a destination's files.</summary>
    public static string[] Names(TlsClientConfig config, string folder) => Full(folder, config.Certificate, config.Key, config.Authorities, config.RevocationList);

    private static TlsFiles Read(string folder, string? certificate, string? key, string? password, string? authorities, string? revocations) => new(
        certificate is null ? null : CertificateFiles.ReadOwn(Path.Combine(folder, certificate), key is null ? null : Path.Combine(folder, key), password),
        authorities is null ? null : CertificateFiles.ReadAuthorities(Path.Combine(folder, authorities)),
        revocations is null ? null : CertificateFiles.ReadRevocations(Path.Combine(folder, revocations)));

    private static string[] Full(string folder, params string?[] names) => [.. names.OfType<string>().Select(name => Path.Combine(folder, name))];
}

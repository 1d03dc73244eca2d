namespace Hub.Contracts.Tls;

/// <summary>Whether a listener asks its senders for certificates of their own (mutual TLS).</summary>
public enum ClientCertificates
{
    /// <summary>It asks for none. The default.</summary>
    None,

    /// <summary>One that is given must be good; a sender without one is taken too.</summary>
    Optional,

    /// <summary>A sender without a good one is refused before a byte of its message is read.</summary>
    Required,
}

/// <summary>
/// TLS on a listener (protocol T01 to T05): TLS 1.2 and 1.3 alone. File names are relative to the folder of the channel file.
/// The files are read again when they change, without a restart and without dropping connections; when new ones are broken the old stay in use.
/// </summary>
public sealed record TlsServerConfig
{
    /// <summary>The listener's certificate: PEM, followed by those of its issuers, or PFX (a name that ends in <c>.pfx</c> or <c>.p12</c>).</summary>
    [ShownMember]
    public required string Certificate { get; init; }

    /// <summary>The private key in PEM. Default: it is in the file of the certificate.</summary>
    [ShownMember]
    public string? Key { get; init; }

    /// <summary>Password of the PFX or of the private key, written as <c>${secret:NAME}</c>. Default: it has none.</summary>
    [SecretMember]
    public string? Password { get; init; }

    /// <summary>Whether senders are asked for certificates. Default <c>none</c>.</summary>
    public ClientCertificates ClientCertificates { get; init; } = ClientCertificates.None;

    /// <summary>PEM file of the issuers whose client certificates are taken; the system's own are not. Needed when clientCertificates is optional or required.</summary>
    [ShownMember]
    public string? ClientAuthorities { get; init; }

    /// <summary>
    /// Only senders whose subject has all the parts that one of these names, for example <c>CN=lab1, O=North Trust</c>. With allowedFingerprints, one of both is enough.
    /// Default: every sender with a good certificate.
    /// </summary>
    public IReadOnlyList<CertificateSubject>? AllowedSubjects { get; init; }

    /// <summary>Only senders with one of these certificates, by SHA-256 fingerprint in hexadecimal. Default: every sender with a good certificate.</summary>
    public IReadOnlyList<CertificateFingerprint>? AllowedFingerprints { get; init; }

    /// <summary>File of the issuers' lists of revoked certificates (CRL), PEM or DER; then each sender's issuer must have a list there. Default: revocation is not looked at.</summary>
    [ShownMember]
    public string? RevocationList { get; init; }

    /// <summary>Finds members that do not go together. Called once when the file is loaded.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (ClientCertificates != ClientCertificates.None)
        {
            if (ClientAuthorities is null)
                yield return new(ProblemCodes.TlsMembers, "clientCertificates", "Whose client certificates are taken is not said. Add \"clientAuthorities\": a PEM file of their issuers (or of the certificates themselves, when they are self-signed).");
            yield break;
        }

        (string Name, bool IsGiven)[] needless =
        [
            ("clientAuthorities", ClientAuthorities is not null),
            ("allowedSubjects", AllowedSubjects is not null),
            ("allowedFingerprints", AllowedFingerprints is not null),
            ("revocationList", RevocationList is not null),
        ];
        foreach ((string name, _) in needless.Where(member => member.IsGiven))
            yield return new(ProblemCodes.TlsMembers, name, $"\"{name}\" concerns client certificates, and none are asked for. Add \"clientCertificates\": \"required\", or leave it out.");
    }

    /// <summary>Says the kind and no more: a member holds a secret.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "TLS of a listener";
}

namespace Hub.Contracts.Tls;

/// <summary>
/// TLS to a receiver (protocol T01, T03, T05): its certificate must come from a trusted issuer, be in force and be for its host name, or be one of <c>pins</c>.
/// There is no way to take any certificate. File names are relative to the folder of the channel file; files are read again when they change, for the next connection.
/// </summary>
public sealed record TlsClientConfig
{
    /// <summary>The name that the receiver's certificate must be for, when that is not the host of the endpoint. Default: that host.</summary>
    [ShownMember]
    public string? ServerName { get; init; }

    /// <summary>PEM file of the issuers to trust instead of the system's. Default: the system's.</summary>
    [ShownMember]
    public string? Authorities { get; init; }

    /// <summary>
    /// The very certificates that are taken, by SHA-256 fingerprint in hexadecimal; then issuer and name are not looked at, dates still are. Give the next one beside the present one before it changes.
    /// Default: issuer and name decide.
    /// </summary>
    public IReadOnlyList<CertificateFingerprint>? Pins { get; init; }

    /// <summary>The Hub's own certificate for receivers that ask for one: PEM, followed by those of its issuers, or PFX (a name that ends in <c>.pfx</c> or <c>.p12</c>). Default: none is given.</summary>
    [ShownMember]
    public string? Certificate { get; init; }

    /// <summary>The private key in PEM. Default: it is in the file of the certificate.</summary>
    [ShownMember]
    public string? Key { get; init; }

    /// <summary>Password of the PFX or of the private key, written as <c>${secret:NAME}</c>. Default: it has none.</summary>
    [SecretMember]
    public string? Password { get; init; }

    /// <summary>File of the issuers' lists of revoked certificates (CRL), PEM or DER; then the receiver's issuer must have a list there. Default: revocation is not looked at.</summary>
    [ShownMember]
    public string? RevocationList { get; init; }

    /// <summary>Finds members that do not go together. Called once when the file is loaded.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (ServerName is not null && Uri.CheckHostName(ServerName) == UriHostNameType.Unknown)
            yield return new(ProblemCodes.TlsClientMembers, "serverName", $"\"{ServerName}\" is not a host name. Give the name that stands in the receiver's certificate, for example \"lab.example\".");
        if (Pins is { Count: 0 })
            yield return new(ProblemCodes.TlsClientMembers, "pins", "The list is empty, so no receiver would be taken. Add a SHA-256 fingerprint, or leave it out.");
        (string Name, bool IsNeedless)[] members =
        [
            ("authorities", Pins is not null && Authorities is not null),
            ("serverName", Pins is not null && ServerName is not null),
            ("revocationList", Pins is not null && RevocationList is not null),
        ];
        foreach ((string name, _) in members.Where(member => member.IsNeedless))
            yield return new(ProblemCodes.TlsClientMembers, name, $"With \"pins\" the very certificate is known, so \"{name}\" is not looked at. Leave one of the two out.");
        if (Certificate is null && (Key is not null || Password is not null))
            yield return new(ProblemCodes.TlsClientMembers, Key is not null ? "key" : "password", "It belongs to a certificate, and none is given. Add \"certificate\", or leave it out.");
    }

    /// <summary>Says the kind and no more: a member holds a secret.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "TLS of a destination";
}

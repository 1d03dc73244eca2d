using Hub.Contracts;

namespace Hub.Channels.Destinations.Http;

/// <summary>An HTTP proxy.</summary>
public sealed record HttpProxyConfig
{
    /// <summary>Its address, <c>http://proxy.example:3128</c>.</summary>
    [ShownMember]
    public required string Endpoint { get; init; }

    /// <summary>The user, when the proxy wants one.</summary>
    public string? User { get; init; }

    /// <summary>The user's password: <c>${secret:PROXY_PASSWORD}</c>.</summary>
    [SecretMember]
    public string? Password { get; init; }

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttp || address.Host.Length == 0 || address.PathAndQuery != "/")
            yield return new(1468, "endpoint", "This is not the address of a proxy. Write http://host:port, for example \"http://proxy.example:3128\".");
        else if (address.UserInfo.Length > 0)
            yield return new(1461, "endpoint", "The address has a user or a password in it, which would show in logs and lists. Give \"user\" and \"password\".");
        if ((User is null) != (Password is null))
            yield return new(1468, User is null ? "user" : "password", "\"user\" and \"password\" belong together. Give both, or none.");
    }

    /// <summary>Says the kind and no more.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "proxy";
}

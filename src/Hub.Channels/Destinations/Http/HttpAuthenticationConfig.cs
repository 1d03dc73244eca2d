using Hub.Contracts;

namespace Hub.Channels.Destinations.Http;

/// <summary>How a request says who sends it: exactly one of <c>basic</c>, <c>bearer</c> and <c>header</c>. A client certificate belongs to <c>tls</c>.</summary>
public sealed record HttpAuthenticationConfig
{
    /// <summary>A user and a password (RFC 7617).</summary>
    public HttpBasicConfig? Basic { get; init; }

    /// <summary>A token (RFC 6750): <c>${secret:LAB_TOKEN}</c>.</summary>
    [SecretMember]
    public string? Bearer { get; init; }

    /// <summary>A header of the receiver's own that holds a secret.</summary>
    public HttpSecretHeaderConfig? Header { get; init; }

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        int kinds = new object?[] { Basic, Bearer, Header }.Count(kind => kind is not null);
        if (kinds != 1)
            yield return new(1467, "", $"There is {(kinds == 0 ? "none" : "more than one")} of \"basic\", \"bearer\" and \"header\". Give exactly one.");
        if (Bearer is not null && !HttpText.IsToken68(Bearer))
            yield return new(1467, "bearer", "This is not a token: it may have letters, digits and - . _ ~ + / with = at its end, and nothing before or after. Look at the secret for a line end or a \"Bearer \" in it.");
    }

    /// <summary>Says the kind and no more.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "authentication";
}

/// <summary>A user and a password.</summary>
public sealed record HttpBasicConfig
{
    /// <summary>The user, without a colon.</summary>
    public required string User { get; init; }

    /// <summary>The password: <c>${secret:LAB_PASSWORD}</c>.</summary>
    [SecretMember]
    public required string Password { get; init; }

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (User.Contains(':', StringComparison.Ordinal) || HttpText.HasControls(User))
            yield return new(1467, "user", "A user cannot have a colon or a control character in it (RFC 7617). Ask the receiver for another.");
        if (HttpText.HasControls(Password))
            yield return new(1467, "password", "The password has a line end or another control character in it. Take it out of the secret.");
    }

    /// <summary>Says the kind and no more.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "basic";
}

/// <summary>A header that holds a secret.</summary>
public sealed record HttpSecretHeaderConfig
{
    /// <summary>The header's name, <c>X-Api-Key</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value: <c>${secret:LAB_KEY}</c>.</summary>
    [SecretMember]
    public required string Value { get; init; }

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (HttpText.FindHeaderMistake(Name) is { } mistake)
            yield return new(1464, "name", mistake);
        if (Value.Length == 0 || HttpText.HasControls(Value))
            yield return new(1467, "value", "The secret is empty or has a line end or another control character in it. Put that right in the secret.");
    }

    /// <summary>Says the kind and no more.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "header";
}

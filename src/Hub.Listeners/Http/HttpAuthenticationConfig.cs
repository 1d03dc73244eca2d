using Hub.Contracts;

namespace Hub.Listeners.Http;

/// <summary>How a sender over HTTP shows who it is.</summary>
public enum HttpAuthenticationType
{
    /// <summary>User and password in the header <c>Authorization</c> (RFC 7617): <c>user</c>, <c>password</c>.</summary>
    Basic,

    /// <summary>A key in a header of its own: <c>header</c>, <c>key</c>.</summary>
    ApiKey,
}

/// <summary>Who may send over HTTP. A certificate of the sender is asked for in <c>tls</c>; the two can be used together.</summary>
public sealed record HttpAuthenticationConfig
{
    /// <summary>How senders show who they are.</summary>
    public required HttpAuthenticationType Type { get; init; }

    /// <summary>With <c>basic</c>, the user.</summary>
    public string? User { get; init; }

    /// <summary>With <c>basic</c>, the password, written as <c>${secret:NAME}</c>.</summary>
    [SecretMember]
    public string? Password { get; init; }

    /// <summary>With <c>apiKey</c>, the name of the header. Default <c>X-Api-Key</c>.</summary>
    public string? Header { get; init; }

    /// <summary>With <c>apiKey</c>, the key, written as <c>${secret:NAME}</c>.</summary>
    [SecretMember]
    public string? Key { get; init; }

    /// <summary>Finds members that do not go together.</summary>
    /// <returns>The problems.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        bool basic = Type == HttpAuthenticationType.Basic;
        foreach ((string name, string? value, bool belongs, bool needed) in new[] { ("user", User, basic, true), ("password", Password, basic, true), ("header", Header, !basic, false), ("key", Key, !basic, true) })
        {
            if (belongs && needed && string.IsNullOrEmpty(value))
                yield return new(1348, name, $"\"{name}\" is missing. Add it{(name == "user" ? "" : $", for example \"{name}\": \"${{secret:NAME}}\"")}.");
            else if (!belongs && value is not null)
                yield return new(1348, name, $"\"{name}\" goes with \"type\": \"{(basic ? "apiKey" : "basic")}\" alone. Leave it out.");
        }

        if (basic && User?.Contains(':', StringComparison.Ordinal) == true)
            yield return new(1348, "user", "A user of basic authentication has no colon: it ends the name (RFC 7617 §2).");
        if (Header is { } header && (header.Length == 0 || !header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')))
            yield return new(1348, "header", "This is not the name of a header. Use letters, digits and hyphens, for example \"X-Api-Key\".");
    }

    /// <summary>Says the kind and no more: members hold secrets.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => $"{Type} authentication";
}

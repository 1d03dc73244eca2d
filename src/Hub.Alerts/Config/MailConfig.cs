using System.Text.Json.Serialization;
using Hub.Contracts;

namespace Hub.Alerts.Config;

/// <summary>The file <c>alerts/mail.json</c>: how mails leave, and whom they go to.</summary>
public sealed record MailConfig
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The servers that take mails, in the order in which they are tried. At least one.</summary>
    public required IReadOnlyList<MailServerConfig> Servers { get; init; }

    /// <summary>The address that mails come from, <c>hub@hospital.example</c>.</summary>
    public required string From { get; init; }

    /// <summary>Who is told where a rule names nobody: addresses, or ids of contacts and groups. At least one.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>What every subject begins with, so that people can sort. Default <c>Hub</c>; name the site when there are several.</summary>
    public string Name { get; init; } = "Hub";

    public IEnumerable<ConfigProblem> Check()
    {
        if (Servers.Count == 0)
            yield return new(AlertProblems.NoServer, "servers", "No server is named. Add one: { \"host\": \"smtp.example\" }.");
        if (!Addresses.IsOne(From))
            yield return new(AlertProblems.Address, "from", $"\"{From}\" is no address. Write one, for example \"hub@hospital.example\".");
        if (To.Count == 0)
            yield return new(AlertProblems.Nobody, "to", "Nobody is named. Add an address, for example \"integration@hospital.example\".");
    }
}

/// <summary>How a connection to a mail server is protected.</summary>
public enum MailTls
{
    /// <summary>STARTTLS, or no mail.</summary>
    StartTls,

    /// <summary>None. Only for a server on this machine, unless <c>allowPlaintext</c> says otherwise.</summary>
    None,
}

/// <summary>A server that takes mails.</summary>
public sealed record MailServerConfig
{
    /// <summary>Its name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port. Default 587; 25 for a server on this machine. Port 465 (TLS from the first byte) is not supported by the platform.</summary>
    public int? Port { get; init; }

    /// <summary>How the connection is protected. Default: STARTTLS, and nothing for a server on this machine.</summary>
    public MailTls? Tls { get; init; }

    /// <summary>Whether mails, and the password, may leave this machine unprotected. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>The user to log in as. Default: no login.</summary>
    public string? User { get; init; }

    /// <summary>The user's password, by its name: <c>${secret:smtp-password}</c>.</summary>
    public string? Password { get; init; }

    /// <summary>How long a server may take for one mail, in seconds. Default 30: a slow virus scanner fits, a dead one holds nobody up for long.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>Whether it is on this machine.</summary>
    internal bool IsLocal => Host is "localhost" || (System.Net.IPAddress.TryParse(Host, out System.Net.IPAddress? address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Whether STARTTLS is wanted.</summary>
    internal bool UsesTls => (Tls ?? (IsLocal ? MailTls.None : MailTls.StartTls)) == MailTls.StartTls;

    /// <summary>The port that is used.</summary>
    internal int UsedPort => Port ?? (IsLocal ? 25 : 587);

    public IEnumerable<ConfigProblem> Check()
    {
        if (UsedPort is < 1 or > 65_535)
            yield return new(AlertProblems.Range, "port", $"{UsedPort} is no port. Give one from 1 to 65535, or leave it out for 587.");
        if (UsedPort == 465)
            yield return new(AlertProblems.ImplicitTls, "port", "Port 465 takes TLS from the first byte, which is not supported. Use port 587 of the server, with STARTTLS.");
        if (!UsesTls && !IsLocal && !AllowPlaintext)
            yield return new(AlertProblems.Plaintext, "tls", $"Mails to {Host} would leave this machine unprotected. Leave \"tls\" out for STARTTLS, or set \"allowPlaintext\": true when the network between is trusted.");
        if ((User is null) != (Password is null))
            yield return new(AlertProblems.Login, User is null ? "password" : "user", "A user and a password belong together. Give both, or neither for a server that asks for none.");
        if (TimeoutSeconds is < 1 or > 600)
            yield return new(AlertProblems.Range, "timeoutSeconds", $"{TimeoutSeconds} s is not possible. Give 1 to 600, or leave it out for 30.");
    }
}

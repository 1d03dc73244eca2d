using System.Text.Json.Serialization;
using Hub.Contracts.Tls;

namespace Hub.Engine.Syslog;

/// <summary>The file <c>syslog.json</c>: where records of the audit are sent as they are kept. Without the file nothing is sent.</summary>
public sealed record SyslogConfig
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The server, <c>host:port</c>; 6514 is usual (RFC 5425 §4.1).</summary>
    public required string Server { get; init; }

    /// <summary>TLS to the server, as of a destination. There is no way without.</summary>
    public TlsClientConfig Tls { get; init; } = new();

    /// <summary>What the Hub is called there; at most 48 printable characters (RFC 5424 §6.2.5). Default <c>hub</c>.</summary>
    public string AppName { get; init; } = "hub";

    /// <summary>The host and the port of <see cref="Server"/>; null when it is no such thing.</summary>
    [JsonIgnore]
    internal (string Host, int Port)? Address => Uri.TryCreate($"tcp://{Server}", UriKind.Absolute, out Uri? uri) && uri.Port > 0 && uri.AbsolutePath is "/" or "" && uri.UserInfo.Length == 0 ? (uri.IdnHost, uri.Port) : null;

    /// <summary>What is wrong with it, in words.</summary>
    internal IEnumerable<string> FindProblems()
    {
        if (Address is null)
            yield return $"HUB7030 $.server: \"{Server}\" is no address. Write host:port, for example \"siem.example:6514\".";
        if (AppName.Length is 0 or > 48 || AppName.Any(letter => letter is < '!' or > '~'))
            yield return $"HUB7031 $.appName: \"{AppName}\" is not possible. Give 1 to 48 printable characters without spaces.";
        foreach (Contracts.ConfigProblem problem in Tls.Check())
            yield return $"HUB{problem.Code} $.tls.{problem.Path}: {problem.Text}";
    }
}

using System.Net;
using System.Text.Json;
using Hub.Contracts;
using Hub.Listeners.Connections;
using Microsoft.Net.Http.Headers;

namespace Hub.Listeners.Http;

/// <summary>What senders over HTTP hear.</summary>
public enum HttpAnswer
{
    /// <summary>An HL7 acknowledgment to bodies of an HL7 content type, <c>application/hl7-v2</c> or <c>x-application/hl7-v2+er7</c>, JSON to all others.</summary>
    ByContentType,

    /// <summary>An HL7 acknowledgment to every body, whatever its content type.</summary>
    Hl7,

    /// <summary>A small JSON object to every body: number, outcome, problems.</summary>
    Json,
}

/// <summary>The source of a channel that receives messages over HTTP, one in the body of each request. Channels can share a port, each with a path of its own.</summary>
/// <example><code>{ "type": "http", "listen": "127.0.0.1:8080", "path": "/adt", "contentTypes": ["application/hl7-v2"], "maxMessageBytes": 1048576 }</code></example>
public sealed record HttpListenerConfig : ListenerConfig
{
    /// <summary>Address to bind, <c>host:port</c>; port 0 takes a free port.</summary>
    public override required string Listen { get; init; }

    /// <summary>The path of the requests, compared exactly. Default <c>/</c>.</summary>
    [ShownMember]
    public string Path { get; init; } = "/";

    /// <summary>The methods taken; another is answered 405. Default <c>POST</c>.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["POST"];

    /// <summary>The content types taken, without parameters, <c>["application/json"]</c>; another is answered 415. Default: all.</summary>
    public IReadOnlyList<string>? ContentTypes { get; init; }

    /// <summary>What senders hear. Default <c>byContentType</c>.</summary>
    public HttpAnswer Answer { get; init; } = HttpAnswer.ByContentType;

    /// <summary>Who may send; others are answered 401. Default: everybody who reaches the port.</summary>
    public HttpAuthenticationConfig? Authentication { get; init; }

    /// <summary>Longest body taken, in bytes. A longer one is answered 413 (protocol F06). Default 64 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a body may take to come, in seconds; then it is answered 408 (protocol F07). Slower than 256 bytes a second is not waited for. Default 60.</summary>
    public int MaxMessageSeconds { get; init; } = 60;

    /// <summary>How many requests may be on their way at once, which bounds the memory of their bodies; more are answered 429. Default 256.</summary>
    public int MaxRequests { get; init; } = 256;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check().Concat(ListenerChecks.Check(this, MaxMessageBytes, MaxMessageSeconds)))
            yield return problem;
        if (!Path.StartsWith('/') || Path.AsSpan().IndexOfAny("?#%\\ ") >= 0 || Path.Any(char.IsControl))
            yield return new(1344, "path", $"\"{Path}\" is not a path. Write it as senders do without host and query, and without % escapes, for example \"/hl7\".");
        if (Methods.Count == 0 || !Methods.All(IsToken))
            yield return new(1345, "methods", "These are not methods of HTTP. Give at least one in capital letters, for example [\"POST\"].");
        if (ContentTypes is not null && (ContentTypes.Count == 0 || !ContentTypes.All(IsMediaType)))
            yield return new(1346, "contentTypes", "These are not content types. Give at least one, as type and subtype without parameters, for example [\"application/json\"], or leave it out to take all.");
        if (MaxRequests is < 1 or > ListenerChecks.MostAtOnce)
            yield return new(1347, "maxRequests", $"{MaxRequests} is not a number of requests. Give 1 to 65535, or leave it out for 256.");
    }

    /// <inheritdoc />
    public override bool SharesAddressWith(ListenerConfig other) =>
        other is HttpListenerConfig && ListenAddress.TryRead(Listen, out IPEndPoint mine) && ListenAddress.TryRead(other.Listen, out IPEndPoint taken) && mine.Equals(taken);

    /// <inheritdoc />
    public override ConfigProblem? ClashWith(ListenerConfig other)
    {
        if (other is HttpListenerConfig http && http.Path == Path)
            return new(1350, "path", $"takes the messages of path \"{Path}\" on this port already. Give this channel another path or port.");
        return HasTlsOf(other) ? null : new(1351, "tls", "has another \"tls\" on this port, and a port has one. Write the same in both channels, or give this one another port.");
    }

    /// <summary>Whether another source has the very same TLS. Compared as text: records compare the lists in them by identity.</summary>
    internal bool HasTlsOf(ListenerConfig other) => JsonSerializer.Serialize(Tls) == JsonSerializer.Serialize(other.Tls);

    private static bool IsToken(string method) => method.Length > 0 && method.All(char.IsAsciiLetterUpper);

    private static bool IsMediaType(string type) =>
        MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed) && parsed.Parameters.Count == 0 && !parsed.MatchesAllTypes && !parsed.MatchesAllSubTypes;
}

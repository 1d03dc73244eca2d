using System.Net;
using Hub.Contracts;
using Hub.Formats.Fhir.Validation;
using Hub.Listeners.Connections;
using Hub.Listeners.Http;

namespace Hub.Listeners.Fhir;

/// <summary>
/// The source of a channel that is a FHIR R4 server to its senders, as far as sending goes: it takes resources and bundles in JSON, checks them, and answers with an OperationOutcome.
/// Taken are POST to the base (a bundle, or any resource), POST to a type, PUT to a type and id, and POST to <c>$process-message</c>; GET of <c>metadata</c> tells so.
/// </summary>
/// <example><code>{ "type": "fhir", "listen": "127.0.0.1:8080", "path": "/fhir", "resources": ["Bundle", "Patient"] }</code></example>
public sealed record FhirListenerConfig : ListenerConfig
{
    /// <summary>Makes one for JSON.</summary>
    public FhirListenerConfig() => DataType = DataType.Json;

    /// <summary>Address to bind, <c>host:port</c>; port 0 takes a free port. FHIR channels can share a port, each with a path of its own.</summary>
    public override required string Listen { get; init; }

    /// <summary>The base of the server, without a / at its end. Default <c>/fhir</c>.</summary>
    [ShownMember]
    public string Path { get; init; } = "/fhir";

    /// <summary>The types taken, <c>["Bundle", "Patient"]</c>; another is answered 404 or 422. Default: all of R4.</summary>
    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>What is checked before a resource is taken. Default <c>r4</c>.</summary>
    public FhirCheck Validation { get; init; } = FhirCheck.R4;

    /// <summary>Who may send; others are answered 401. Default: everybody who reaches the port.</summary>
    public HttpAuthenticationConfig? Authentication { get; init; }

    /// <summary>Longest body taken, in bytes. A longer one is answered 413 (protocol F06). Default 16 MiB: checking takes some ten times as much memory.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a body may take to come, in seconds; then it is answered 408 (protocol F07). Default 60.</summary>
    public int MaxMessageSeconds { get; init; } = 60;

    /// <summary>How many requests may be on their way at once; more are answered 429. Default 64.</summary>
    public int MaxRequests { get; init; } = 64;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check().Concat(ListenerChecks.Check(this, MaxMessageBytes, MaxMessageSeconds)).Concat(Http().Check().Where(problem => problem.Path is "path" or "maxRequests")))
            yield return problem;
        if (Path.EndsWith('/'))
            yield return new(2300, "path", "The base of a FHIR server has a path without a / at its end, for example \"/fhir\".");
        if (DataType != DataType.Json)
            yield return new(2301, "dataType", "FHIR is taken in JSON. Leave \"dataType\" out.");
        foreach (string name in (Resources ?? []).Where(name => !FhirResources.Names.Contains(name)))
            yield return new(2302, "resources", $"\"{name}\" is no resource of R4. Write names with their capital letters, for example \"Patient\".");
        if (Resources is { Count: 0 })
            yield return new(2302, "resources", "Nothing would be taken. Name at least one resource, or leave it out to take all.");
    }

    /// <inheritdoc />
    public override bool SharesAddressWith(ListenerConfig other) =>
        other is FhirListenerConfig && ListenAddress.TryRead(Listen, out IPEndPoint mine) && ListenAddress.TryRead(other.Listen, out IPEndPoint taken) && mine.Equals(taken);

    /// <inheritdoc />
    public override ConfigProblem? ClashWith(ListenerConfig other) => other is FhirListenerConfig fhir && ($"{fhir.Path}/".StartsWith($"{Path}/", StringComparison.Ordinal) || $"{Path}/".StartsWith($"{fhir.Path}/", StringComparison.Ordinal))
        ? new(1350, "path", $"takes what is at and below \"{fhir.Path}\" on this port already. Give this channel another path or port.")
        : Http().ClashWith(other);

    /// <summary>The same as a source of HTTP, which has the port, the bodies and the limits.</summary>
    internal HttpListenerConfig Http() => new()
    {
        Type = Type,
        Listen = Listen,
        Path = Path,
        Answer = HttpAnswer.Json,
        Methods = ["GET", "HEAD", "POST", "PUT"],
        Authentication = Authentication,
        MaxMessageBytes = MaxMessageBytes,
        MaxMessageSeconds = MaxMessageSeconds,
        MaxRequests = MaxRequests,
        Tls = Tls,
        AllowPlaintext = AllowPlaintext,
        Acknowledge = Acknowledge,
        OnStoreFailure = OnStoreFailure,
        DataType = DataType,
    };
}

using Hub.Channels.Config;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Fhir;

/// <summary>
/// A destination that sends FHIR R4 resources in JSON to a server. Whatever it sends can be sent again without making a second resource (protocol S09); what cannot is parked.
/// </summary>
/// <example><code>{ "id": "repository", "type": "fhir", "endpoint": "https://fhir.example/r4", "interaction": "update", "search": "identifier=https://hospital.example/mrn|${/identifier/0/value}" }</code></example>
public sealed record FhirDestinationConfig : DestinationConfig
{
    /// <summary>The base of the server, <c>https://fhir.example/r4</c>.</summary>
    [ShownMember(UpToHost = true)]
    public required ValueTemplate Endpoint { get; init; }

    /// <summary>What the server is asked to do. Default <c>byContent</c>.</summary>
    public FhirInteraction Interaction { get; init; } = FhirInteraction.ByContent;

    /// <summary>
    /// How the server finds the resource when it has it already: a search without its <c>?</c>, <c>identifier=https://hospital.example/mrn|${/identifier/0/value}</c>. Values of the message are
    /// percent-encoded; a message for which one is empty is parked. With <c>create</c> and <c>update</c> alone.
    /// </summary>
    public ValueTemplate? Search { get; init; }

    /// <summary>Whether each message is checked against R4 before it is sent; one with an error is parked with its problems. Default false.</summary>
    public bool CheckFirst { get; init; }

    /// <summary>
    /// Whether bundles are sent whose entries create resources without <c>ifNoneExist</c>. If the answer gets lost, sending again makes those twice. Default false: they are parked.
    /// </summary>
    public bool AllowBareCreates { get; init; }

    /// <summary>How the Hub says who it is. Default: not at all, or by the client certificate of <c>tls</c>.</summary>
    public HttpAuthenticationConfig? Authentication { get; init; }

    /// <summary>TLS to the server beyond what <c>https</c> in <c>endpoint</c> means already. Default: the system's issuers.</summary>
    public TlsClientConfig? Tls { get; init; }

    /// <summary>The proxy to go through. Default none; the environment is not asked.</summary>
    public HttpProxyConfig? Proxy { get; init; }

    /// <summary>How long the whole exchange may last, from connecting to the end of the answer, in seconds (protocol S04). Default 30.</summary>
    public double AnswerTimeoutSeconds { get; init; } = 30;

    /// <summary>How long to wait for a connection, in seconds. Default 10.</summary>
    public double ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>The longest wait that the server can ask for with <c>Retry-After</c>, in seconds. Default 3600.</summary>
    public int MaxRetryAfterSeconds { get; init; } = 3_600;

    /// <inheritdoc />
    protected internal override AnswerParts AnswerParts => AnswerParts.Status | AnswerParts.Text;

    /// <inheritdoc />
    public override bool Takes(DataType type) => type is DataType.Json or DataType.Raw;

    /// <inheritdoc />
    public override string? FindCaution() => AllowBareCreates
        ? "it sends bundles that make resources twice when an answer gets lost. Write ifNoneExist into their entries, or use PUT, and leave \"allowBareCreates\" out."
        : Http().FindCaution();

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (Interaction == FhirInteraction.Create && Search is null)
            yield return new(4300, "search", "A create that is sent again makes a second resource unless the server can find the first one. Add \"search\", for example \"identifier=https://hospital.example/mrn|${/identifier/0/value}\".");
        if (Search is not null && Interaction is not (FhirInteraction.Create or FhirInteraction.Update))
            yield return new(4301, "search", "\"search\" goes with \"interaction\": \"create\" or \"update\" alone. Leave it out, or say which.");
        if (Search?.Start.StartsWith('?') == true)
            yield return new(4301, "search", "Write the search without its ?.");
        if (Search?.UsesTime == true)
            yield return new(1463, "search", "A retry would send another time than the first try. Set a field to ${now:…} with a step and name that field here.");
        foreach (ConfigProblem problem in Http().Check())
            yield return problem;
    }

    /// <summary>The same as a destination of HTTP, which sends it.</summary>
    internal HttpDestinationConfig Http() => new()
    {
        Id = Id,
        Type = Type,
        Endpoint = Endpoint,
        ContentType = "application/fhir+json",
        Authentication = Authentication,
        Tls = Tls,
        Proxy = Proxy,
        Replies = Replies,
        AnswerTimeoutSeconds = AnswerTimeoutSeconds,
        ConnectTimeoutSeconds = ConnectTimeoutSeconds,
        MaxRetryAfterSeconds = MaxRetryAfterSeconds,
        Format = Format,
    };
}

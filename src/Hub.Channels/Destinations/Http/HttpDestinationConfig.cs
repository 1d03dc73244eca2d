using Hub.Channels.Config;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Http;

/// <summary>What an HTTP answer is judged by.</summary>
public enum HttpAnswer
{
    /// <summary>Its status alone (protocol S09). The default.</summary>
    Status,

    /// <summary>The HL7 acknowledgment in its body: a status of 2xx is a delivery only with AA or CA for this message (protocol A14, S03, S05).</summary>
    Hl7,
}

/// <summary>
/// A destination that sends each message as an HTTP request. Values with <c>${…}</c> are made from the delivered message each time it is sent, so a retry sends the same request.
/// </summary>
/// <example><code>{ "id": "portal", "type": "http", "endpoint": "https://portal.example/patients/${PID-3.1}", "method": "PUT", "contentType": "application/json", "body": "{\"ward\":\"${PV1-3.1}\"}" }</code></example>
public sealed record HttpDestinationConfig : DestinationConfig
{
    /// <summary>
    /// The address, <c>https://lab.example/messages</c>; after the host it can have values of the message, <c>/patients/${PID-3.1}</c>. Values are percent-encoded, and a message
    /// for which one is empty is parked.
    /// </summary>
    [ShownMember(UpToHost = true)]
    public required ValueTemplate Endpoint { get; init; }

    /// <summary>The method: <c>POST</c>, <c>PUT</c>, <c>PATCH</c>, <c>DELETE</c> or <c>GET</c>. Default <c>POST</c>.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Names and values that are added to the address after <c>?</c>, percent-encoded. Default none.</summary>
    public IReadOnlyDictionary<string, ValueTemplate> Query { get; init; } = new Dictionary<string, ValueTemplate>();

    /// <summary>Headers and their values, such as <c>"Idempotency-Key": "${channel.id}-${message.id}"</c>. Default none.</summary>
    public IReadOnlyDictionary<string, ValueTemplate> Headers { get; init; } = new Dictionary<string, ValueTemplate>();

    /// <summary>
    /// The body, with values of the message, sent as UTF-8. Values are escaped as <c>contentType</c> wants it: JSON, XML, a form; else they stand as they are.
    /// Default: the message itself, byte for byte; nothing with <c>GET</c> and <c>DELETE</c>.
    /// </summary>
    public ValueTemplate? Body { get; init; }

    /// <summary>
    /// The body's type. Has to be given with <c>body</c>. Default by what the message is: <c>application/hl7-v2</c> with the message's character set, <c>application/json</c>,
    /// <c>application/xml</c>, <c>text/csv</c> for delimited and <c>text/plain</c> for fixed-width rows with the character set of the channel, <c>application/octet-stream</c> for raw bytes.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>How the Hub says who it is. Default: not at all, or by the client certificate of <c>tls</c>.</summary>
    public HttpAuthenticationConfig? Authentication { get; init; }

    /// <summary>TLS to the receiver beyond what <c>https</c> in <c>endpoint</c> means already: other issuers to trust, a client certificate. Default: the system's issuers.</summary>
    public TlsClientConfig? Tls { get; init; }

    /// <summary>The proxy to go through. Default none; the environment is not asked.</summary>
    public HttpProxyConfig? Proxy { get; init; }

    /// <summary>What the answer is judged by, where no rule of <c>replies</c> matches. Default <c>status</c>.</summary>
    public HttpAnswer Answer { get; init; } = HttpAnswer.Status;

    /// <summary>How long the whole exchange may last, from connecting to the end of the answer, in seconds (protocol S04). Default 30.</summary>
    public double AnswerTimeoutSeconds { get; init; } = 30;

    /// <summary>How long to wait for a connection, in seconds. Default 10.</summary>
    public double ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>The longest wait that the receiver can ask for with <c>Retry-After</c>, in seconds; asking for more waits this long. Default 3600.</summary>
    public int MaxRetryAfterSeconds { get; init; } = 3_600;

    /// <inheritdoc />
    protected internal override AnswerParts AnswerParts => AnswerParts.Status | AnswerParts.Text | (Answer == HttpAnswer.Hl7 ? AnswerParts.Code : AnswerParts.None);

    /// <inheritdoc />
    public override string? FindCaution() => Authentication is not null && HttpAddress.TryReadBase(Endpoint, out Uri? address, out _) && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback
        ? "its password or token goes over the network in the clear. Use https."
        : null;

    /// <summary>Whether requests carry a body.</summary>
    internal bool HasBody => Body is not null || Method is "POST" or "PUT" or "PATCH";

    /// <summary>Every value with <c>${…}</c> and its member.</summary>
    internal IEnumerable<(string Path, ValueTemplate Value)> Values
    {
        get
        {
            yield return ("endpoint", Endpoint);
            foreach ((string name, ValueTemplate value) in Query)
                yield return ($"query.{name}", value);
            foreach ((string name, ValueTemplate value) in Headers)
                yield return ($"headers.{name}", value);
            if (Body is not null)
                yield return ("body", Body);
        }
    }

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check() => HttpChecks.Of(this);
}

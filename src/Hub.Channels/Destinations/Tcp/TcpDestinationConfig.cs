using Hub.Channels.Config;
using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Tcp;

/// <summary>What the answers of a receiver on bare TCP are.</summary>
public enum TcpReply
{
    /// <summary>Bytes or text of the receiver's own: <c>accepted</c>. The default.</summary>
    Text,

    /// <summary>HL7 acknowledgments, as over MLLP.</summary>
    Hl7,
}

/// <summary>A destination that takes messages over bare TCP, in frames of its own choice (protocol F15). A message that holds the bytes of its frame is parked.</summary>
/// <example><code>{ "id": "analyser", "type": "tcp", "endpoint": "analyser.example:2600", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" }, "accepted": "\u0006" }</code></example>
public sealed record TcpDestinationConfig : DestinationConfig
{
    /// <summary>The receiver, <c>host:port</c>.</summary>
    [ShownMember]
    public required string Endpoint { get; init; }

    /// <summary>How messages, and answers, are told apart.</summary>
    public required TcpFramingConfig Framing { get; init; }

    /// <summary>TLS to the receiver. Default: none.</summary>
    public TlsClientConfig? Tls { get; init; }

    /// <summary>False sends without waiting for an answer: at most once, so a message can be lost (protocol S08). Default true.</summary>
    public bool WaitForAnswer { get; init; } = true;

    /// <summary>What the answers are. Default <c>text</c>.</summary>
    public TcpReply Answer { get; init; } = TcpReply.Text;

    /// <summary>
    /// With <c>answer: text</c>, the whole answer that means that the receiver has the message, a byte a character. Anything else is not delivered and sent again, unless a rule of
    /// <c>replies</c> says otherwise. Default <c>"\u0006"</c>, ACK.
    /// </summary>
    public ByteText? Accepted { get; init; }

    /// <summary>How long sending and the wait for the answer may last, in seconds (protocol S04). Default 30.</summary>
    public double AnswerTimeoutSeconds { get; init; } = 30;

    /// <summary>How long to wait for a connection, in seconds. Default 10.</summary>
    public double ConnectTimeoutSeconds { get; init; } = 10;

    /// <inheritdoc />
    protected internal override AnswerParts AnswerParts =>
        !WaitForAnswer ? AnswerParts.None : Answer == TcpReply.Hl7 ? AnswerParts.Code | AnswerParts.Text : AnswerParts.Text;

    /// <inheritdoc />
    public override string? FindCaution() => WaitForAnswer ? null : AtMostOnce;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (!MllpDestinationConfig.TryReadEndpoint(Endpoint, out _, out _))
            yield return new(1401, "endpoint", $"\"{Endpoint}\" is not an address. Use host:port with a port from 1 to 65535, for example \"lab.example:6000\".");
        if (AnswerTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1402, "answerTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 30.");
        if (ConnectTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1403, "connectTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 10.");
        if (Accepted is not null && (!WaitForAnswer || Answer == TcpReply.Hl7))
            yield return new(1474, "accepted", $"It says what an answer of text is, and {(WaitForAnswer ? "\"answer\" is \"hl7\"" : "\"waitForAnswer\" is false")}. Leave one of the two out.");
        else if (Accepted is { Bytes.Length: 0 })
            yield return new(1474, "accepted", "The text is empty, and nothing is no answer. Write what the receiver answers, for example \"\\u0006\" or \"OK\".");
        else if (Framing is { End: { Bytes.Length: > 0 } end } && Accepted is { } accepted && accepted.Bytes.Span.IndexOf(end.Bytes.Span) >= 0)
            yield return new(1474, "accepted", "It holds the bytes that end an answer, so no answer could be it. They are taken off: leave them out.");
        if (Framing?.CheckTls(Tls is not null) is { } cut)
            yield return cut;
        if (Answer == TcpReply.Hl7 && Framing is { End: { Bytes.Length: > 0 } mark } && mark.Bytes.Span.IndexOfAnyExcept((byte)'\r') < 0)
            yield return new(1343, "framing.end", "HL7 has a CR after every segment, so it cannot also end a message. Give other bytes, for example \"\\u001c\\r\".");
    }
}

using System.Globalization;
using Hub.Channels.Config;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Channels.Destinations.Mllp;

/// <summary>What becomes of a message that the receiver answers with AE.</summary>
public enum OnError
{
    /// <summary>It is set aside for a person: the receiver says that its content is wrong. The default.</summary>
    Park,

    /// <summary>It is sent again; for receivers that say AE for passing troubles of their own.</summary>
    Retry,
}

/// <summary>A destination that takes HL7 v2 over MLLP.</summary>
/// <example><code>{ "id": "lab", "type": "mllp", "endpoint": "lab.example:2575", "lane": "PID-3.1", "ackTimeoutSeconds": 20 }</code></example>
public sealed record MllpDestinationConfig : DestinationConfig
{
    /// <summary>The receiver, <c>host:port</c>.</summary>
    [ShownMember]
    public required string Endpoint { get; init; }

    /// <summary>TLS to the receiver. Default: none.</summary>
    public TlsClientConfig? Tls { get; init; }

    /// <summary>How long to wait for the answer to a message, in seconds (protocol S04). Default 30.</summary>
    public double AckTimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// With a message that asks for an application answer too (MSH-16), how long to wait for it after the receiver accepted the message (CA), in seconds, at most a day.
    /// Only the application answer is a delivery (protocol S07). Default 60.
    /// </summary>
    public double ApplicationAckTimeoutSeconds { get; init; } = 60;

    /// <summary>The release of MLLP that the receiver speaks, 1 or 2. With 2 each side commits to a block, by ACK or NAK, before any acknowledgment of HL7 (protocol F12). Default 1.</summary>
    public int MllpRelease { get; init; } = 1;

    /// <summary>How long to wait for a connection, in seconds. Default 10.</summary>
    public double ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>What becomes of a message that is answered AE or CE (protocol S05). Default <c>park</c>.</summary>
    public OnError OnError { get; init; } = OnError.Park;

    /// <summary>False sends without waiting for an answer: at most once, so a message can be lost (protocol S08). Default true.</summary>
    public bool WaitForAnswer { get; init; } = true;

    /// <summary>An answer is matched by MSH-10, so only HL7 v2 can be sent.</summary>
    /// <inheritdoc />
    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    /// <inheritdoc />
    protected internal override AnswerParts AnswerParts => WaitForAnswer ? AnswerParts.Code | AnswerParts.Text : AnswerParts.None;

    /// <inheritdoc />
    public override string? FindCaution() => WaitForAnswer ? null : AtMostOnce;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (!TryReadEndpoint(Endpoint, out _, out _))
            yield return new(1401, "endpoint", $"\"{Endpoint}\" is not an address. Use host:port with a port from 1 to 65535, for example \"lab.example:2575\".");
        if (AckTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1402, "ackTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 30.");
        if (ConnectTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1403, "connectTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 10.");
        if (ApplicationAckTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1367, "applicationAckTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 60.");
        if (MllpRelease is not (1 or 2))
            yield return new(1366, "mllpRelease", $"There is no release {MllpRelease} of MLLP. Give 1, or 2 where the receiver speaks it, or leave it out for 1.");
        else if (MllpRelease == 2 && !WaitForAnswer)
            yield return new(1366, "waitForAnswer", "With release 2 of MLLP the receiver waits for a commit to each of its answers. Leave \"waitForAnswer\" out, or use release 1.");
    }

    /// <summary>Reads an address to connect to.</summary>
    internal static bool TryReadEndpoint(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        port = 0;
        return host.Length > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
    }
}

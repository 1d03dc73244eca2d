using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Asks the Hub to knock at the channel's own door each minute, as a sender would: it connects to the address that the channel listens at, makes the handshake where
/// that is TLS, and over HTTP asks for an answer (<c>OPTIONS *</c>). No message is sent, so none is stored. A minute in which nobody answers, and no message came,
/// counts as down. Where senders need certificates (<c>clientCertificates: required</c>) it connects and makes no handshake.
/// </summary>
/// <example><code>{ "timeoutSeconds": 5 }</code></example>
public sealed record ProbeConfig
{
    /// <summary>How long it waits to be let in and answered, in seconds, 1 to 20. Default 5, which no sender would call quick.</summary>
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>Finds what cannot be.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        // Shorter than a minute by far: the next one is to be looked at too.
        if (TimeoutSeconds is < 1 or > 20)
            yield return new(ProblemCodes.Probe, "timeoutSeconds", $"{TimeoutSeconds} seconds are not possible. Give 1 to 20, or leave it out for 5.");
    }
}

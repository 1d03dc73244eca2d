using Hub.Contracts;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Mllp;

/// <summary>The source of a channel that receives HL7 v2 over MLLP.</summary>
/// <example><code>{ "type": "mllp", "listen": "127.0.0.1:2575", "accept": { "versions": ["2.4", "2.5.1"], "messages": ["ADT^A01", "ORU"] } }</code></example>
public sealed record MllpListenerConfig : StreamListenerConfig
{
    /// <summary>
    /// The release of MLLP, 1 or 2. With 2 each side commits to a block by a block of its own, ACK or NAK, before any acknowledgment of HL7 (protocol F12);
    /// senders must speak it too. Default 1.
    /// </summary>
    public int MllpRelease { get; init; } = 1;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check())
            yield return problem;
        if (MllpRelease is not (1 or 2))
            yield return new(1365, "mllpRelease", $"There is no release {MllpRelease} of MLLP. Give 1, or 2 where senders speak it, or leave it out for 1.");
    }
}

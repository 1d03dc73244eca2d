using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Channels;

/// <summary>
/// Another channel of this Hub, which takes the message over in the transaction that stores it: it is with the one channel or with both, never lost between them.
/// What the message is after this destination's steps has to be the <c>dataType</c> of the other channel's source, or one of the two raw bytes.
/// The other channel runs its own steps and destinations; its source may be of any type. Both messages have one trace (<c>hub messages --trace</c>).
/// </summary>
/// <example><code>{ "id": "next", "type": "channel", "channel": "lab-results", "when": { "path": "MSH-9.1", "equals": "ORU" } }</code></example>
public sealed record ChannelDestinationConfig : DestinationConfig
{
    /// <summary>The id of the other channel. It need not run at the moment: what it is handed waits in the journal. Its file has to be there: when it was deleted, this channel is refused at the next start of the Hub.</summary>
    [ShownMember]
    public required string Channel { get; init; }

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check())
            yield return problem;
        if (Lane is not null)
            yield return new(ProblemCodes.HandOver, "lane", "Nothing is sent here, so there is no lane: the other channel gets every message in order, and its destinations have lanes. Leave \"lane\" out.");
    }
}

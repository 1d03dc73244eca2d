using Hub.Contracts;

namespace Hub.Listeners.Channels;

/// <summary>
/// The source of a channel that gets its messages from other channels alone, by their destinations of type <c>channel</c>. It opens no port.
/// (A channel with any other source takes them too.) What comes in is on disk already, so members about answers mean nothing here.
/// </summary>
/// <example><code>{ "type": "channel" }</code></example>
public sealed record ChannelListenerConfig : ListenerConfig
{
    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (Listen.Length > 0)
            yield return new(1360, "listen", "This source opens no port. Leave \"listen\" out, or choose another type of source.");
        if (Acknowledge != Acknowledge.Processed)
            yield return new(1360, "acknowledge", "Nobody waits for an answer here: the channel that hands a message over has answered for it. Leave \"acknowledge\" out.");
        if (ApplicationAck != SameConnection || ApplicationAckWantsAnswer)
            yield return new(1360, "applicationAck", "The channel that hands a message over has answered for it. Leave \"applicationAck\" out.");
        if (SequenceNumbers)
            yield return new(1360, "sequenceNumbers", "Sequence numbers are between a sender and the channel that it sends to. Leave \"sequenceNumbers\" out.");
    }
}

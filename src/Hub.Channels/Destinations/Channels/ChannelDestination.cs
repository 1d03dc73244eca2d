using Hub.Contracts;

namespace Hub.Channels.Destinations.Channels;

/// <summary>
/// The journal hands messages to other channels, so nothing is sent here. What is queued all the same was queued before the destination became of this
/// type, or was parked by a step of the destination and is released: it is set aside for a person, as only its channel can make and hand over a message.
/// </summary>
internal sealed class ChannelDestination(ChannelDestinationConfig config) : IDestination
{
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => Task.FromResult(DeliveryResult.Refused(
        $"{config.Id} is the channel {config.Channel}, which is given a message at the moment it comes through this channel and never from a queue, so releasing does nothing here. Take the message through this channel again with: hub replay {message.Id}"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

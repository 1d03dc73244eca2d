using Hub.Contracts;

namespace Hub.Channels.Destinations.Channels;

/// <summary>
/// The journal hands messages to other channels, so nothing is sent here. Only what was queued before the destination became of this type still is;
/// it is set aside for a person, because the channel it was meant for is not known to have wanted it.
/// </summary>
internal sealed class ChannelDestination(ChannelDestinationConfig config) : IDestination
{
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => Task.FromResult(DeliveryResult.Refused(
        $"It was queued before {config.Id} became the channel {config.Channel}. Take it through its channel again with: hub replay {message.Id}"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>Tells of deliveries that the pipeline set aside, as <see cref="Sender"/> does of those that receivers refused: no sender ever sees them.</summary>
internal static partial class ParkedBeforeSending
{
    /// <summary>Tells of those deliveries of a stored message that are parked.</summary>
    /// <param name="log">The log.</param>
    /// <param name="waiters">Connections that may wait for one of them; null where none can.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="id">The message.</param>
    /// <param name="deliveries">Its deliveries.</param>
    public static void Tell(ILogger log, DeliveryWaiters? waiters, string channel, MessageId id, IReadOnlyList<NewDelivery> deliveries)
    {
        for (int i = 0; i < deliveries.Count; i++)
        {
            if (deliveries[i].ParkedFor is not { } reason)
                continue;
            Parked(log, channel, deliveries[i].Destination, id, reason);
            // Who waits only counts the ends; numbers below zero are none of the journal's.
            waiters?.Complete(id, deliveries[i].Destination, -1 - i, DeliveryState.Parked);
        }
    }

    [LoggerMessage(4002, LogLevel.Error, "Channel {Channel}, destination {Destination}: message {Id} is parked. {Reason}")]
    private static partial void Parked(ILogger log, string channel, string destination, MessageId id, string reason);
}

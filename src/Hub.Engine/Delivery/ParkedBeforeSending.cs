using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>Tells the log of deliveries that the pipeline set aside, as <see cref="Sender"/> does of those that receivers refused.</summary>
internal static partial class ParkedBeforeSending
{
    /// <summary>Tells of those deliveries of a message that are parked.</summary>
    public static void Tell(ILogger log, string channel, MessageId id, IReadOnlyList<NewDelivery> deliveries)
    {
        foreach (NewDelivery delivery in deliveries)
        {
            if (delivery.ParkedFor is { } reason)
                Parked(log, channel, delivery.Destination, id, reason);
        }
    }

    [LoggerMessage(4002, LogLevel.Error, "Channel {Channel}, destination {Destination}: message {Id} is parked. {Reason}")]
    private static partial void Parked(ILogger log, string channel, string destination, MessageId id, string reason);
}

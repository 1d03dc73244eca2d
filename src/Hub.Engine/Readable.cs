using Hub.Channels;
using Hub.Contracts;

namespace Hub.Engine;

/// <summary>What can be read of the journal, where something goes on without what is damaged.</summary>
internal static class Readable
{
    /// <summary>The bytes of a message; null when they are not there or damaged.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="message">The message.</param>
    public static ReadOnlyMemory<byte>? Content(IJournalReader journal, MessageId message)
    {
        try
        {
            return journal.ReadContent(message);
        }
        catch (DamagedContentException)
        {
            return null;
        }
    }

    /// <summary>The lane that a destination gives a delivery as its channel file is now; null when it cannot be made, as of damaged bytes.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="message">The message.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="now">The time, which values of the lane may name.</param>
    public static long? Lane(IJournalReader journal, DestinationModel destination, string channel, MessageId message, StoredDelivery delivery, DateTimeOffset now)
    {
        if (destination.LaneKey is null)
            return 0;
        try
        {
            return journal.ReadDeliveryContent(delivery.Delivery) is { } content
                && destination.CheckContent(channel, message, delivery.Part, content, now, out long lane) is null ? lane : null;
        }
        catch (DamagedContentException)
        {
            return null;
        }
    }
}

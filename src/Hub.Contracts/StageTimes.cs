namespace Hub.Contracts;

/// <summary>How long a message was in each stage, as its record with its history tells.</summary>
/// <param name="Waited">From its arrival until the channel began to work on it; null while it waits, and where that was not kept.</param>
/// <param name="Working">Being worked on: validate, filter, transform; null where that was not kept.</param>
/// <param name="Deliveries">Each delivery, in the order of the message's.</param>
/// <param name="Whole">From its arrival to its end: of its processing, or of the last try that it came with. Null while anything of it waits or is parked.</param>
public sealed record StageTimes(TimeSpan? Waited, TimeSpan? Working, IReadOnlyList<DeliveryTimes> Deliveries, TimeSpan? Whole)
{
    /// <summary>Tells the times of a message.</summary>
    /// <param name="message">The message, with its history.</param>
    /// <returns>Its times.</returns>
    public static StageTimes Of(StoredMessage message)
    {
        DateTimeOffset? processedAt = message is { Waited: { } waited, Working: { } working } ? message.ReceivedAt + waited + working : null;
        List<DeliveryTimes> deliveries = [.. message.Deliveries.Select(delivery => DeliveryTimes.Of(delivery, delivery.RepeatedAt ?? MovedAt(delivery) ?? processedAt))];
        // What a person had sent again later says nothing of how long the message took.
        StoredDelivery[] own = [.. message.Deliveries.Where(delivery => delivery.RepeatedAt is null)];
        DateTimeOffset? end = own.SelectMany(delivery => delivery.History).Select(attempt => (DateTimeOffset?)(attempt.StartedAt + attempt.Duration)).Append(processedAt).Max();
        bool isOver = message.State != MessageState.Received && own.All(delivery => delivery.State is DeliveryState.Sent or DeliveryState.Skipped);
        return new(message.Waited, message.Working, deliveries, isOver && end is { } at && at >= message.ReceivedAt ? at - message.ReceivedAt : null);
    }

    private static DateTimeOffset? MovedAt(StoredDelivery delivery) =>
        delivery.Operations.FirstOrDefault(operation => operation is { Operation: DeliveryOperation.Move, State: DeliveryState.Queued })?.At;
}

/// <summary>How long a delivery was in each stage.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Queued">Waiting for its tries, parked times among it, up to the last of them; null before the first, and where that was not kept.</param>
/// <param name="Sending">In the hand of the receiver: all tries together.</param>
public sealed record DeliveryTimes(StoredDelivery Delivery, TimeSpan? Queued, TimeSpan Sending)
{
    internal static DeliveryTimes Of(StoredDelivery delivery, DateTimeOffset? queuedAt)
    {
        TimeSpan sending = delivery.History.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + attempt.Duration);
        if (delivery.History is not [.., { } last] || queuedAt is not { } since)
            return new(delivery, null, sending);
        TimeSpan queued = last.StartedAt - since - (sending - last.Duration);
        // The clock of the machine may have been set back.
        return new(delivery, queued > TimeSpan.Zero ? queued : TimeSpan.Zero, sending);
    }
}

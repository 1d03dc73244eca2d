using Hub.Channels.Config;
using Hub.Channels.Destinations.Sending;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

/// <summary>What becomes of a delivery after a try: sent, set aside with a reason, or tried again later.</summary>
internal static class RetryPolicy
{
    /// <summary>Judges a try.</summary>
    /// <param name="config">The destination.</param>
    /// <param name="head">The delivery, with this try counted.</param>
    /// <param name="now">The <see cref="DestinationGate.OpenTime"/>: what was not sent in a pause is not the receiver's doing.</param>
    /// <param name="result">What came of the try.</param>
    /// <returns>Where the delivery stands, and why.</returns>
    public static (DeliveryState State, string? Reason) Judge(DestinationConfig config, WaitingDelivery head, TimeSpan now, DeliveryResult result)
    {
        if (result.Verdict != DeliveryVerdict.Retry)
            return (result.Verdict == DeliveryVerdict.Sent ? DeliveryState.Sent : DeliveryState.Parked, result.Reason);
        head.TriedSince ??= now;
        if (result.RetryFor is not null)
            head.RefusedSince ??= now;
        if (result.PausedBy is not null)
            return (DeliveryState.Queued, result.Reason);
        if (result.IsMaybeDelivered && config.OnMaybeDelivered == OnMaybeDelivered.Hold)
            return (DeliveryState.Parked, $"Maybe delivered, and held because onMaybeDelivered is \"hold\": ask the receiver whether it has the message, then skip or release the delivery. What happened: {result.Reason}");
        if (config.Retry.MaxAttempts is { } most && head.CountedAttempts >= most)
            return (DeliveryState.Parked, $"Given up after {head.CountedAttempts} tries. {result.Reason}");
        TimeSpan? limit = null;
        if (result.RetryFor is { } asked && now - head.RefusedSince >= asked)
            limit = asked;
        else if (config.Retry.ParkAfter is { } longest && now - head.TriedSince >= longest.Length)
            limit = longest.Length;
        return limit is { } over
            ? (DeliveryState.Parked, $"Given up after {(over.TotalHours >= 1 ? $"{over.TotalHours:0.#} hours" : $"{over.TotalSeconds:0} seconds")}. {result.Reason}")
            : (DeliveryState.Queued, result.Reason);
    }
}

using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>A delivery: one message to one destination.</summary>
public sealed record DeliveryInfo
{
    /// <summary>Its number.</summary>
    public required long Delivery { get; init; }

    /// <summary>The message.</summary>
    public required long Message { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Message type and trigger event.</summary>
    public required string Type { get; init; }

    /// <summary>When the message arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Of a divided message, which part it carries, from 1.</summary>
    public int? Part { get; init; }

    /// <summary>Of a divided message, how many parts there are.</summary>
    public int? Parts { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Whether the receiver may have it without having said so.</summary>
    public required bool MaybeDelivered { get; init; }

    /// <summary>How many tries it has had.</summary>
    public required int Attempts { get; init; }

    /// <summary>Length of the bytes it sends.</summary>
    public required int Bytes { get; init; }

    /// <summary>When it is tried again, if it waits for that.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether a rule paused its lane: it stays first there, and is not tried, until a person does something to it.</summary>
    public required bool HoldsLane { get; init; }

    /// <summary>Why the last try failed, or why it is parked. Not there for those who may neither operate nor see content.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it waited for its tries, up to the last of them, in milliseconds, when one message is asked for; not there before the first, and where that was not kept.</summary>
    public double? QueuedMs { get; init; }

    /// <summary>How long it was in the hand of the receiver, all tries together, in milliseconds, when one message is asked for.</summary>
    public double? SendingMs { get; init; }

    /// <summary>When a person had it sent again; not there for one that the message came with.</summary>
    public DateTimeOffset? RepeatedAt { get; init; }

    /// <summary>Who that was; not there where that was not kept.</summary>
    public string? RepeatedBy { get; init; }

    /// <summary>Its tries, when one message is asked for.</summary>
    public IReadOnlyList<AttemptInfo>? History { get; init; }

    /// <summary>What was done to it beside its tries, when one message is asked for.</summary>
    public IReadOnlyList<OperationInfo>? Operations { get; init; }

    internal static DeliveryInfo Of(FoundDelivery found, bool readsReasons) => Of(found.Delivery, found.Message, found.Channel, found.Type, found.ReceivedAt, readsReasons, withHistory: false);

    internal static DeliveryInfo Of(DeliveryTimes times, StoredMessage message, bool readsReasons, bool withHistory)
    {
        DeliveryInfo info = Of(times.Delivery, message.Id, message.Channel, message.Header.Type, message.ReceivedAt, readsReasons, withHistory);
        return withHistory ? info with { QueuedMs = times.Queued?.TotalMilliseconds, SendingMs = times.Sending.TotalMilliseconds } : info;
    }

    private static DeliveryInfo Of(StoredDelivery delivery, MessageId message, string channel, string type, DateTimeOffset receivedAt, bool readsReasons, bool withHistory) => new()
    {
        Delivery = delivery.Delivery,
        Message = message.Value,
        Channel = channel,
        Destination = delivery.Destination,
        Type = type,
        ReceivedAt = receivedAt,
        Part = delivery.Part.IsWhole ? null : delivery.Part.Number,
        Parts = delivery.Part.IsWhole ? null : delivery.Part.Of,
        State = delivery.State,
        MaybeDelivered = delivery.MaybeDelivered,
        Attempts = delivery.Attempts,
        Bytes = delivery.Bytes,
        DueAt = delivery.DueAt,
        HoldsLane = delivery.HoldsLane,
        Reason = readsReasons ? delivery.Reason : null,
        RepeatedAt = delivery.RepeatedAt,
        RepeatedBy = delivery.RepeatedBy,
        History = !withHistory ? null : [.. delivery.History.Select(one => AttemptInfo.Of(one, readsReasons))],
        Operations = !withHistory ? null : [.. delivery.Operations.Select(one => OperationInfo.Of(one, readsReasons))],
    };
}

/// <summary>One try of a delivery.</summary>
/// <param name="Attempt">Its number, from 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="State">Where the delivery stood after it.</param>
/// <param name="Reason">Why it failed, if it did.</param>
/// <param name="AnswerCode">The code in the receiver's answer.</param>
/// <param name="MaybeDelivered">Whether all of it was sent and no answer came.</param>
public sealed record AttemptInfo(int Attempt, DateTimeOffset StartedAt, double DurationMs, DeliveryState State, string? Reason, string? AnswerCode, bool MaybeDelivered)
{
    internal static AttemptInfo Of(StoredAttempt attempt, bool readsReasons) =>
        new(attempt.Attempt, attempt.StartedAt, attempt.Duration.TotalMilliseconds, attempt.State, readsReasons ? attempt.Reason : null, attempt.AnswerCode, attempt.MaybeDelivered);
}

/// <summary>What was done to a delivery beside its tries.</summary>
/// <param name="Number">Its place among the delivery's operations, from 1.</param>
/// <param name="Operation">What.</param>
/// <param name="At">When.</param>
/// <param name="By">Who: the name of a user, or <c>replies[2]</c> for a rule.</param>
/// <param name="Reason">Why, if that was said.</param>
/// <param name="State">Where the delivery stood after it.</param>
/// <param name="Other">With Move, the other delivery.</param>
public sealed record OperationInfo(int Number, DeliveryOperation Operation, DateTimeOffset At, string By, string? Reason, DeliveryState State, long? Other)
{
    internal static OperationInfo Of(StoredOperation stored, bool readsReasons) =>
        new(stored.Number, stored.Operation, stored.At, stored.By, readsReasons ? stored.Reason : null, stored.State, stored.Other);
}

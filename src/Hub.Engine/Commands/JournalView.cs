using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Messages as the commands show them: the names of the JSON output stand here, and do not change.</summary>
internal static class JournalView
{
    public static object Of(StoredMessage message, string? content = null, IEnumerable<object>? messages = null) => Of(message, StageTimes.Of(message), content, messages);

    private static object Of(StoredMessage message, StageTimes times, string? content, IEnumerable<object>? messages) => new
    {
        Id = message.Id.Value,
        message.Channel,
        message.State,
        message.ReceivedAt,
        message.Header.Type,
        message.Header.ControlId,
        message.Header.Sender,
        message.Header.Version,
        message.Peer,
        message.Answer,
        message.Bytes,
        message.Sha256,
        message.Flags,
        DuplicateOf = message.DuplicateOf?.Value,
        ReplayOf = message.ReplayOf?.Value,
        message.Replay,
        message.ContentRemovedAt,
        Trace = message.Trace?.Value,
        HandedFrom = message.HandedFrom?.Value,
        PartOf = message.PartOf?.Value,
        Batch = message.Batch?.Value,
        BatchPlace = message.BatchPlace == 0 ? null : (int?)message.BatchPlace,
        BatchSize = message.BatchSize == 0 ? null : (int?)message.BatchSize,
        WaitedMs = times.Waited?.TotalMilliseconds,
        WorkingMs = times.Working?.TotalMilliseconds,
        WholeMs = times.Whole?.TotalMilliseconds,
        Problems = message.Problems.Select(ProblemView.Of),
        Deliveries = times.Deliveries.Select(Of),
        Content = content,
        Messages = messages,
    };

    public static object Of(FoundDelivery found) => new
    {
        found.Delivery.Delivery,
        Message = found.Message.Value,
        found.Channel,
        found.Delivery.Destination,
        found.Type,
        found.ReceivedAt,
        found.Delivery.State,
        found.Delivery.MaybeDelivered,
        found.Delivery.Attempts,
        found.Delivery.Bytes,
        found.Delivery.DueAt,
        HoldsLane = found.Delivery.HoldsLane ? true : (bool?)null,
        found.Delivery.Reason,
    };

    /// <summary>A delivery's state in words: <c>Parked (maybe delivered)</c>.</summary>
    public static string State(StoredDelivery delivery) => $"{delivery.State}{(delivery.MaybeDelivered ? " (maybe delivered)" : "")}{(delivery.HoldsLane ? " (lane paused)" : "")}";

    private static object Of(DeliveryTimes times)
    {
        StoredDelivery delivery = times.Delivery;
        return new
        {
            delivery.Delivery,
            delivery.Destination,
            Part = delivery.Part.IsWhole ? null : (int?)delivery.Part.Number,
            Parts = delivery.Part.IsWhole ? null : (int?)delivery.Part.Of,
            delivery.State,
            MaybeDelivered = delivery.MaybeDelivered ? true : (bool?)null,
            delivery.Attempts,
            delivery.Bytes,
            delivery.DueAt,
            HoldsLane = delivery.HoldsLane ? true : (bool?)null,
            delivery.Reason,
            delivery.RepeatedAt,
            delivery.RepeatedBy,
            QueuedMs = times.Queued?.TotalMilliseconds,
            SendingMs = delivery.History.Count == 0 ? null : (double?)times.Sending.TotalMilliseconds,
            Operations = delivery.Operations.Count == 0 ? null : delivery.Operations,
            History = delivery.History.Count == 0 ? null : delivery.History.Select(attempt => new
            {
                attempt.Attempt,
                attempt.StartedAt,
                DurationMs = attempt.Duration.TotalMilliseconds,
                attempt.State,
                attempt.Reason,
                attempt.AnswerCode,
                MaybeDelivered = attempt.MaybeDelivered ? true : (bool?)null,
            }),
        };
    }

    /// <summary>A time as people read it: local, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Deliveries in a word or two: <c>mpi Sent, archive Queued (3 tries)</c>; those of a split message counted: <c>mpi 12 Sent</c>.</summary>
    public static string Deliveries(StoredMessage message) => string.Join(", ", message.Deliveries
        .GroupBy(delivery => (delivery.Destination, State: State(delivery), Tries: delivery.State == DeliveryState.Queued ? delivery.Attempts : 0))
        .Select(same =>
        {
            string count = same.Count() == 1 ? "" : $"{same.Count()} ";
            return $"{same.Key.Destination} {count}{same.Key.State}{(same.Key.Tries > 0 ? $" ({same.Key.Tries} tries)" : "")}";
        }));
}

using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Messages as the commands show them: the names of the JSON output stand here, and do not change.</summary>
internal static class JournalView
{
    public static object Of(StoredMessage message, string? content = null) => new
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
        message.Problems,
        Deliveries = message.Deliveries.Select(Of),
        Content = content,
    };

    private static object Of(StoredDelivery delivery) => new
    {
        delivery.Delivery,
        delivery.Destination,
        delivery.State,
        delivery.Attempts,
        delivery.Bytes,
        delivery.DueAt,
        delivery.Reason,
        History = delivery.History.Count == 0 ? null : delivery.History.Select(attempt => new
        {
            attempt.Attempt,
            attempt.StartedAt,
            DurationMs = attempt.Duration.TotalMilliseconds,
            attempt.State,
            attempt.Reason,
            attempt.AnswerCode,
        }),
    };

    /// <summary>A time as people read it: local, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Deliveries in a word or two: <c>mpi Sent, archive Queued (3 tries)</c>.</summary>
    public static string Deliveries(StoredMessage message) => string.Join(", ", message.Deliveries.Select(delivery =>
        delivery.State == DeliveryState.Queued && delivery.Attempts > 0
            ? $"{delivery.Destination} Queued ({delivery.Attempts} tries)"
            : $"{delivery.Destination} {delivery.State}"));
}

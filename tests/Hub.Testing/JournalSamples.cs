using System.Text;
using Hub.Contracts;

namespace Hub.Testing;

/// <summary>Entries for tests of journals; the patients are invented.</summary>
public static class JournalSamples
{
    /// <summary>When the samples arrive.</summary>
    public static DateTimeOffset Time { get; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Bytes of a small message.</summary>
    /// <param name="text">What makes it different from others.</param>
    public static ReadOnlyMemory<byte> Bytes(string text = "A") => Encoding.ASCII.GetBytes($"MSH|^~\\&|REGADT|HOSPITAL|||||ADT^A01|{text}|P|2.5\r");

    /// <summary>An accepted message with a delivery of the received bytes to each destination, in lane 0.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="controlId">Its control id; part of its bytes.</param>
    /// <param name="destinations">Where it goes.</param>
    public static MessageArrived Accepted(MessageId id, string controlId, params string[] destinations) => new()
    {
        Id = id,
        Channel = "adt",
        Peer = "192.0.2.7:40001",
        ReceivedAt = Time,
        Content = Bytes(controlId),
        Header = new() { Type = "ADT^A01", ControlId = controlId, Sender = "REGADT^HOSPITAL", Version = "2.5" },
        State = MessageState.Accepted,
        Answer = ReceiptKind.Accepted,
        Deliveries = [.. destinations.Select(destination => new NewDelivery(destination, 0, null))],
    };

    /// <summary>A try of a delivery that took 3 ms.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="attempt">The number of the try.</param>
    /// <param name="state">Where the delivery stands then.</param>
    public static DeliveryAttempted Attempted(long delivery, int attempt, DeliveryState state) => new()
    {
        Delivery = delivery,
        Attempt = attempt,
        StartedAt = Time.AddSeconds(attempt),
        Duration = TimeSpan.FromMilliseconds(3),
        State = state,
        Reason = state == DeliveryState.Sent ? null : "The receiver said AE.",
        AnswerCode = state == DeliveryState.Sent ? "AA" : "AE",
        Answer = Bytes("answer"),
        DueAt = state == DeliveryState.Queued ? Time.AddMinutes(1) : null,
    };
}

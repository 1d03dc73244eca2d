namespace Hub.Faults.Checks;

/// <summary>A delivery as <c>hub messages --json</c> shows it.</summary>
internal sealed record JournalDelivery(long Delivery, string Destination, string State);

/// <summary>A message as <c>hub messages --json</c> shows it.</summary>
internal sealed record JournalMessage(long Id, string Channel, string ControlId, string State, IReadOnlyList<JournalDelivery> Deliveries);

namespace Hub.Contracts;

/// <summary>A message of a batch (protocol B03). Who sent it, and when, is as of the batch.</summary>
/// <param name="Id">Its number, from <see cref="IJournal.NextMessageId"/>.</param>
/// <param name="Header">What its header says.</param>
/// <param name="Content">Its bytes as received, from its MSH up to the next header or trailer.</param>
/// <param name="State">Filtered or Accepted: a batch with a message that is rejected is rejected as a whole.</param>
/// <param name="Answer">How the sender is answered.</param>
/// <param name="Problems">What it was flagged with.</param>
/// <param name="Flags">Oddities that were noticed.</param>
/// <param name="Deliveries">The deliveries it is to have; none unless Accepted.</param>
public sealed record BatchedMessage(
    MessageId Id,
    MessageHeader Header,
    ReadOnlyMemory<byte> Content,
    MessageState State,
    ReceiptKind Answer,
    IReadOnlyList<MessageProblem> Problems,
    IReadOnlyList<string> Flags,
    IReadOnlyList<NewDelivery> Deliveries);

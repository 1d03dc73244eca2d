using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Connections;

/// <summary>What a sender hears: the receipt of the engine as an HL7 acknowledgment (protocol A02 to A08).</summary>
public static class Hl7Answer
{
    /// <summary>Builds the answer.</summary>
    /// <param name="inbound">The message that is answered; its header is enough.</param>
    /// <param name="receipt">What the engine made of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">MSH-10 of the answer.</param>
    /// <returns>The answer without its frame; null when nothing is to be said.</returns>
    public static byte[]? Build(ReadOnlySpan<byte> inbound, Receipt receipt, DateTimeOffset now, string controlId) => receipt.Kind switch
    {
        ReceiptKind.Silent or ReceiptKind.Unknown => null,
        ReceiptKind.Undecodable => Acknowledgment.BuildUndecodable(now, controlId),
        _ when Hl7Batch.Is(inbound) => BatchAcknowledgment.Build(inbound.ToArray(), CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId),
        _ => Acknowledgment.Build(inbound, CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId),
    };

    // A04: AA stored, AE content wrong, AR not wanted here or not possible now.
    private static AcknowledgmentCode CodeOf(ReceiptKind kind) => kind switch
    {
        ReceiptKind.Accepted => AcknowledgmentCode.AA,
        ReceiptKind.Error => AcknowledgmentCode.AE,
        _ => AcknowledgmentCode.AR,
    };

    private static AcknowledgmentError[] ErrorsOf(Receipt receipt) => receipt.Kind == ReceiptKind.Accepted
        ? []
        : [.. receipt.Problems.Select(problem => new AcknowledgmentError(problem.Code, problem.Path is not null && FieldPath.TryParse(problem.Path, out FieldPath? path, out _) ? path : null))];
}

using System.Globalization;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Connections;

/// <summary>What a sender hears: the receipt of the engine as an HL7 acknowledgment (protocol A02 to A11).</summary>
public static class Hl7Answer
{
    /// <summary>Builds the one answer of original mode.</summary>
    /// <param name="inbound">The message that is answered; its header is enough.</param>
    /// <param name="receipt">What the engine made of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">MSH-10 of the answer.</param>
    /// <param name="batchAnswer">What the answer to a batch holds.</param>
    /// <returns>The answer without its frame; null when nothing is to be said.</returns>
    public static byte[]? Build(ReadOnlySpan<byte> inbound, Receipt receipt, DateTimeOffset now, string controlId, BatchAnswer batchAnswer = BatchAnswer.All) => receipt.Kind switch
    {
        _ when SaysNothing(receipt) => null,
        ReceiptKind.Undecodable => Acknowledgment.BuildUndecodable(now, controlId),
        _ when Hl7Batch.Is(inbound) => OfBatch(inbound.ToArray(), receipt, now, controlId, batchAnswer == BatchAnswer.ErrorsOnly),
        _ => Acknowledgment.Build(inbound, CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId, new(receipt.SequenceNumber)),
    };

    /// <summary>Builds the accept answer of enhanced mode.</summary>
    /// <param name="inbound">The message that is answered; its header is enough.</param>
    /// <param name="receipt">What the engine made of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">MSH-10 of the answer.</param>
    /// <returns>The answer without its frame; null when nothing is to be said.</returns>
    public static byte[]? BuildAccept(ReadOnlySpan<byte> inbound, Receipt receipt, DateTimeOffset now, string controlId) => SaysNothing(receipt)
        ? null
        : Acknowledgment.Build(inbound, AcceptCodeOf(receipt), ErrorsOf(receipt), now, controlId, new(receipt.SequenceNumber));

    /// <summary>Builds the application answer of enhanced mode, the first message of a new exchange.</summary>
    /// <param name="inbound">The message that is answered; its header is enough.</param>
    /// <param name="receipt">What became of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">MSH-10 of the answer.</param>
    /// <param name="acceptCondition">MSH-15 of the answer: whether it is to be acknowledged itself.</param>
    /// <returns>The answer without its frame; null when nothing is to be said.</returns>
    public static byte[]? BuildApplication(ReadOnlySpan<byte> inbound, Receipt receipt, DateTimeOffset now, string controlId, string acceptCondition = "NE") => SaysNothing(receipt)
        ? null
        : Acknowledgment.Build(receipt.About is { } first ? first.Span : inbound, CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId, new(receipt.SequenceNumber, acceptCondition));

    private static byte[]? OfBatch(byte[] inbound, Receipt receipt, DateTimeOffset now, string controlId, bool errorsOnly) => receipt.IsTooLarge
        ? BatchAcknowledgment.Build(inbound, CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId, mostMessages: 0)
        : BatchAcknowledgment.Build(inbound, receipt.IsOfSomeMessages ? AcknowledgmentCode.AA : CodeOf(receipt.Kind), ErrorsOf(receipt), now, controlId, errorsOnly);

    private static bool SaysNothing(Receipt receipt) => receipt.Kind is ReceiptKind.Silent or ReceiptKind.Unknown || receipt.IsOfAnswer;

    // A04: AA stored, AE content wrong, AR not wanted here or not possible now.
    private static AcknowledgmentCode CodeOf(ReceiptKind kind) => kind switch
    {
        ReceiptKind.Accepted => AcknowledgmentCode.AA,
        ReceiptKind.Error => AcknowledgmentCode.AE,
        _ => AcknowledgmentCode.AR,
    };

    // A04: what is too large or cannot be stored now is CE in enhanced mode, and only what is not wanted CR.
    private static AcknowledgmentCode AcceptCodeOf(Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.Accepted => AcknowledgmentCode.CA,
        ReceiptKind.Rejected when receipt.Problems is not [{ Code: 207 }, ..] => AcknowledgmentCode.CR,
        _ => AcknowledgmentCode.CE,
    };

    private static AcknowledgmentError[] ErrorsOf(Receipt receipt) => receipt.Kind == ReceiptKind.Accepted ? [] : [.. receipt.Problems.Select(problem => ErrorOf(receipt, problem))];

    // A05: a place, a code, and numbers by which somebody finds the rest here. Texts may name values of the header; those of validation rules never name any.
    private static AcknowledgmentError ErrorOf(Receipt receipt, MessageProblem problem)
    {
        string? rule = problem.Rule is { } number ? string.Create(CultureInfo.InvariantCulture, $"HUB{number}") : null;
        string? message = receipt.Id is { } id ? $"message {id}" : null;
        return new(problem.Code, problem.Path is not null && FieldPath.TryParse(problem.Path, out FieldPath? path, out _) ? path : null)
        {
            Message = problem.BatchMessage,
            Diagnostic = rule is null || message is null ? rule ?? message : $"{rule}, {message}",
            UserText = problem.Advice ?? (rule is not null ? $"{problem.Text} {AcknowledgmentAdvice.ForSender(problem.Remedy ?? "")}".TrimEnd()
                : receipt.Kind == ReceiptKind.CannotStore ? AcknowledgmentAdvice.OfUnstored : AcknowledgmentAdvice.Of(problem.Code)),
        };
    }
}

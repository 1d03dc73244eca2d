using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Connections;

// In original mode there is one answer. In enhanced mode there are two, each only under the condition that the message names:
// the accept answer as soon as the disk has the message, and the application answer when it is known what became of it.
//   MSH-15  MSH-16     the engine is asked for        first        second
//   NE      NE         the disk                       -            -
//   AL, SU  NE         the disk                       accept       -
//   NE, ER  other      the outcome                    CE CR, else application
//   AL, SU  other      the disk, then the outcome     accept       application
// A message that was refused by an accept answer gets no application answer: the exchange is over (HL7 v2.5.1 §2.9.3).
// What a message asks for never changes what is done with it, only what is said of it.

/// <summary>Which answers the HL7 messages of a listener get, and when (protocol A01, A09 to A11). Used by many connections at once.</summary>
/// <param name="config">The source, which says where application answers go.</param>
/// <param name="host">The clock and control ids.</param>
internal sealed class Hl7Answers(ListenerConfig config, ListenerHost host)
{
    /// <summary>Name of the flag of a message that names a condition which table 0155 does not have (protocol A01).</summary>
    private const string UnknownCondition = "ack-condition";

    private readonly bool _sendsOutcomes = config.ApplicationAck == ListenerConfig.SameConnection;

    /// <summary>Reads what a message asks for.</summary>
    /// <param name="message">The message; its header is enough.</param>
    public AcknowledgmentRequest Read(ReadOnlySpan<byte> message)
    {
        AcknowledgmentRequest request = AcknowledgmentRequest.Read(message);
        return _sendsOutcomes || !request.IsEnhanced ? request : request with { Application = AcknowledgmentCondition.Never };
    }

    /// <summary>What the engine is to wait for.</summary>
    public static AnswerPlan PlanOf(AcknowledgmentRequest request) => request switch
    {
        { IsEnhanced: false } => AnswerPlan.Once,
        { Application: AcknowledgmentCondition.Never } => AnswerPlan.WhenStored,
        { Accept: AcknowledgmentCondition.Always or AcknowledgmentCondition.Success } => AnswerPlan.StoredThenKnown,
        _ => AnswerPlan.WhenKnown,
    };

    /// <summary>The flags of a message, with the one about what it asks for.</summary>
    /// <param name="request">What it asks for.</param>
    /// <param name="noticed">The others.</param>
    public static IReadOnlyList<string> FlagsOf(AcknowledgmentRequest request, IReadOnlyList<string> noticed) =>
        request.IsGuessed ? [.. noticed, UnknownCondition] : noticed;

    /// <summary>The answer to the receipt.</summary>
    /// <param name="request">What the message asks for.</param>
    /// <param name="message">The message.</param>
    /// <param name="receipt">What the engine made of it, or that it is stored.</param>
    /// <returns>The answer without a frame; null when nothing is to be said.</returns>
    public byte[]? First(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt)
    {
        if (!request.IsEnhanced)
            return Hl7Answer.Build(message, receipt, host.Clock.GetLocalNow(), host.NextControlId());
        // It has no header to ask for anything with.
        if (receipt.Kind == ReceiptKind.Undecodable)
            return Hl7Answer.Build(message, receipt, host.Clock.GetLocalNow(), host.NextControlId());
        return request.WantsAccept(IsTaken(receipt)) ? Hl7Answer.BuildAccept(message, receipt, host.Clock.GetLocalNow(), host.NextControlId()) : null;
    }

    /// <summary>The answer to the outcome, which may be the receipt itself.</summary>
    /// <param name="request">What the message asks for.</param>
    /// <param name="message">The message.</param>
    /// <param name="receipt">What the first answer said, if it was sent.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <returns>The answer without a frame; null when nothing is to be said.</returns>
    public byte[]? Second(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt, Receipt outcome)
    {
        bool isOver = !IsTaken(receipt) && request.WantsAccept(false);
        return !request.IsEnhanced || outcome.IsIncomplete || outcome.Kind == ReceiptKind.Undecodable || isOver || !request.WantsApplication(IsTaken(outcome))
            ? null
            : Hl7Answer.BuildApplication(message, outcome, host.Clock.GetLocalNow(), host.NextControlId());
    }

    private static bool IsTaken(Receipt receipt) => receipt.Kind == ReceiptKind.Accepted;
}

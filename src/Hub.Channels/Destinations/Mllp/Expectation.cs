using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Mllp;

/// <summary>The answer that a message waits for.</summary>
/// <param name="ControlId">MSH-10 of the message, or what a batch is named by, which the answer has to echo (protocol S03).</param>
/// <param name="FirstId">MSH-10 of the first message, by which an answer names a batch that does not name the batch itself.</param>
/// <param name="WaitsForOutcome">Whether CA is not the end, because the message asks for an application answer too (protocol S07).</param>
/// <param name="OutcomeTimeout">How long to wait for that after CA.</param>
/// <param name="AsksForNone">Whether the message says that it wants no answer, so that none can be expected.</param>
internal readonly record struct Expectation(byte[] ControlId, byte[] FirstId, bool WaitsForOutcome, TimeSpan OutcomeTimeout, bool AsksForNone)
{
    /// <summary>Reads what a message asks for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="outcomeTimeout">How long to wait for the application answer.</param>
    public static Expectation Of(ReadOnlySpan<byte> message, TimeSpan outcomeTimeout)
    {
        AcknowledgmentRequest request = AcknowledgmentRequest.Read(message);
        bool neither = request is { Accept: AcknowledgmentCondition.Never, Application: AcknowledgmentCondition.Never };
        // One that is only wanted when something is wrong (ER) does not come when all is well: then CA is all that comes.
        bool waits = request.IsEnhanced && request.WantsApplication(isTaken: true);
        return new(AnswerView.NamedBy(message).ToArray(), AnswerView.FirstOf(message).ToArray(), waits, outcomeTimeout, neither);
    }

    /// <summary>Whether an answer is the one that is waited for.</summary>
    /// <param name="view">The answer.</param>
    public bool IsMetBy(AnswerView view) => view.Names(ControlId, FirstId);
}

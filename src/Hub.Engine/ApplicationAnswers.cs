using System.Globalization;
using Hub.Channels;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Listeners.Connections;

namespace Hub.Engine;

/// <summary>
/// The application answers of enhanced mode that go to a destination of the channel instead of the sender's connection (protocol A10).
/// They are queued in the transaction that stores the outcome they tell, so none is lost and none is told that is not on disk.
/// </summary>
internal static class ApplicationAnswers
{
    /// <summary>The answer to an outcome that the accept answer tells too.</summary>
    /// <param name="model">The channel.</param>
    /// <param name="id">The message.</param>
    /// <param name="content">Its bytes, or those of the whole that it is a part of.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="now">The time.</param>
    /// <returns>The delivery; null when the message asks for none, or answers go back on the connection.</returns>
    public static NewDelivery? WithAccept(ChannelModel model, MessageId id, ReadOnlyMemory<byte> content, PipelineOutcome outcome, DateTimeOffset now)
    {
        if (!GoesElsewhere(model) || outcome.State == MessageState.Received)
            return null;
        // What an accept answer refused gets no application answer: the exchange is over.
        bool isOver = outcome.Answer != ReceiptKind.Accepted && AcknowledgmentRequest.Read(content.Span).WantsAccept(false);
        return isOver ? null : AfterAccept(model, id, content, outcome, now);
    }

    /// <summary>The answer to an outcome that is known only after the accept answer was given.</summary>
    public static NewDelivery? AfterAccept(ChannelModel model, MessageId id, ReadOnlyMemory<byte> content, PipelineOutcome outcome, DateTimeOffset now)
    {
        if (!GoesElsewhere(model) || outcome.Answer is ReceiptKind.Undecodable or ReceiptKind.Silent)
            return null;
        AcknowledgmentRequest request = AcknowledgmentRequest.Read(content.Span);
        if (!request.IsEnhanced || !request.WantsApplication(outcome.Answer == ReceiptKind.Accepted))
            return null;
        // Unique by the number of the message, and told from those of another journal by the time; 20 characters at most.
        string controlId = string.Create(CultureInfo.InvariantCulture, $"A{now.ToUnixTimeMilliseconds():X}{id.Value:X}");
        byte[]? answer = Hl7Answer.BuildApplication(content.Span, new(outcome.Answer, outcome.Problems) { Id = id }, now, controlId, model.Config.Source.ApplicationAckWantsAnswer ? "AL" : "NE");
        return answer is null ? null : new(model.Config.Source.ApplicationAck, 0, answer);
    }

    /// <summary>The answer about a part of a message that was set aside.</summary>
    /// <param name="model">The channel.</param>
    /// <param name="id">The part.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="problem">Why.</param>
    /// <param name="now">The time.</param>
    /// <param name="isAccepted">Whether it was taken when it came, and not refused.</param>
    public static NewDelivery? SetAside(ChannelModel model, MessageId id, ReadOnlyMemory<byte> content, MessageProblem problem, DateTimeOffset now, bool isAccepted)
    {
        PipelineOutcome outcome = new() { State = MessageState.Rejected, Answer = ReceiptKind.Error, Header = MessageHeader.Empty, Problems = [problem] };
        return isAccepted ? AfterAccept(model, id, content, outcome, now) : WithAccept(model, id, content, outcome, now);
    }

    /// <summary>Whether application answers of a channel go to a destination.</summary>
    public static bool GoesElsewhere(ChannelModel model) => model.Config.Source.ApplicationAck != ListenerConfig.SameConnection;
}

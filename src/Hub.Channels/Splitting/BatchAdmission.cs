using Hub.Channels.Validation;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>
/// Whether a channel that divides batches takes one: every message of it has to be one that the channel takes (protocol B01, B02), else nothing of it is taken.
/// </summary>
/// <param name="fallbackCharacterSet">As of the source.</param>
/// <param name="refuse">Says whether a message is refused on its own.</param>
/// <param name="placeOf">Says whether a message is a part of one that was divided.</param>
/// <param name="wholeOf">Gives a message with its continued segments joined, as it is read.</param>
internal sealed class BatchAdmission(string fallbackCharacterSet, RefuseMessage refuse, Func<ReadOnlyMemory<byte>, FragmentPlace?> placeOf, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> wholeOf)
{
    private static readonly Hl7Fault s_divided = new(false, false, 207, null, "The message was divided (DSC, MSH-14), and parts in a batch are not put together. Send it whole, or its parts outside of batches.")
    {
        Advice = "Parts of a message are not taken in a batch. Send the message whole, or its parts outside of batches.",
    };

    /// <summary>Reads a batch.</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <param name="trace">Is told what validation found; null when nobody asked.</param>
    /// <param name="validates">Whether its messages are validated; they were before, if not.</param>
    /// <returns>Its messages, or the refusal with what is wrong with all of them.</returns>
    public Admission Admit(ReadOnlyMemory<byte> raw, IStepTrace? trace, bool validates)
    {
        if (Hl7Batch.Read(raw, SplitLimit.MostParts, out Hl7Fault? fault) is not { } batch)
            return new(null, HeaderReader.Read(raw.Span, null), ChannelPipeline.RefuseFault(HeaderReader.Read(raw.Span, null), fault!));
        MessageHeader header = HeaderOf(batch);
        // A13: a batch of nothing but answers is one.
        bool isAnswer = true;
        List<AdmittedMessage> messages = new(batch.Messages.Count);
        RefusedMessages refused = new();
        List<(PipelineOutcome Refusal, MessagePart Part)> acknowledgments = [];
        FoundProblems found = new([]);
        for (int i = 0; i < batch.Messages.Count; i++)
        {
            MessagePart part = new(i + 1, batch.Messages.Count);
            ReadOnlyMemory<byte> whole = wholeOf(batch.Messages[i]);
            Hl7Message? message = Hl7Message.Parse(whole, out fault, fallbackCharacterSet);
            MessageHeader own = HeaderReader.Read(whole.Span, message?.WireCharacterSet);
            IReadOnlyList<MessageProblem> wrong = [];
            isAnswer &= message is not null && AcknowledgmentRequest.IsOfAnswer(message);
            PipelineOutcome? refusal = message is null ? ChannelPipeline.RefuseFault(header, fault!) : refuse(message, own, trace, validates, out wrong);
            if (refusal is null && placeOf(batch.Messages[i]) is not null)
                refusal = ChannelPipeline.RefuseFault(header, s_divided);
            if (refusal is not null && message is not null && AcknowledgmentRequest.IsAcknowledgment(message))
                acknowledgments.Add((refusal, part));
            else if (refusal is not null)
                refused.Add(refusal, part);
            found.Add(RefusedMessages.Of(part, wrong));
            if (message is not null)
                messages.Add(new(batch.Messages[i], message, own));
        }

        isAnswer &= messages.Count > 0;
        // Nothing is wrong with the others because somebody put an acknowledgment between them.
        foreach ((PipelineOutcome refusal, MessagePart part) in acknowledgments)
        {
            if (isAnswer)
                refused.Add(refusal, part);
            else
                found.Add(RefusedMessages.Of(part, [.. refusal.Problems.Select(problem => problem with { Severity = ProblemSeverity.Warning })]));
        }

        bool isWhole = messages.Count == batch.Messages.Count;
        return new(null, header, refused.Outcome(header)) { Parts = isWhole ? messages : null, Problems = found.ToList(), IsAnswer = isAnswer };
    }

    // People look for the type and sender of what is in it, and for the number of the batch.
    private static MessageHeader HeaderOf(Hl7Batch batch)
    {
        MessageHeader first = batch.Messages.Count > 0 ? HeaderReader.Read(batch.Messages[0].Span, null) : MessageHeader.Empty;
        return batch.ControlId.IsEmpty ? first : first with { ControlId = Hl7CharacterSet.Utf8.Show(batch.ControlId) };
    }
}

/// <summary>Says whether a message is refused on its own; null when it is taken.</summary>
/// <param name="message">The message.</param>
/// <param name="header">What its header says.</param>
/// <param name="trace">Is told what validation found; null when nobody asked.</param>
/// <param name="validates">Whether it is validated.</param>
/// <param name="found">What validation found, whether it is taken or not.</param>
internal delegate PipelineOutcome? RefuseMessage(Hl7Message message, MessageHeader header, IStepTrace? trace, bool validates, out IReadOnlyList<MessageProblem> found);

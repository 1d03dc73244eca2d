using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>
/// Whether a channel that divides batches takes one: every message of it has to be one that the channel takes (protocol B01, B02), else nothing of it is taken.
/// </summary>
/// <param name="fallbackCharacterSet">As of the source.</param>
/// <param name="refuse">Says whether a message is refused on its own.</param>
internal sealed class BatchAdmission(string fallbackCharacterSet, Func<Hl7Message, MessageHeader, PipelineOutcome?> refuse)
{
    /// <summary>Reads a batch.</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <returns>Its messages, or the refusal.</returns>
    public Admission Admit(ReadOnlyMemory<byte> raw)
    {
        if (Hl7Batch.Read(raw, SplitLimit.MostParts, out Hl7Fault? fault) is not { } batch)
            return new(null, HeaderReader.Read(raw.Span, null), ChannelPipeline.RefuseFault(HeaderReader.Read(raw.Span, null), fault!));
        MessageHeader header = HeaderOf(batch);
        List<Hl7Message> messages = new(batch.Messages.Count);
        PipelineOutcome? refusal = null;
        for (int i = 0; i < batch.Messages.Count; i++)
        {
            Hl7Message? message = Hl7Message.Parse(batch.Messages[i], out fault, fallbackCharacterSet);
            PipelineOutcome? refused = message is null ? ChannelPipeline.RefuseFault(header, fault!) : refuse(message, HeaderReader.Read(batch.Messages[i].Span, message.WireCharacterSet));
            refusal ??= refused is null ? null : Of(new(i + 1, batch.Messages.Count), header, refused);
            if (message is null)
                return new(null, header, refusal);
            messages.Add(message);
        }

        return new(null, header, refusal) { Parts = messages };
    }

    private static PipelineOutcome Of(MessagePart part, MessageHeader header, PipelineOutcome refused) => refused with
    {
        Header = header,
        Problems = [.. refused.Problems.Select(problem => problem with { Text = $"{part}: {problem.Text}" })],
    };

    // People look for the type and sender of what is in it, and for the number of the batch.
    private static MessageHeader HeaderOf(Hl7Batch batch)
    {
        MessageHeader first = batch.Messages.Count > 0 ? HeaderReader.Read(batch.Messages[0].Span, null) : MessageHeader.Empty;
        return batch.ControlId.IsEmpty ? first : first with { ControlId = Hl7CharacterSet.Utf8.Show(batch.ControlId) };
    }
}

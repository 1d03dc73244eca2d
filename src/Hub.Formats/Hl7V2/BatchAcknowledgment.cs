using System.Globalization;

namespace Hub.Formats.Hl7V2;

// A batch is answered by a batch, and a file of batches by a file: each batch by one of its own, with what its BHS says the other way round
// and its own count, all of them in FHS and FTS where the file has FHS (HL7 v2.5.1 §2.10.3.3; protocol B04). A file is taken as a whole or not
// at all. What is wrong with one message is told to that one, what is wrong with a batch (B02) to its messages, and the others are rejected (AR)
// for reasons that have nothing to do with them (HL7 v2.5.1 §2.9.2).

/// <summary>Builds the answer to a batch or a file of batches: one block, an acknowledgment for each message (protocol B04).</summary>
public static class BatchAcknowledgment
{
    private const int LongestControlId = 20;

    private static readonly AcknowledgmentError[] s_takenDown = [new(207, null) { UserText = AcknowledgmentAdvice.OfBatch }];

    /// <summary>Builds the answer.</summary>
    /// <param name="inbound">The batch as received.</param>
    /// <param name="code">What to say of what concerns all of it. With AA the batch was taken, and only the messages that <paramref name="errors"/> name fared badly afterwards.</param>
    /// <param name="errors">Why, when not accepted.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">BHS-11 of the answer, or FHS-11; the other control ids in it begin with it.</param>
    /// <param name="errorsOnly">Whether messages that were taken are left out.</param>
    /// <param name="mostMessages">The most messages answered one by one; of a batch with more, all of it is answered at once. 0 where not all of it is at hand.</param>
    /// <returns>
    /// The answer without a frame; messages that are answers themselves are not in it, and null is told to nothing but such (protocol A13). A batch whose messages cannot be
    /// told apart, or that has none and is refused, gets the answer of a single message, about the batch.
    /// </returns>
    public static byte[]? Build(ReadOnlyMemory<byte> inbound, AcknowledgmentCode code, IReadOnlyList<AcknowledgmentError> errors, DateTimeOffset now, string controlId, bool errorsOnly = false, int mostMessages = 10_000)
    {
        // B02: also one whose trailers count something else has its messages.
        Hl7Batch? batch = Hl7Batch.Read(inbound, mostMessages, out _, checksCounts: false);
        // Where there is no message to tell it to, or only a line of text that begins like one, what is wrong is told of the batch.
        if (batch is null || (batch.Messages.Count == 0 && errors.Count > 0) || batch.Messages.Any(message => message.Length < 4 || !Hl7Delimiters.IsUsable(message.Span[3])))
            return Acknowledgment.Build(inbound.Span, code, errors, now, controlId);
        bool[] areAnswers = [.. batch.Messages.Select(IsAnswer)];
        if (areAnswers.Length > 0 && !areAnswers.Contains(false))
            return null;
        Answers answers = new(batch, code, errors.ToLookup(error => error.Message), now, controlId, errorsOnly, areAnswers);
        return answers.Build();
    }

    // A13. Most messages have no such word in them, and need not be parsed to know.
    private static bool IsAnswer(ReadOnlyMemory<byte> message) =>
        (message.Span.IndexOf("MSA"u8) >= 0 || message.Span.IndexOf("ACK"u8) >= 0) && Hl7Message.Parse(message, out _) is { } parsed && AcknowledgmentRequest.IsOfAnswer(parsed);

    private sealed class Answers(Hl7Batch batch, AcknowledgmentCode code, ILookup<int, AcknowledgmentError> errors, DateTimeOffset now, string controlId, bool leavesOutTaken, bool[] areAnswers)
    {
        private readonly List<byte> _answer = [];

        public byte[] Build()
        {
            bool isFile = !batch.FileHeader.IsEmpty;
            bool hasSeveral = batch.Batches.Count > 1;
            if (isFile)
                WriteHeader("FHS", batch.FileHeader.Span, controlId, batch.FileHeader.Span);
            // A file without a batch in it is answered by one.
            if (batch.Batches.Count == 0)
                WriteBatch(default, controlId);
            for (int i = 0; i < batch.Batches.Count; i++)
                WriteBatch(batch.Batches[i], hasSeveral ? Numbered(controlId, string.Create(CultureInfo.InvariantCulture, $".B{i + 1}")) : controlId);
            if (isFile)
                WriteTrailer("FTS", batch.FileHeader.Span, Math.Max(1, batch.Batches.Count));
            return [.. _answer];
        }

        private void WriteBatch(Hl7BatchPart part, string id)
        {
            // What has no BHS goes by the FHS, and without that by its first message.
            ReadOnlyMemory<byte> named = part.Header.IsEmpty ? batch.FileHeader : part.Header;
            ReadOnlyMemory<byte> header = named.IsEmpty && part.Count > 0 ? batch.Messages[part.First] : named;
            WriteHeader("BHS", header.Span, id, named.Span);
            int told = 0;
            for (int i = part.First; i < part.First + part.Count; i++)
            {
                (AcknowledgmentCode own, IReadOnlyList<AcknowledgmentError> why) = Judge(part, i + 1);
                if (areAnswers[i] || (leavesOutTaken && own is AcknowledgmentCode.AA))
                    continue;
                _answer.AddRange(Acknowledgment.Build(batch.Messages[i].Span, own, why, now, Numbered(controlId, string.Create(CultureInfo.InvariantCulture, $".{i + 1}"))));
                told++;
            }

            WriteTrailer("BTS", header.Span, told);
        }

        // Sender and receiver change places; 7 is the time, 11 our id, 12 the id of what is answered, where it has a header of its own.
        private void WriteHeader(string name, ReadOnlySpan<byte> header, string id, ReadOnlySpan<byte> named)
        {
            bool isReadable = Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters);
            AckWriter writer = new(delimiters);
            writer.Segment(name).EncodingCharacters();
            foreach (int field in (ReadOnlySpan<int>)[5, 6, 3, 4])
                writer.Field(isReadable ? Hl7Header.Field(header, field) : []);
            writer.Field(Acknowledgment.Time(now)).Fields(3).Field(id).Field(isReadable && !named.IsEmpty ? Hl7Header.Field(named, 11) : []).End();
            _answer.AddRange(writer.ToArray());
        }

        private void WriteTrailer(string name, ReadOnlySpan<byte> header, int count)
        {
            Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters);
            AckWriter writer = new(delimiters);
            writer.Segment(name).Field(count.ToString(CultureInfo.InvariantCulture)).End();
            _answer.AddRange(writer.ToArray());
        }

        private (AcknowledgmentCode Code, IReadOnlyList<AcknowledgmentError> Errors) Judge(Hl7BatchPart part, int message)
        {
            bool isOfOther = batch.Batches.Count > 1 && errors[0].Any() && errors[0].All(error => IsOfOther(error, part));
            if ((errors.Count == 0 || errors.Contains(0)) && !isOfOther)
                return (code, [.. errors[0]]);
            if (!errors.Contains(message))
                return code is AcknowledgmentCode.AA ? (code, []) : (AcknowledgmentCode.AR, s_takenDown);
            // A04: what is not wanted here is rejected, anything else is an error of the content.
            return (errors[message].All(error => error.Code is >= 200 and <= 203) ? AcknowledgmentCode.AR : AcknowledgmentCode.AE, [.. errors[message]]);
        }

        // B02: a batch whose trailer counts something else is the one that something is wrong with.
        private static bool IsOfOther(AcknowledgmentError error, Hl7BatchPart part) =>
            error.Path is { Segment: "BTS" } place && Math.Max(1, place.Occurrence) != part.Trailer;
    }

    // The end of our id tells it from others; the number tells the messages apart.
    private static string Numbered(string controlId, string suffix)
    {
        int kept = Math.Min(controlId.Length, LongestControlId - suffix.Length);
        return controlId[^kept..] + suffix;
    }
}

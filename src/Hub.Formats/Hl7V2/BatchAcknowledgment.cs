using System.Globalization;

namespace Hub.Formats.Hl7V2;

/// <summary>Builds the answer to a batch: one block with a response batch, an acknowledgment for each message (protocol B04).</summary>
public static class BatchAcknowledgment
{
    private const int LongestControlId = 20;

    private static readonly AcknowledgmentError[] s_takenDown = [new(207, null) { UserText = AcknowledgmentAdvice.OfBatch }];

    /// <summary>
    /// Builds the answer. A batch is taken as a whole or not at all. What is wrong with one message is told to that one, and the others are rejected (AR) for reasons
    /// that have nothing to do with them (HL7 v2.5.1 §2.9.2).
    /// </summary>
    /// <param name="inbound">The batch as received.</param>
    /// <param name="code">What to say of what concerns all of it.</param>
    /// <param name="errors">Why, when not accepted.</param>
    /// <param name="now">The time.</param>
    /// <param name="controlId">BHS-11 of the answer; the control ids of its messages begin with it.</param>
    /// <param name="errorsOnly">Whether messages that were taken are left out.</param>
    /// <param name="mostMessages">The most messages answered one by one.</param>
    /// <returns>The answer without a frame; messages that are answers themselves are not in it (protocol A13). A batch whose messages cannot be told apart, or that has none and is refused, gets the answer of a single message, about the batch.</returns>
    public static byte[] Build(ReadOnlyMemory<byte> inbound, AcknowledgmentCode code, IReadOnlyList<AcknowledgmentError> errors, DateTimeOffset now, string controlId, bool errorsOnly = false, int mostMessages = 10_000)
    {
        // B02: also one whose trailers count something else has its messages.
        Hl7Batch? batch = Hl7Batch.Read(inbound, mostMessages, out _, checksCounts: false);
        // Where there is no message to tell it to, what is wrong is told of the batch.
        if (batch is null || (batch.Messages.Count == 0 && errors.Count > 0))
            return Acknowledgment.Build(inbound.Span, code, errors, now, controlId);
        List<byte> answer = [];
        ReadOnlySpan<byte> header = batch.Header.IsEmpty && batch.Messages.Count > 0 ? batch.Messages[0].Span : batch.Header.Span;
        bool readable = Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters);
        AckWriter writer = new(delimiters);
        writer.Segment("BHS").EncodingCharacters();
        foreach (int field in (ReadOnlySpan<int>)[5, 6, 3, 4])
            writer.Field(readable ? Hl7Header.Field(header, field) : []);
        // BHS-7 time, BHS-11 our id, BHS-12 the id of the batch that is answered.
        writer.Field(Acknowledgment.Time(now)).Fields(3).Field(controlId).Field(readable ? batch.ControlId : []).End();
        answer.AddRange(writer.ToArray());
        int[] answered = errorsOnly && code is AcknowledgmentCode.AA ? [] : [.. Enumerable.Range(0, batch.Messages.Count).Where(i => !IsAnswer(batch.Messages[i]))];
        ILookup<int, AcknowledgmentError> byMessage = errors.ToLookup(error => error.Message);
        foreach (int i in answered)
        {
            (AcknowledgmentCode own, IReadOnlyList<AcknowledgmentError> why) = Judge(code, byMessage, i + 1);
            answer.AddRange(Acknowledgment.Build(batch.Messages[i].Span, own, why, now, Numbered(controlId, i + 1)));
        }

        AckWriter trailer = new(delimiters);
        trailer.Segment("BTS").Field(answered.Length.ToString(CultureInfo.InvariantCulture)).End();
        answer.AddRange(trailer.ToArray());
        return [.. answer];
    }

    // A13. Most messages have no such word in them, and need not be parsed to know.
    private static bool IsAnswer(ReadOnlyMemory<byte> message) =>
        (message.Span.IndexOf("MSA"u8) >= 0 || message.Span.IndexOf("ACK"u8) >= 0) && Hl7Message.Parse(message, out _) is { } parsed && AcknowledgmentRequest.IsOfAnswer(parsed);

    private static (AcknowledgmentCode Code, IReadOnlyList<AcknowledgmentError> Errors) Judge(AcknowledgmentCode code, ILookup<int, AcknowledgmentError> byMessage, int message)
    {
        if (byMessage.Count == 0 || byMessage.Contains(0))
            return (code, [.. byMessage[0]]);
        if (!byMessage.Contains(message))
            return (AcknowledgmentCode.AR, s_takenDown);
        // A04: what is not wanted here is rejected, anything else is an error of the content.
        return (byMessage[message].All(error => error.Code is >= 200 and <= 203) ? AcknowledgmentCode.AR : AcknowledgmentCode.AE, [.. byMessage[message]]);
    }

    // The end of our id tells it from others; the number tells the messages apart.
    private static string Numbered(string controlId, int number)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $".{number}");
        int kept = Math.Min(controlId.Length, LongestControlId - suffix.Length);
        return controlId[^kept..] + suffix;
    }
}

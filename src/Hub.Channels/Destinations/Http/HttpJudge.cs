using System.Globalization;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Http;

// S09: 2xx is delivered; 408, 425, 429, 5xx are sent again; other 4xx are parked. A redirect is not followed: the message
// would go where the file does not say. It is not delivered, and sending it again keeps the order until somebody looks.
// Statuses that HTTP does not have are sent again (L3). A body that was cut at 64 KiB is judged by its status alone.

/// <summary>Judges HTTP answers.</summary>
internal sealed class HttpJudge(HttpDestinationConfig config, string address, TimeProvider clock)
{
    private readonly ReplyRules _rules = new(config.Replies);

    /// <summary>Judges an answer.</summary>
    /// <param name="response">Status and headers.</param>
    /// <param name="body">The body as far as it is kept.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <param name="message">What was sent.</param>
    public DeliveryResult Judge(HttpResponseMessage response, byte[] body, bool isWhole, OutboundMessage message)
    {
        DeliveryResult result = Judge((int)response.StatusCode, body, isWhole, message);
        return result.Verdict == DeliveryVerdict.Retry ? result with { RetryAfter = RetryAfterOf(response) } : result;
    }

    private DeliveryResult Judge(int status, byte[] body, bool isWhole, OutboundMessage message)
    {
        AnswerView view = default;
        bool isHl7 = config.Answer == HttpAnswer.Hl7 && isWhole && AnswerView.TryRead(body, out view);
        // S03: no rule is asked about an answer for another message.
        if (isHl7 && !view.IsFor(message.Content.Span))
            return Again(status, body, $"answered for another message than the one it was sent (MSA-2 is not its MSH-10)");
        Reply reply = new(address, isHl7 ? view.Code : null, status, body);
        if (_rules.Judge(reply) is { } ruled)
            return ruled;
        if (status is < 200 or > 299)
            return ByStatus(status, body);
        if (config.Answer == HttpAnswer.Status)
            return DeliveryResult.Sent(Code(status), body);
        return isHl7
            ? Hl7Codes.Judge(reply) ?? Hl7Codes.Unknown(reply)
            : Again(status, body, isWhole ? $"answered {status} without an HL7 acknowledgment in the body, and \"answer\" is \"hl7\"" : "sent an answer of more than 64 KiB, which is no HL7 acknowledgment");
    }

    private DeliveryResult ByStatus(int status, byte[] body) => status switch
    {
        >= 300 and < 400 => Again(status, body, $"answered {status}, a redirect, which is not followed. Write the address that it leads to as \"endpoint\""),
        401 or 407 => Refused(status, body, "it does not know who sends. Put \"authentication\" right"),
        403 => Refused(status, body, "it does not allow this. Ask its operators, and look at \"authentication\""),
        404 or 410 => Refused(status, body, "it has nothing at this address. Put \"endpoint\" right"),
        405 => Refused(status, body, "it does not take this method here. Put \"method\" or \"endpoint\" right"),
        413 => Refused(status, body, "the message is too large for it. Ask its operators to raise its limit"),
        415 => Refused(status, body, "it does not take this type of content. Put \"contentType\" right"),
        504 => Again(status, body, "answered 504: it passed the message on and heard nothing, so whether it was delivered is not known"),
        408 or 425 or 429 or (>= 500 and < 600) => Again(status, body, $"answered {status}: it does not take the message now"),
        >= 400 and < 500 => Refused(status, body, "it finds the request wrong. Its answer says why (hub show). Put it right"),
        _ => Again(status, body, "answered with a status that HTTP does not have. Ask its operators"),
    };

    private DeliveryResult Refused(int status, byte[] body, string what) =>
        DeliveryResult.Refused($"{address} answered {status}: {what} and replay the message.", Code(status), body);

    private DeliveryResult Again(int status, byte[] body, string what) =>
        DeliveryResult.Retry($"{address} {what}. The message is sent again.", Code(status), body);

    private static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);

    // RFC 9110 §10.2.3: seconds, or a date.
    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        TimeSpan? wait = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - clock.GetUtcNow() : null;
        TimeSpan most = TimeSpan.FromSeconds(config.MaxRetryAfterSeconds);
        return wait is null || wait <= TimeSpan.Zero ? null : wait > most ? most : wait;
    }
}

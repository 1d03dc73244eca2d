using Hub.Contracts;

namespace Hub.Channels.Destinations.Replies;

/// <summary>The codes of HL7 acknowledgments (table 0008) and what they mean for a delivery where no rule of the channel says otherwise (protocol S05).</summary>
internal static class Hl7Codes
{
    // HL7 v2.5.1 §2.9.2: a reject is for reasons that have nothing to do with the content.
    private static readonly TimeSpan s_rejectsFor = TimeSpan.FromHours(24);

    public static bool IsKnown(string code) => code is "AA" or "AE" or "AR" or "CA" or "CE" or "CR";

    /// <summary>Judges by the code.</summary>
    /// <param name="reply">An answer with a code.</param>
    /// <param name="parksErrors">Whether AE and CE are set aside; else they are sent again.</param>
    /// <returns>The result; null for a code that is none (protocol S04).</returns>
    public static DeliveryResult? Judge(Reply reply, bool parksErrors = true) => reply.Code switch
    {
        "AA" or "CA" => DeliveryResult.Sent(reply.Code, reply.Content),
        "AE" or "CE" when parksErrors => DeliveryResult.Refused($"The receiver {reply.Receiver} answered {reply.Code}: it finds the content wrong. Its answer says why (hub show). Put it right and replay the message.", reply.Code, reply.Content),
        "AE" or "CE" => DeliveryResult.Retry($"The receiver {reply.Receiver} answered {reply.Code}; onError is retry.", reply.Code, reply.Content),
        "AR" or "CR" => DeliveryResult.Retry($"The receiver {reply.Receiver} answered {reply.Code}: it does not take the message now. It is sent again for 24 hours.", reply.Code, reply.Content, s_rejectsFor),
        _ => null,
    };

    /// <summary>An answer with a code that is none: not a delivery (protocol L3, S04).</summary>
    public static DeliveryResult Unknown(Reply reply) =>
        DeliveryResult.Retry($"The receiver {reply.Receiver} answered with a code that HL7 table 0008 does not have. Ask its operators, or name the code in \"replies\".", null, reply.Content);
}

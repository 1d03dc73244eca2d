using System.Net;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Why a message that a person sent was not taken. Destinations say it for a channel, with its queue and its file; here there is neither.</summary>
internal static class SendWording
{
    private static readonly (string Channel, string Here)[] s_words =
    [
        ("; it is sent again.", "."),
        (" The message is sent again.", ""),
        (" and the message sent again.", "."),
        (" It is made anew for the next try.", ""),
        (", or raise ackTimeoutSeconds.", ", or wait longer with --timeout."),
        (", or raise answerTimeoutSeconds.", ", or wait longer with --timeout."),
        (" and at \"tls\".", " and at --ca."),
    ];

    /// <summary>Why, and what to do.</summary>
    /// <param name="result">What it came to.</param>
    /// <returns>Null when it was taken.</returns>
    public static string? Of(DeliveryResult result) => result switch
    {
        { Verdict: DeliveryVerdict.Sent } => null,
        { AnswerCode: "AE" or "CE" } => "The receiver finds the content wrong. Its answer says why.",
        { AnswerCode: "AR" or "CR" } => "The receiver does not take it, for a reason that need not be in the content. Its answer says why.",
        { AnswerCode: [>= '1' and <= '9', ..] status } => OfStatus(status),
        _ => s_words.Aggregate(result.Reason, (reason, word) => reason?.Replace(word.Channel, word.Here, StringComparison.Ordinal)),
    };

    private static string OfStatus(string status) => status[0] switch
    {
        '2' => $"The receiver answered {status} without an HL7 acknowledgment of this message. For a receiver that gives none, name another --content-type: then the status counts.",
        '3' => $"The receiver answered {status}, a redirect, which is not followed. Send to the address that it leads to.",
        _ => $"The receiver answered {status}{(Enum.TryParse(status, out HttpStatusCode known) && Enum.IsDefined(known) ? $", {known}" : "")}, and has not taken it. Its answer may say why.",
    };
}

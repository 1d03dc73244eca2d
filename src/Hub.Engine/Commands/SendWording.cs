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
    ];

    /// <summary>Why, and what to do.</summary>
    /// <param name="result">What it came to.</param>
    /// <returns>Null when it was taken.</returns>
    public static string? Of(DeliveryResult result) => result switch
    {
        { Verdict: DeliveryVerdict.Sent } => null,
        { AnswerCode: "AE" or "CE" } => "The receiver finds the content wrong. Its answer says why.",
        { AnswerCode: "AR" or "CR" } => "The receiver does not take it, for a reason that need not be in the content. Its answer says why.",
        _ => s_words.Aggregate(result.Reason, (reason, word) => reason?.Replace(word.Channel, word.Here, StringComparison.Ordinal)),
    };
}

using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Replies;

// The one place that judges answers by the table "replies" of a destination. It is only asked about whole answers that are
// for the message just sent: what is silence, an end, or meant for another message never comes here, so no rule can make a
// delivery of it (protocol L3). A rule that accepts by text alone does not match an answer with a code that HL7 does not
// have: such a code counts as delivered only when a rule names it.

/// <summary>The rules of a destination about its receiver's answers. The first that matches decides.</summary>
internal sealed class ReplyRules
{
    // Longer than steps get: a judgement that is given up sends a message again that may have been taken, so a machine that
    // is only busy must not give it up. It is time of this destination alone.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly (ReplyRuleConfig Config, TextPattern? Text)[] _rules;

    public ReplyRules(IReadOnlyList<ReplyRuleConfig> rules) =>
        _rules = [.. rules.Select(rule => (rule, rule.Text is null ? null : TextPattern.Parse(rule.Text, ignoreCase: true, s_limit)))];

    /// <summary>Judges an answer.</summary>
    /// <param name="reply">The answer, whole and for the message just sent.</param>
    /// <returns>What the first matching rule says; null when none matches, so that the destination's own rule holds.</returns>
    public DeliveryResult? Judge(Reply reply)
    {
        for (int i = 0; i < _rules.Length; i++)
        {
            try
            {
                if (Matches(_rules[i].Config, _rules[i].Text, reply))
                    return Result(_rules[i].Config, i, reply) with { RaisedBy = _rules[i].Config.Raise ? $"replies[{i}]" : null };
            }
            catch (StepException)
            {
                return DeliveryResult.Retry($"The pattern of replies[{i}] took too long on the answer of {reply.Receiver}, so the answer could not be judged and the message is sent again. Write it without nested repeats, look-around or back-references.", reply.KnownCode, reply.Content);
            }
        }

        return null;
    }

    private static bool Matches(ReplyRuleConfig rule, TextPattern? text, Reply reply)
    {
        if (rule.Code is not null && (reply.Code is null || !rule.Code.Contains(reply.Code)))
            return false;
        if (rule.Status is not null && (reply.Status is not { } status || !rule.Status.Any(range => range.Has(status))))
            return false;
        if (rule is { Then: ReplyVerdict.Accept, Code: null } && reply.Code is { } code && !Hl7Codes.IsKnown(code))
            return false;
        return text is null || text.Matches(reply.Text);
    }

    private static DeliveryResult Result(ReplyRuleConfig rule, int index, Reply reply)
    {
        string? code = rule.Code is not null ? reply.Code : reply.KnownCode;
        string answered = $"The receiver {reply.Receiver} answered{(code ?? reply.Words) switch { "" => "", var words => $" {words}" }}";
        return rule.Then switch
        {
            ReplyVerdict.Accept => DeliveryResult.Sent(code, reply.Content),
            ReplyVerdict.Pause => DeliveryResult.Retry($"{answered}; replies[{index}] says to pause. Put the cause right and resume the destination (hub destinations resume).", code, reply.Content) with { PausedBy = $"replies[{index}]" },
            ReplyVerdict.PauseLane => DeliveryResult.Retry($"{answered}; replies[{index}] says to pause its lane. Put the cause right and let it go on (hub deliveries retry), or skip, edit or move this delivery.", code, reply.Content) with { PausedBy = $"replies[{index}]", PausesLane = true },
            ReplyVerdict.Park => DeliveryResult.Refused($"{answered}; replies[{index}] says to park. Its answer says why (hub show). Put the cause right and replay the message.", code, reply.Content),
            _ => DeliveryResult.Retry($"{answered}; replies[{index}] says to send it again{(rule.For is null ? "" : $" for {rule.For}")}.", code, reply.Content, rule.For?.Length),
        };
    }
}

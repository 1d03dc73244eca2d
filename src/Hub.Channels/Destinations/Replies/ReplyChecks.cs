using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Replies;

/// <summary>What is wrong with the rules of a destination as a table: rules that its answers can never match, and rules behind others that take everything they would.</summary>
internal static class ReplyChecks
{
    public static IEnumerable<ConfigProblem> Of(DestinationConfig destination)
    {
        for (int i = 0; i < destination.Replies.Count; i++)
        {
            ReplyRuleConfig rule = destination.Replies[i];
            string path = $"replies[{i}]";
            foreach (ConfigProblem problem in CheckParts(rule, path, destination))
                yield return problem;
            if (rule.Then == ReplyVerdict.Accept && rule is { Code: null, Status: null, Text: not null } && destination.AnswerParts.HasFlag(AnswerParts.Status))
                yield return new(1456, path, "The rule accepts by text alone, so the page of an error could count as a delivery. Add the status that it comes with, for example \"status\": [\"409\"].");
            if (rule.Then == ReplyVerdict.PauseLane && destination.Lane is null)
                yield return new(1457, $"{path}.then", "Without \"lane\" the destination has one lane, so this would stop all of it without saying so. Write \"lane\", for example \"PID-3.1\", or \"then\": \"pause\".");
            int earlier = FindCovering(destination.Replies, i);
            if (earlier >= 0)
                yield return new(1453, path, $"The rule can never match: the rule before it at replies[{earlier}] matches every answer that this one would, and the first rule decides. Put the narrower rule first, or leave one out.");
        }
    }

    private static IEnumerable<ConfigProblem> CheckParts(ReplyRuleConfig rule, string path, DestinationConfig destination)
    {
        if (destination.AnswerParts == AnswerParts.None)
        {
            yield return new(1452, path, "The rule can never match: this destination waits for no answer. Leave \"replies\" out.");
            yield break;
        }

        if (rule.Code is not null && !destination.AnswerParts.HasFlag(AnswerParts.Code))
            yield return new(1452, $"{path}.code", "The rule can never match: answers have a code only when they are HL7. Write \"answer\": \"hl7\" if the receiver answers with acknowledgments, or go by \"text\".");
        if (rule.Status is not null && !destination.AnswerParts.HasFlag(AnswerParts.Status))
            yield return new(1452, $"{path}.status", $"The rule can never match: answers to {destination.Type} have no HTTP status. Go by \"text\"{(destination.AnswerParts.HasFlag(AnswerParts.Code) ? " or \"code\"" : "")}.");
    }

    private static int FindCovering(IReadOnlyList<ReplyRuleConfig> rules, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (Covers(rules[i], rules[index]))
                return i;
        }

        return -1;
    }

    /// <summary>Whether every answer that the second rule matches is matched by the first. Two texts are compared as they are written.</summary>
    private static bool Covers(ReplyRuleConfig first, ReplyRuleConfig second)
    {
        // Those that say nothing are told by themselves; accepting by text leaves unknown codes to the rules after it.
        if (first is { Code: null, Status: null, Text: null } || (first.Then == ReplyVerdict.Accept && first.Code is null && second.Then != ReplyVerdict.Accept))
            return false;
        return (first.Code is null || (second.Code is { Count: > 0 } codes && codes.All(first.Code.Contains)))
            && (first.Status is null || (second.Status is { Count: > 0 } statuses && statuses.All(status => first.Status.Any(range => range.HasAllOf(status)))))
            && (first.Text is null || first.Text == second.Text);
    }
}

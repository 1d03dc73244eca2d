using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Replies;

/// <summary>What becomes of a message after an answer that a rule matches.</summary>
public enum ReplyVerdict
{
    /// <summary>It is delivered.</summary>
    Accept,

    /// <summary>It is sent again, with the destination's back-off.</summary>
    Retry,

    /// <summary>It is set aside for a person.</summary>
    Park,

    /// <summary>It stays first in line, and the destination sends nothing more until a person resumes it.</summary>
    Pause,

    /// <summary>It stays first in its lane, and nothing more of that lane is sent until a person does something to it; other lanes go on.</summary>
    PauseLane,
}

/// <summary>
/// A rule about the receiver's answers. It matches an answer when all of <c>code</c>, <c>status</c> and <c>text</c> that it has do. Silence, the end of a connection
/// and an answer for another message are no answers: no rule is asked about them.
/// </summary>
public sealed record ReplyRuleConfig
{
    /// <summary>The answer's MSA-1 is one of these, <c>["AR", "CR"]</c>.</summary>
    public IReadOnlyList<string>? Code { get; init; }

    /// <summary>The answer's HTTP status is one of these: <c>503</c>, <c>5xx</c>, <c>200-204</c>.</summary>
    public IReadOnlyList<StatusRange>? Status { get; init; }

    /// <summary>This .NET regular expression matches somewhere in the answer's text (its first 64 KiB), small and capital letters alike. At most 5 s, then the message is sent again.</summary>
    public string? Text { get; init; }

    /// <summary>What becomes of the message.</summary>
    public required ReplyVerdict Then { get; init; }

    /// <summary>With <c>retry</c>, how long after the first answer that has such a time the message is parked instead: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>. Default: never.</summary>
    public Duration? For { get; init; }

    /// <summary>Whether somebody is to be told of the answer, whatever becomes of the message: an event in the log (4043), and a line in the message's history. Default false.</summary>
    public bool Raise { get; init; }

    /// <summary>Finds what is wrong in this rule by itself.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Code is null && Status is null && Text is null)
            yield return new(1450, "", "The rule has none of \"code\", \"status\" and \"text\", so it says nothing about answers. Give one, for example \"code\": [\"AR\"]. What no rule matches is judged by the destination's own rule.");
        if (For is not null && Then != ReplyVerdict.Retry)
            yield return new(1451, "for", "\"for\" says how long a message is sent again, and this rule does not send it again. Leave it out, or write \"then\": \"retry\".");
        if (Code is { Count: 0 })
            yield return new(1450, "code", "The list is empty, so no answer could match. Give at least one code, for example \"AR\".");
        if (Status is { Count: 0 })
            yield return new(1450, "status", "The list is empty, so no answer could match. Give at least one status, for example \"503\".");
        foreach (ConfigProblem problem in (Code ?? []).SelectMany(CheckCode).Concat(CheckText()))
            yield return problem;
    }

    private static IEnumerable<ConfigProblem> CheckCode(string code, int index)
    {
        if (string.IsNullOrWhiteSpace(code) || code.Trim() != code)
            yield return new(1454, $"code[{index}]", "This is not a code. Write MSA-1 as the receiver sends it, for example \"AE\".");
        else if (!Hl7Codes.IsKnown(code) && Hl7Codes.IsKnown(code.ToUpperInvariant()))
            yield return new(1454, $"code[{index}]", $"\"{code}\" would never match: HL7 writes this code in capital letters. Write \"{code.ToUpperInvariant()}\".");
    }

    private IEnumerable<ConfigProblem> CheckText()
    {
        if (Text is { Length: 0 })
            yield return new(1450, "text", "The text is empty, so every answer would match. Write what the answer says, for example \"already exists\".");
        else if (Text is not null && !TextPattern.TryParse(Text, ignoreCase: true, out _, out string? error))
            yield return new(ProblemCodes.Pattern, "text", error);
    }
}

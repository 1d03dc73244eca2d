using Hub.Contracts;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>What validation finds, as the journal, answers and commands know problems.</summary>
public static class FoundProblem
{
    /// <summary>A problem of the standard or a profile as one of a message.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="where">What its text begins with: the destination, the part of a batch.</param>
    public static MessageProblem Of(Hl7Problem problem, string where = "") => new(problem.Code, problem.Path, where + problem.Text)
    {
        Severity = problem.Severity switch
        {
            Hl7Severity.Error => ProblemSeverity.Error,
            Hl7Severity.Warning => ProblemSeverity.Warning,
            _ => ProblemSeverity.Information,
        },
        Rule = problem.Rule,
        Remedy = problem.Remedy,
    };
}

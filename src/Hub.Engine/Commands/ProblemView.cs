using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Problems of messages as the commands show them; the names of the JSON output stand here, and do not change.</summary>
internal static class ProblemView
{
    public static object Of(MessageProblem problem) => new
    {
        problem.Severity,
        problem.Code,
        Rule = problem.Rule is { } rule ? $"HUB{rule}" : null,
        problem.Path,
        problem.Text,
        problem.Remedy,
    };

    /// <summary>In one line, to follow the word for its severity: <c>103 PID-8 HUB3140: text. remedy</c>.</summary>
    public static string Words(MessageProblem problem)
    {
        string rule = problem.Rule is { } number ? $"HUB{number}: " : "";
        string remedy = problem.Remedy is { Length: > 0 } what ? $" {what}" : "";
        return Output.Plain($"{problem.Code} {problem.Path} {rule}{problem.Text}{remedy}");
    }

    /// <summary>The word for a problem: <c>Problem</c>, <c>Warning</c>, <c>Information</c>.</summary>
    public static string Word(MessageProblem problem) => problem.Severity switch
    {
        ProblemSeverity.Error => "Problem",
        _ => problem.Severity.ToString(),
    };

    /// <summary>As <c>hub validate</c> prints it: <c>file: HUB3101 error PID-3[2].1: text. remedy</c>.</summary>
    public static string Line(string file, MessageProblem problem)
    {
        string path = problem.Path is null ? "" : $" {problem.Path}";
        string remedy = problem.Remedy is { Length: > 0 } what ? $" {what}" : "";
        return Output.Plain($"{file}: HUB{problem.Rule} {problem.Severity.ToString().ToLowerInvariant()}{path}: {problem.Text}{remedy}");
    }

    /// <summary>How many there are, <c>2 errors, 1 warning</c>; empty for none.</summary>
    public static string Count(IReadOnlyList<MessageProblem> problems)
    {
        (ProblemSeverity Severity, string One, string Many)[] kinds =
            [(ProblemSeverity.Error, "error", "errors"), (ProblemSeverity.Warning, "warning", "warnings"), (ProblemSeverity.Information, "information", "information")];
        return string.Join(", ", kinds
            .Select(kind => (kind.One, kind.Many, Count: problems.Count(problem => problem.Severity == kind.Severity)))
            .Where(kind => kind.Count > 0)
            .Select(kind => $"{kind.Count} {(kind.Count == 1 ? kind.One : kind.Many)}"));
    }
}

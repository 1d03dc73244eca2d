using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Says what is wrong with messages: to people as it is found, to programs as one JSON value at the end.</summary>
/// <param name="json">Whether for programs.</param>
internal sealed class ValidationReport(bool json)
{
    private readonly List<object> _messages = [];
    private readonly List<MessageProblem> _problems = [];
    private int _count;
    private int _invalid;

    /// <summary>Whether no message had an error.</summary>
    public bool IsValid => _invalid == 0;

    /// <summary>Tells of a message.</summary>
    public void Add(string name, IReadOnlyList<MessageProblem> problems)
    {
        bool isValid = problems.All(problem => problem.Severity != ProblemSeverity.Error);
        _count++;
        _invalid += isValid ? 0 : 1;
        // Only their severity is counted at the end.
        _problems.AddRange(problems);
        if (json)
            _messages.Add(new { File = name, Valid = isValid, Problems = problems.Select(ProblemView.Of) });
        else
            Tell(name, problems);
    }

    /// <summary>Tells how it went with all of them.</summary>
    public void End()
    {
        if (json)
        {
            Output.Json(new { Valid = IsValid, Messages = _messages });
            return;
        }

        string found = ProblemView.Count(_problems);
        string messages = $"{_count} message{(_count == 1 ? "" : "s")}";
        Console.Out.WriteLine(IsValid ? $"{messages}, all valid{(found.Length == 0 ? "" : $" ({found})")}" : $"{messages}, {_invalid} not valid ({found})");
    }

    private static void Tell(string name, IReadOnlyList<MessageProblem> problems)
    {
        foreach (MessageProblem problem in problems)
            Console.Out.WriteLine(ProblemView.Line(name, problem));
    }
}

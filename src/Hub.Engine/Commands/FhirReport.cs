using Hub.Formats.Fhir.Validation;

namespace Hub.Engine.Commands;

/// <summary>Says what is wrong with resources: to people as it is found, to programs as one JSON value at the end. The names of the JSON do not change.</summary>
/// <param name="json">Whether for programs.</param>
internal sealed class FhirReport(bool json)
{
    private static readonly (FhirSeverity Severity, string One, string Many)[] s_severities =
        [(FhirSeverity.Error, "error", "errors"), (FhirSeverity.Warning, "warning", "warnings"), (FhirSeverity.Information, "information", "information")];

    private readonly List<object> _resources = [];
    private readonly Dictionary<FhirSeverity, int> _found = [];
    private int _count;
    private int _invalid;

    /// <summary>Whether no resource had an error.</summary>
    public bool IsValid => _invalid == 0;

    /// <summary>Tells of a resource.</summary>
    public void Add(string name, IReadOnlyList<FhirProblem> problems)
    {
        bool isValid = problems.All(problem => problem.Severity != FhirSeverity.Error);
        _count++;
        _invalid += isValid ? 0 : 1;
        foreach (FhirProblem problem in problems)
            _found[problem.Severity] = _found.GetValueOrDefault(problem.Severity) + 1;
        if (json)
            _resources.Add(new { File = name, Valid = isValid, Problems = problems.Select(problem => new { problem.Severity, problem.Code, Rule = $"HUB{problem.Rule}", problem.Location, problem.Text, problem.Remedy }) });
        else
            Tell(name, problems);
    }

    /// <summary>Tells how it went with all of them.</summary>
    public void End()
    {
        if (json)
        {
            Output.Json(new { Valid = IsValid, Resources = _resources });
            return;
        }

        string found = string.Join(", ", s_severities.Where(kind => _found.ContainsKey(kind.Severity)).Select(kind => $"{_found[kind.Severity]} {(_found[kind.Severity] == 1 ? kind.One : kind.Many)}"));
        string resources = $"{_count} resource{(_count == 1 ? "" : "s")}";
        Console.Out.WriteLine(IsValid ? $"{resources}, all valid{(found.Length == 0 ? "" : $" ({found})")}" : $"{resources}, {_invalid} not valid ({found})");
    }

    private static void Tell(string name, IReadOnlyList<FhirProblem> problems)
    {
        foreach (FhirProblem problem in problems)
        {
            string place = problem.Location.Length == 0 ? "" : $" {problem.Location}";
            Console.Out.WriteLine(Output.Plain($"{name}: HUB{problem.Rule} {problem.Severity.ToString().ToLowerInvariant()}{place}: {problem.Text} {problem.Remedy}"));
        }
    }
}

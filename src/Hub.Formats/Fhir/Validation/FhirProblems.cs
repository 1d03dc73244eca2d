namespace Hub.Formats.Fhir.Validation;

/// <summary>Collects problems. Errors have room of their own, so that a flood of warnings cannot hide one; what is beyond the room is counted.</summary>
/// <param name="room">How many of each are kept.</param>
internal sealed class FhirProblems(int room)
{
    private readonly List<FhirProblem> _errors = [];
    private readonly List<FhirProblem> _others = [];
    private int _moreErrors;
    private int _moreOthers;

    /// <summary>Whether another error would still be told. Words are not made for others.</summary>
    public bool HasRoom => _errors.Count < room;

    public void Error(FhirRule rule, FhirElement? at, string text, string remedy) => Add(FhirSeverity.Error, rule, at, null, text, remedy);

    // The member is what is wrong below the element, by its name in JSON.
    public void Error(FhirRule rule, FhirElement? at, string? member, string text, string remedy) => Add(FhirSeverity.Error, rule, at, member, text, remedy);

    public void Warning(FhirRule rule, FhirElement? at, string text, string remedy) => Add(FhirSeverity.Warning, rule, at, null, text, remedy);

    public void Information(FhirRule rule, FhirElement? at, string text, string remedy) => Add(FhirSeverity.Information, rule, at, null, text, remedy);

    /// <summary>All problems: errors first, each kind in the order of the resource.</summary>
    public IReadOnlyList<FhirProblem> ToList()
    {
        if (_errors.Count + _others.Count == 0)
            return [];
        List<FhirProblem> all = [.. _errors];
        if (_moreErrors > 0)
            all.Add(More(FhirSeverity.Error, _moreErrors, "errors"));
        all.AddRange(_others);
        if (_moreOthers > 0)
            all.Add(More(FhirSeverity.Information, _moreOthers, "warnings"));
        return all;
    }

    private static FhirProblem More(FhirSeverity severity, int count, string what) =>
        new(severity, FhirRule.More.Code, FhirRule.More.Number, "", $"There are {count} more {what} than are told.", "Correct those above first.");

    private void Add(FhirSeverity severity, FhirRule rule, FhirElement? at, string? member, string text, string remedy)
    {
        bool isError = severity == FhirSeverity.Error;
        List<FhirProblem> list = isError ? _errors : _others;
        if (list.Count >= room)
        {
            _moreErrors += isError ? 1 : 0;
            _moreOthers += isError ? 0 : 1;
            return;
        }

        string location = at?.Location() ?? "";
        if (member is not null)
            location = location.Length == 0 ? member : $"{location}.{member}";
        list.Add(new(severity, rule.Code, rule.Number, location, text, remedy));
    }
}

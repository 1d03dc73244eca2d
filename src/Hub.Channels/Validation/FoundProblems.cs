using Hub.Contracts;

namespace Hub.Channels.Validation;

/// <summary>What was found wrong with one message at all places that look: on its way in, part by part, before each destination.</summary>
/// <param name="before">What was found so far.</param>
internal sealed class FoundProblems(IReadOnlyList<MessageProblem> before)
{
    /// <summary>A batch of thousands that all break one rule must not make a row of the journal of many megabytes.</summary>
    private const int MostKept = 500;

    private List<MessageProblem>? _more;
    private int _left;

    /// <summary>Adds what one place found.</summary>
    public void Add(IReadOnlyList<MessageProblem> found)
    {
        if (found.Count == 0)
            return;
        _more ??= [.. before];
        int kept = Math.Clamp(MostKept - _more.Count, 0, found.Count);
        _more.AddRange(found.Take(kept));
        _left += found.Count - kept;
    }

    /// <summary>All of it; when it is too much, the first and how many more there were.</summary>
    public IReadOnlyList<MessageProblem> ToList() => _more is null
        ? before
        : _left == 0 ? _more : [.. _more, new(0, null, $"{_left} more problems are not kept. See all of them with: hub validate") { Severity = ProblemSeverity.Information }];
}

using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;

namespace Hub.Engine.Commands;

/// <summary>Finds the line of a tree that a problem belongs to: that of its place, or of the nearest place around it that is shown.</summary>
internal sealed class ShownProblems
{
    private readonly Dictionary<string, List<ShownProblem>> _places = new(StringComparer.Ordinal);

    public ShownProblems(Hl7Outline outline, IEnumerable<ShownProblem> problems)
    {
        HashSet<string> shown = new(StringComparer.Ordinal);
        foreach (OutlineSegment segment in outline.Segments)
        {
            shown.Add(segment.Path);
            AddPaths(segment.Fields, shown);
        }

        foreach (ShownProblem problem in problems)
        {
            string place = PathsAround(problem.Path).FirstOrDefault(shown.Contains) ?? "";
            if (!_places.TryGetValue(place, out List<ShownProblem>? there))
                _places.Add(place, there = []);
            there.Add(problem);
        }
    }

    /// <summary>The problems of a line; those of the message as a whole at the empty path.</summary>
    public IReadOnlyList<ShownProblem> At(string path) => _places.TryGetValue(path, out List<ShownProblem>? problems) ? problems : [];

    private static void AddPaths(IEnumerable<OutlinePart> parts, HashSet<string> shown)
    {
        foreach (OutlinePart part in parts)
        {
            shown.Add(part.Path);
            AddPaths(part.Parts ?? [], shown);
        }
    }

    // PID-3[1].1 and PID-3.1 are one place; which of them is shown depends on how often the field occurs.
    private static IEnumerable<string> PathsAround(string? path)
    {
        if (path is null || !FieldPath.TryParse(path, out FieldPath? parsed, out _))
            yield break;
        FieldPath? at = parsed.Occurrence == 1 ? parsed with { Occurrence = 0 } : parsed;
        for (; at is not null; at = Around(at))
        {
            yield return at.ToString();
            if (at.Field > 0 && at.Repetition is 0 or 1)
                yield return (at with { Repetition = 1 - at.Repetition }).ToString();
        }
    }

    private static FieldPath? Around(FieldPath path) => path switch
    {
        { Subcomponent: > 0 } => path with { Subcomponent = 0 },
        { Component: > 0 } => path with { Component = 0 },
        { Repetition: not 0 } => path with { Repetition = 0 },
        { Field: > 0 } => path with { Field = 0 },
        _ => null,
    };
}

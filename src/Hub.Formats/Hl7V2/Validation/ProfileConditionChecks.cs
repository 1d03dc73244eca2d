namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Looks for mistakes in conditions of a profile.</summary>
internal static class ProfileConditionChecks
{
    /// <summary>The mistakes of a condition and of those within it.</summary>
    public static IEnumerable<ProfileMistake> Of(ProfileCondition? condition, string member, IReadOnlyList<string> versions, int depth = 1)
    {
        if (condition is null)
            return [];
        if (depth > ProfileTest.MaxDepth)
            return [new(member, $"Conditions stand more than {ProfileTest.MaxDepth} deep in each other. Make them simpler.")];
        IEnumerable<ProfileMistake> within = Of(condition.Not, $"{member}.not", versions, depth + 1)
            .Concat(OfList(condition.All, $"{member}.all", versions, depth))
            .Concat(OfList(condition.Any, $"{member}.any", versions, depth));
        return OfShape(condition, member).Concat(OfPath(condition, member, versions)).Concat(OfPattern($"{member}.matches", condition.Matches)).Concat(within);
    }

    /// <summary>The mistake of a pattern.</summary>
    public static IEnumerable<ProfileMistake> OfPattern(string member, string? pattern)
    {
        if (pattern is null)
            return [];
        try
        {
            ProfileTest.Pattern(pattern);
            return [];
        }
        catch (ArgumentException error)
        {
            return [new(member, $"This is no regular expression: {error.Message}")];
        }
        catch (NotSupportedException)
        {
            return [new(member, "Look-around, back references and atomic groups cannot be run without backtracking, which a hostile value could make endless. Say it without them.")];
        }
    }

    private static IEnumerable<ProfileMistake> OfList(IReadOnlyList<ProfileCondition>? conditions, string member, IReadOnlyList<string> versions, int depth)
    {
        if (conditions is { Count: 0 })
            return [new(member, "The list is empty. Add conditions, or leave it out.")];
        return (conditions ?? []).SelectMany((one, i) => Of(one, $"{member}[{i}]", versions, depth + 1));
    }

    private static IEnumerable<ProfileMistake> OfShape(ProfileCondition condition, string member)
    {
        bool hasTest = condition is not { Exists: null, EqualTo: null, In: null, Matches: null };
        int kinds = new object?[] { condition.Path, condition.All, condition.Any, condition.Not }.Count(kind => kind is not null);
        if (kinds != 1)
            yield return new(member, $"The condition has {(kinds == 0 ? "none" : "more than one")} of path, all, any and not. Give exactly one.");
        else if (condition.Path is null && hasTest)
            yield return new(member, "Tests belong beside a path. Move them into a condition of their own.");
        else if (condition.Path is not null && !hasTest)
            yield return new(member, "The condition has a path and no test. Add one, for example \"exists\": true or \"equals\": \"P\".");
        if (condition.In is { Count: 0 })
            yield return new($"{member}.in", "The list is empty, so the condition never holds. Add values.");
    }

    private static IEnumerable<ProfileMistake> OfPath(ProfileCondition condition, string member, IReadOnlyList<string> versions)
    {
        if (condition.Path is not { } text)
            yield break;
        if (ProfileChecks.MistakeOf(text, versions) is { } mistake)
            yield return new($"{member}.path", mistake);
        else if (FieldPath.Parse(text).Field == 0 && condition is not { EqualTo: null, In: null, Matches: null })
            yield return new($"{member}.path", $"\"{text}\" is a whole segment, which can only be tested with exists. Name a field, \"{text}-3\".");
    }
}

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Looks for mistakes in a profile: what its types cannot say.</summary>
internal static class ProfileChecks
{
    public static IEnumerable<ProfileMistake> Of(Hl7Profile profile)
    {
        if (string.IsNullOrWhiteSpace(profile.Name))
            yield return new("name", "The profile has no name. Give it one; problems tell it.");
        IEnumerable<ProfileMistake> parts = OfMessages(profile)
            .Concat(OfValueSets(profile))
            .Concat(Each("segments", profile.Segments, segment => OfSegment(segment, profile.Versions)))
            .Concat(Each("fields", profile.Fields, field => ProfileFieldChecks.Of(field, profile)))
            .Concat(ProfileFieldChecks.Contradictions(profile.Fields))
            .Concat(Each("unique", profile.Unique, unique => OfUnique(unique, profile.Versions)))
            .Concat(Each("constraints", profile.Constraints, constraint => OfConstraint(constraint, profile.Versions)))
            .Concat(Each("rules", profile.Rules, rule => OfRule(rule, profile.Versions)));
        foreach (ProfileMistake mistake in parts)
            yield return mistake;
    }

    /// <summary>What cannot be known of the places that a profile names.</summary>
    public static IEnumerable<ProfileMistake> CautionsOf(Hl7Profile profile) =>
        profile.Fields.Select((field, i) => ($"fields[{i}].path", (string?)field.Path))
            .Concat(profile.Unique.SelectMany((unique, i) => unique.Paths.Select((path, j) => ($"unique[{i}].paths[{j}]", (string?)path))))
            .Concat(profile.Constraints.Select((constraint, i) => ($"constraints[{i}].path", constraint.Path)))
            .Concat(profile.Rules.Select((rule, i) => ($"rules[{i}].path", rule.Path)))
            .Where(place => place.Item2 is not null)
            .Select(place => (Member: place.Item1, Text: FieldPath.TryParse(place.Item2!, out FieldPath? path, out _) ? ProfilePlaces.CautionOf(path, profile.Versions) : null))
            .Where(caution => caution.Text is not null)
            .Select(caution => new ProfileMistake(caution.Member, caution.Text!));

    /// <summary>Whether a name is one of a segment; the mistake if not.</summary>
    public static IEnumerable<ProfileMistake> OfName(string member, string? name, IReadOnlyList<string> versions)
    {
        if (name is null)
            yield break;
        if (!FieldPath.TryParse(name, out FieldPath? path, out _) || path is not { Field: 0, Occurrence: 0 })
            yield return new(member, $"\"{name}\" is no name of a segment. Write three capital letters or digits, for example \"OBX\".");
        else if (ProfilePlaces.MistakeOf(path, versions) is { } mistake)
            yield return new(member, mistake);
    }

    /// <summary>The mistakes of usage, its condition and what else goes with it.</summary>
    public static IEnumerable<ProfileMistake> OfUsage(ProfileUsage? usage, ProfileCondition? condition, ProfileUsage otherwise, IReadOnlyList<string> versions)
    {
        if (usage == ProfileUsage.Conditional && condition is null)
            yield return new("condition", "The usage is conditional and the condition is missing. Add it, for example { \"path\": \"OBX-11\", \"equals\": \"X\" }.");
        if (usage != ProfileUsage.Conditional && condition is not null)
            yield return new("condition", "A condition belongs to the usage conditional. Give that usage, or leave the condition out.");
        if (usage != ProfileUsage.Conditional && otherwise != ProfileUsage.Optional)
            yield return new("otherwise", "\"otherwise\" belongs to the usage conditional. Give that usage, or leave it out.");
        if (otherwise == ProfileUsage.Conditional)
            yield return new("otherwise", "What holds otherwise cannot be conditional again. Give required, requiredOrEmpty, optional or notSupported.");
        foreach (ProfileMistake mistake in ProfileConditionChecks.Of(condition, "condition", versions))
            yield return mistake;
    }

    /// <summary>The mistakes of a fewest and a most.</summary>
    public static IEnumerable<ProfileMistake> OfRange(string least, int? min, string most, int? max)
    {
        if (min < 0)
            yield return new(least, $"{min} is below 0. Give a number from 0, or leave it out.");
        if (max < 1)
            yield return new(most, $"{max} is no most. Give a number from 1; for what must not be there, the usage is notSupported.");
        if (min > max)
            yield return new(least, $"The fewest ({min}) are more than the most ({max}), which no message can pass. Correct one of them.");
    }

    private static IEnumerable<ProfileMistake> Each<T>(string member, IReadOnlyList<T> items, Func<T, IEnumerable<ProfileMistake>> check) =>
        items.SelectMany((item, i) => check(item).Select(mistake => mistake with { Member = $"{member}[{i}]{(mistake.Member.Length == 0 ? "" : ".")}{mistake.Member}" }));

    private static IEnumerable<ProfileMistake> OfMessages(Hl7Profile profile)
    {
        for (int i = 0; i < profile.Messages.Count; i++)
        {
            string[] parts = profile.Messages[i].Split('^');
            if (parts.Length > 2 || parts.Any(part => part.Length == 0 || part.Any(one => !char.IsAsciiLetterUpper(one) && !char.IsAsciiDigit(one))))
                yield return new($"messages[{i}]", $"\"{profile.Messages[i]}\" is no message. Write type and event, \"ADT^A01\", or the type alone, \"ADT\".");
        }

        for (int i = 0; i < profile.Versions.Count; i++)
        {
            if (!HeaderChecker.Knows(profile.Versions[i]))
                yield return new($"versions[{i}]", $"\"{profile.Versions[i]}\" is no version of HL7 v2, so it would refuse every message. Write one of table 0104 as MSH-12 does, \"2.5.1\".");
        }
    }

    private static IEnumerable<ProfileMistake> OfValueSets(Hl7Profile profile)
    {
        for (int i = 0; i < profile.ValueSets.Count; i++)
        {
            ProfileValueSet set = profile.ValueSets[i];
            if (string.IsNullOrWhiteSpace(set.Name) || profile.ValueSets.Take(i).Any(earlier => earlier.Name == set.Name))
                yield return new($"valueSets[{i}].name", $"\"{set.Name}\" is empty or the name of an earlier value set. Give each a name of its own.");
            if (set.Codes.Count == 0)
                yield return new($"valueSets[{i}].codes", "The value set has no codes, so no value could pass. Add some, or leave the set out.");
        }
    }

    private static IEnumerable<ProfileMistake> OfSegment(ProfileSegment segment, IReadOnlyList<string> versions) =>
        OfName("segment", segment.Segment, versions)
            .Concat(OfName("per", segment.Per, versions))
            .Concat(OfUsage(segment.Usage, segment.Condition, segment.Otherwise, versions))
            .Concat(OfRange("min", segment.Min, "max", segment.Max))
            .Concat(segment.Usage is null && segment.Min is null && segment.Max is null
                ? [new("", "Nothing is said about the segment. Give usage, min or max.")]
                : []);

    private static IEnumerable<ProfileMistake> OfUnique(ProfileUnique unique, IReadOnlyList<string> versions)
    {
        List<FieldPath> paths = [];
        for (int i = 0; i < unique.Paths.Count; i++)
        {
            if (!FieldPath.TryParse(unique.Paths[i], out FieldPath? path, out string? error))
                yield return new($"paths[{i}]", error);
            else if (path.Field == 0 || path.Occurrence > 0 || path.Repetition == FieldPath.Every)
                yield return new($"paths[{i}]", $"\"{unique.Paths[i]}\" has to name a field without an occurrence of its segment and without [*], for example \"OBX-3.1\".");
            else
                paths.Add(path);
            if (error is null && path is not null && ProfilePlaces.MistakeOf(path, versions) is { } mistake)
                yield return new($"paths[{i}]", mistake);
        }

        if (unique.Paths.Count == 0 || paths.Select(path => path.Segment).Distinct().Count() > 1)
            yield return new("paths", "The places have to be of one segment, and there has to be one at least, for example [\"OBX-3.1\", \"OBX-4\"].");
        foreach (ProfileMistake mistake in OfName("per", unique.Per, versions))
            yield return mistake;
    }

    private static IEnumerable<ProfileMistake> OfConstraint(ProfileConstraint constraint, IReadOnlyList<string> versions)
    {
        IEnumerable<ProfileMistake> mistakes = OfName("each", constraint.Each, versions)
            .Concat(ProfileConditionChecks.Of(constraint.When, "when", versions))
            .Concat(ProfileConditionChecks.Of(constraint.Then, "then", versions));
        foreach (ProfileMistake mistake in mistakes)
            yield return mistake;
        if (string.IsNullOrWhiteSpace(constraint.Text))
            yield return new("text", "Nobody could tell what is wrong. Say it in a sentence, without patient data.");
        if (constraint.Path is { } path && MistakeOf(path, versions) is { } wrong)
            yield return new("path", wrong);
    }

    /// <summary>What is wrong with a path, as one or as a place; null when nothing is.</summary>
    public static string? MistakeOf(string text, IReadOnlyList<string> versions) =>
        FieldPath.TryParse(text, out FieldPath? path, out string? error) ? ProfilePlaces.MistakeOf(path, versions) : error;

    private static IEnumerable<ProfileMistake> OfRule(ProfileRule rule, IReadOnlyList<string> versions)
    {
        if (rule.Rule is { } number && ValidationRules.Find(number) is null)
            yield return new("rule", $"There is no rule {number}. The rules are listed in docs/validation-rules.md.");
        if (rule.Rule is null && rule.Path is null)
            yield return new("", "Neither a rule nor a path is given, so all would be judged alike. Give one of them.");
        if (rule.Path is null)
            yield break;
        if (MistakeOf(rule.Path, versions) is { } mistake)
            yield return new("path", mistake);
        else if (FieldPath.Parse(rule.Path) is { Occurrence: > 0 } path)
            yield return new("path", $"\"{rule.Path}\" names an occurrence of a segment; a rule is judged alike in all of them. Leave the [{path.Occurrence}] out.");
    }
}

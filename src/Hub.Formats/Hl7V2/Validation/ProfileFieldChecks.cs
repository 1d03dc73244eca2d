namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Looks for mistakes in what a profile says about a place.</summary>
internal static class ProfileFieldChecks
{
    public static IEnumerable<ProfileMistake> Of(ProfileField field, Hl7Profile profile) =>
        OfPath(field, profile.Versions)
            .Concat(ProfileConditionChecks.Of(field.When, "when", profile.Versions))
            .Concat(ProfileChecks.OfUsage(field.Usage, field.Condition, field.Otherwise, profile.Versions))
            .Concat(ProfileChecks.OfRange("min", field.Min, "max", field.Max))
            .Concat(ProfileChecks.OfRange("minLength", field.MinLength, "maxLength", field.MaxLength))
            .Concat(OfValues(field, profile))
            .Concat(ProfileConditionChecks.OfPattern("pattern", field.Pattern))
            .Concat(OfSense(field));

    /// <summary>Rules without <c>when</c> for one path whose usages contradict each other: told at the later one.</summary>
    public static IEnumerable<ProfileMistake> Contradictions(IReadOnlyList<ProfileField> fields)
    {
        Dictionary<string, (int Index, ProfileUsage Usage)> said = [];
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i] is not { When: null, Usage: { } usage } || !FieldPath.TryParse(fields[i].Path, out FieldPath? path, out _))
                continue;
            if (!said.TryAdd(path.ToString(), (i, usage)) && said[path.ToString()] is var first && first.Usage != usage)
                yield return new($"fields[{i}].usage", $"fields[{first.Index}] gives {path} another usage, and both rules hold everywhere. Leave one out, or limit one with \"when\".");
        }
    }

    private static IEnumerable<ProfileMistake> OfPath(ProfileField field, IReadOnlyList<string> versions)
    {
        if (!FieldPath.TryParse(field.Path, out FieldPath? path, out string? error))
        {
            yield return new("path", error);
            yield break;
        }

        if (ProfilePlaces.MistakeOf(path, versions) is { } mistake)
            yield return new("path", mistake);
        if (path.Field == 0)
            yield return new("path", $"\"{field.Path}\" is a whole segment. Say it under \"segments\", or name a field, \"{field.Path}-3\".");
        if (path.Repetition == FieldPath.Every)
            yield return new("path", $"Without a repetition the rule is for each of them. Leave the [*] out.");
        if (Hl7Segment.HoldsDelimiters(path))
            yield return new("path", $"\"{field.Path}\" holds the delimiters, which are checked in reading. Leave the rule out.");
        if ((field.Min ?? field.Max) is not null && (path.Component > 0 || path.Repetition > 0))
            yield return new(field.Min is null ? "max" : "min", "Only a field repeats. Say it in a rule for the field.");
    }

    private static IEnumerable<ProfileMistake> OfValues(ProfileField field, Hl7Profile profile)
    {
        int kinds = (field.FixedValue is null ? 0 : 1) + (field.Values is null ? 0 : 1) + (field.ValueSet is null ? 0 : 1);
        if (kinds > 1)
            yield return new("values", "Of fixed, values and valueSet only one can be given. Leave the others out.");
        if (field.Values is { Count: 0 })
            yield return new("values", "The list is empty, so no value could pass. Add some; for what must not be there, the usage is notSupported.");
        if (field.FixedValue is "")
            yield return new("fixed", "A value that is there is never empty. For what must not be there, the usage is notSupported.");
        if (field.ValueSet is { } name && profile.ValueSets.All(set => set.Name != name))
            yield return new("valueSet", $"There is no value set \"{name}\" in this profile. Add it under \"valueSets\".");
    }

    private static IEnumerable<ProfileMistake> OfSense(ProfileField field)
    {
        bool saysMore = field is not { Min: null, Max: null, MinLength: null, MaxLength: null, FixedValue: null, Values: null, ValueSet: null, Pattern: null };
        if (!saysMore && field.Usage is null)
            yield return new("", "Nothing is said about the place. Give usage, min, max, minLength, maxLength, fixed, values, valueSet or pattern.");
        if (saysMore && field.Usage == ProfileUsage.NotSupported)
            yield return new("usage", "What is not supported is not there, so nothing else can be said about it. Leave the rest out, or change the usage.");
    }
}

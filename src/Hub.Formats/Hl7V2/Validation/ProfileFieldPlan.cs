using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What a profile says about a place, ready to be checked.</summary>
internal sealed class ProfileFieldPlan
{
    public ProfileFieldPlan(ProfileField field, Hl7Profile profile)
    {
        Says = field;
        Path = FieldPath.Parse(field.Path);
        When = ProfileTest.From(field.When);
        Condition = ProfileTest.From(field.Condition);
        Pattern = field.Pattern is null ? null : ProfileTest.Pattern(field.Pattern);
        IReadOnlyList<string>? values = field.FixedValue is { } one ? [one] : field.Values ?? profile.ValueSets.FirstOrDefault(set => set.Name == field.ValueSet)?.Codes;
        Values = values?.ToFrozenSet(StringComparer.Ordinal);
    }

    public ProfileField Says { get; }

    public FieldPath Path { get; }

    public ProfileTest? When { get; }

    public ProfileTest? Condition { get; }

    public Regex? Pattern { get; }

    public FrozenSet<string>? Values { get; }

    /// <summary>Whether anything is asked of values.</summary>
    public bool HasValueRules => Values is not null || Pattern is not null || Says.MinLength is not null || Says.MaxLength is not null;

    /// <summary>Whether the standard's rule about a place is silent because of what is said here. A rule that is only sometimes in force, or for one occurrence, silences nothing.</summary>
    public bool Silences(Hl7Rule rule, Place place)
    {
        if (When is not null || Path.Occurrence > 0)
            return false;
        if (rule == ValidationRules.FieldMissing || rule == ValidationRules.ComponentMissing)
            return Says.Usage is not null && IsAt(place);
        if (rule == ValidationRules.FieldRepeats)
            return Says.Max is not null && IsAt(place);
        if (rule == ValidationRules.TooLong)
            return Says.MaxLength is not null && IsAt(place);
        bool isOfValues = rule.Number >= ValidationRules.NoTimestamp.Number && rule.Number <= ValidationRules.CodeNotInOlderTable.Number;
        return isOfValues && (Values is not null || Pattern is not null) && ProfilePlan.Covers(Path, place);
    }

    private bool IsAt(Place place) => ProfilePlan.Covers(Path, place) && Path.Component == place.Component && Path.Subcomponent == place.Subcomponent;
}

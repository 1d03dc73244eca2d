namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A profile, ready to be used. Made once; safe for use by several threads at once.</summary>
internal sealed class ProfilePlan
{
    private readonly (ProfileRule Says, FieldPath? Path)[] _rules;
    private readonly ILookup<string, ProfileSegment> _bySegment;

    public ProfilePlan(Hl7Profile profile)
    {
        Profile = profile;
        Fields = profile.Fields.Select(field => new ProfileFieldPlan(field, profile)).GroupBy(plan => SegmentKey.Of(plan.Path.Segment))
            .ToDictionary(group => group.Key, group => group.ToArray());
        Segments = [.. profile.Segments.Select(segment => (segment, ProfileTest.From(segment.Condition)))];
        Constraints = [.. profile.Constraints.Select(constraint => (constraint, ProfileTest.From(constraint.When), ProfileTest.From(constraint.Then)!))];
        Unique = [.. profile.Unique.Select(unique => (unique, unique.Paths.Select(FieldPath.Parse).ToArray()))];
        _rules = [.. profile.Rules.Select(rule => (rule, rule.Path is null ? null : FieldPath.Parse(rule.Path)))];
        _bySegment = profile.Segments.ToLookup(segment => segment.Segment);
    }

    public Hl7Profile Profile { get; }

    /// <summary>What is said about places, by the key of their segment.</summary>
    public IReadOnlyDictionary<int, ProfileFieldPlan[]> Fields { get; }

    public (ProfileSegment Says, ProfileTest? Condition)[] Segments { get; }

    public (ProfileConstraint Says, ProfileTest? When, ProfileTest Then)[] Constraints { get; }

    public (ProfileUnique Says, FieldPath[] Paths)[] Unique { get; }

    /// <summary>Whether a path means a place or what it is within.</summary>
    public static bool Covers(FieldPath path, Place place) =>
        (path.Field == 0 || path.Field == place.Field)
        && (path.Repetition <= 0 || path.Repetition == Math.Max(1, place.Repetition))
        && (path.Component == 0 || path.Component == place.Component)
        && (path.Subcomponent == 0 || path.Subcomponent == place.Subcomponent);

    /// <summary>The severity that a profile means; off has none and is asked for before.</summary>
    public static Hl7Severity SeverityOf(ProfileSeverity severity) => severity switch
    {
        ProfileSeverity.Error => Hl7Severity.Error,
        ProfileSeverity.Warning => Hl7Severity.Warning,
        _ => Hl7Severity.Information,
    };

    /// <summary>How the profile judges a problem.</summary>
    /// <returns>False when it is not to be told.</returns>
    public bool Judge(Hl7Rule rule, Place place, Hl7Message message, ref Hl7Severity severity)
    {
        int key = place.Missing is { } name ? SegmentKey.Of(name)
            : place.Segment < 0 ? SegmentKey.None
            : SegmentKey.Of(message.SegmentBytes(place.Segment).Span, message.Delimiters.Field);
        if (rule.Level < ValidationLevel.Profile && key != SegmentKey.None && IsSilent(rule, place, key))
            return false;
        // The last one that fits counts.
        for (int i = _rules.Length - 1; i >= 0; i--)
        {
            (ProfileRule says, FieldPath? path) = _rules[i];
            bool fits = (says.Rule is null || says.Rule == rule.Number)
                && (path is null || (key != SegmentKey.None && SegmentKey.Of(path.Segment) == key && Covers(path, place)));
            if (!fits)
                continue;
            severity = SeverityOf(says.Severity);
            return says.Severity != ProfileSeverity.Off;
        }

        return true;
    }

    private bool IsSilent(Hl7Rule rule, Place place, int key)
    {
        if (rule == ValidationRules.SegmentMissing || rule == ValidationRules.GroupMissing)
            return _bySegment[SegmentKey.Name(key)].Any(segment => segment.Usage is not null and not ProfileUsage.Required);
        if (rule == ValidationRules.SegmentRepeats)
            return _bySegment[SegmentKey.Name(key)].Any(segment => segment.Max is not null);
        return Fields.TryGetValue(key, out ProfileFieldPlan[]? plans) && Array.Exists(plans, plan => plan.Silences(rule, place));
    }
}

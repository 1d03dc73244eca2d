namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Checks the places of segments against what a profile says of them.</summary>
internal sealed class ProfileFieldChecker(PlaceReader reader, ProfilePlan plan, Findings findings)
{
    private readonly Hl7Delimiters _delimiters = reader.Message.Delimiters;

    /// <summary>Checks a segment.</summary>
    public void Check(int segment)
    {
        if (!plan.Fields.TryGetValue(reader.KeyOf(segment), out ProfileFieldPlan[]? fields))
            return;
        foreach (ProfileFieldPlan field in fields)
        {
            try
            {
                Check(segment, field);
            }
            catch (Hl7FormatException)
            {
                findings.Add(ValidationRules.ProfileUnreadable, new(segment, field.Path.Field), field.Says.Severity, $"{field.Says.Path} or what its rule asks is no text in {reader.Message.CharacterSet.Name}.");
            }
        }
    }

    private void Check(int segment, ProfileFieldPlan rule)
    {
        FieldPath path = rule.Path;
        if ((path.Occurrence > 0 && findings.OccurrenceOf(segment) != path.Occurrence) || rule.When?.Holds(reader, segment) == false)
            return;
        ProfileUsage? usage = rule.Says.Usage;
        if (usage == ProfileUsage.Conditional)
            usage = rule.Condition!.Holds(reader, segment) ? ProfileUsage.Required : rule.Says.Otherwise;
        ReadOnlySpan<byte> field = reader.Field(segment, path.Field);
        bool isPopulated = !reader.IsBlank(field);
        if (path is { Component: 0, Repetition: <= 0 })
        {
            CheckUsage(rule, usage, isPopulated, new(segment, path.Field));
            usage = null;
        }
        else if (!isPopulated && path.Component == 0)
        {
            CheckUsage(rule, usage, false, new(segment, path.Field, path.Repetition));
        }

        if (isPopulated)
            CheckRepetitions(rule, usage, field, segment);
    }

    private void CheckRepetitions(ProfileFieldPlan rule, ProfileUsage? usage, ReadOnlySpan<byte> field, int segment)
    {
        FieldPath path = rule.Path;
        int count = Hl7Parts.Count(field, _delimiters.Repetition);
        int number = 0;
        bool needsAll = usage is not null || rule.HasValueRules;
        if (needsAll)
        {
            foreach (Range range in field.Split(_delimiters.Repetition == 0 ? _delimiters.Field : _delimiters.Repetition))
            {
                if (++number == path.Repetition || path.Repetition <= 0)
                    CheckRepetition(rule, usage, field[range], new(segment, path.Field, count > 1 ? number : 0, path.Component, path.Subcomponent));
            }

            if (path.Component == 0 && path.Repetition > count)
                CheckUsage(rule, usage, false, new(segment, path.Field, path.Repetition));
        }

        Place place = new(segment, path.Field);
        if (count < rule.Says.Min)
            Tell(ValidationRules.ProfileRepetitions, rule, place, $"has {count} repetition(s); {rule.Says.Min} or more are wanted");
        else if (count > rule.Says.Max)
            Tell(ValidationRules.ProfileRepetitions, rule, place, $"has {count} repetition(s); {rule.Says.Max} at most are wanted");
    }

    private void CheckRepetition(ProfileFieldPlan rule, ProfileUsage? usage, ReadOnlySpan<byte> repetition, Place place)
    {
        FieldPath path = rule.Path;
        // A component is asked for where its field is populated, a subcomponent where its component is (HL7 v2.5.1 §2.12.6.5).
        // HL7 null stands for all that is in it.
        ReadOnlySpan<byte> whole = path.Subcomponent == 0 ? repetition : Hl7Parts.Get(repetition, _delimiters.Component, path.Component);
        if (path.Component > 0 && (reader.IsBlank(whole) || ValueChecker.IsNull(whole)))
            return;
        ReadOnlySpan<byte> value = reader.Part(repetition, path);
        bool isPopulated = !reader.IsBlank(value);
        CheckUsage(rule, usage, isPopulated, place);
        if (isPopulated && rule.HasValueRules && !ValueChecker.IsNull(value))
            CheckValue(rule, value, place);
    }

    private void CheckUsage(ProfileFieldPlan rule, ProfileUsage? usage, bool isPopulated, Place place)
    {
        if (usage == ProfileUsage.Required && !isPopulated)
            Tell(ValidationRules.ProfileValueMissing, rule, place, "is empty and required");
        else if (usage == ProfileUsage.NotSupported && isPopulated)
            Tell(ValidationRules.ProfileValuePresent, rule, place, "is populated and not supported");
    }

    private void CheckValue(ProfileFieldPlan rule, ReadOnlySpan<byte> value, Place place)
    {
        string text = reader.Text(value);
        ProfileField says = rule.Says;
        bool isCut = _delimiters.Truncation != 0 && value[^1] == _delimiters.Truncation;
        if (text.Length > says.MaxLength && !isCut)
            Tell(ValidationRules.ProfileLength, rule, place, $"has {text.Length} characters; {says.MaxLength} at most are wanted");
        else if (text.Length < says.MinLength)
            Tell(ValidationRules.ProfileLength, rule, place, $"has {text.Length} characters; {says.MinLength} or more are wanted");
        if (rule.Values?.Contains(text) == false)
            Tell(ValidationRules.ProfileValue, rule, place, says.ValueSet is { } set ? $"is not in the value set {set}" : "is none of the values that are wanted");
        if (rule.Pattern?.IsMatch(text) == false)
            Tell(ValidationRules.ProfilePattern, rule, place, "does not match the pattern");
    }

    private void Tell(Hl7Rule kind, ProfileFieldPlan rule, Place place, string what)
    {
        if (rule.Says.Text is { } own)
            findings.Add(kind, place, rule.Says.Severity, $"{own}");
        else
            findings.Add(kind, place, rule.Says.Severity, $"{rule.Says.Path} {what} in profile {plan.Profile.Name}.");
    }
}

using System.Text;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Checks a message against a profile: what it is, its segments, values that may come once, and constraints. Places are checked by <see cref="ProfileFieldChecker"/>.</summary>
internal sealed class ProfileChecker(Hl7Message message, ProfilePlan plan, Findings findings)
{
    private readonly PlaceReader _reader = new(message);

    public void Check()
    {
        _reader.Index();
        CheckHeader();
        ProfileFieldChecker fields = new(_reader, plan, findings);
        for (int i = 0; i < message.SegmentCount; i++)
            fields.Check(i);
        foreach ((ProfileSegment says, ProfileTest? condition) in plan.Segments)
            CheckSegment(says, condition);
        foreach ((ProfileUnique says, FieldPath[] paths) in plan.Unique)
            CheckUnique(says, paths);
        foreach ((ProfileConstraint says, ProfileTest? when, ProfileTest then) in plan.Constraints)
            CheckConstraint(says, when, then);
    }

    private void CheckHeader()
    {
        Hl7Profile profile = plan.Profile;
        string code = Header(9, 1);
        bool takesMessage = profile.Messages.Count == 0 || profile.Messages.Any(taken => taken == code || taken == $"{code}^{Header(9, 2)}");
        if (!takesMessage)
            findings.Add(ValidationRules.MessageNotInProfile, new(0, 9), $"Profile {profile.Name} takes {string.Join(", ", profile.Messages)}.");
        if (profile.Versions.Count > 0 && !profile.Versions.Contains(Header(12, 1)))
            findings.Add(ValidationRules.VersionNotInProfile, new(0, 12), $"Profile {profile.Name} takes {string.Join(", ", profile.Versions)}.");
    }

    private string Header(int field, int component) =>
        Encoding.Latin1.GetString(Hl7Parts.Get(_reader.Field(0, field), message.Delimiters.Component, component));

    private void CheckSegment(ProfileSegment says, ProfileTest? condition)
    {
        IReadOnlyList<int> positions = _reader.Positions(SegmentKey.Of(says.Segment));
        int next = 0;
        foreach ((int start, int end) in Stretches(says.Per))
        {
            while (next < positions.Count && positions[next] < start)
                next++;
            int first = next;
            while (next < positions.Count && positions[next] < end)
                next++;
            ProfileUsage? usage = says.Usage == ProfileUsage.Conditional ? Asked(condition!, says.Per is null ? -1 : start, says.Otherwise) : says.Usage;
            CheckCount(says, usage, positions, first, next - first, end - 1);
        }
    }

    private void CheckCount(ProfileSegment says, ProfileUsage? usage, IReadOnlyList<int> positions, int first, int count, int last)
    {
        string where = says.Per is null ? "" : $" in each stretch that begins with {says.Per}";
        Place missing = new(last) { Missing = says.Segment };
        if (count == 0 && usage == ProfileUsage.Required && !(says.Per is null && findings.HasToldMissing(says.Segment)))
            findings.Add(ValidationRules.ProfileSegmentMissing, missing, says.Severity, $"Profile {plan.Profile.Name} requires {says.Segment}{where}.");
        else if (count > 0 && usage == ProfileUsage.NotSupported)
            findings.Add(ValidationRules.ProfileSegmentPresent, new(positions[first]), says.Severity, $"Profile {plan.Profile.Name} does not support {says.Segment}{where}.");
        else if (count > 0 && count < says.Min)
            findings.Add(ValidationRules.ProfileSegmentCount, missing, says.Severity, $"There are {count} {says.Segment}; profile {plan.Profile.Name} wants {says.Min} or more{where}.");
        else if (count > says.Max)
            findings.Add(ValidationRules.ProfileSegmentCount, new(positions[first + says.Max.Value]), says.Severity, $"There are {count} {says.Segment}; profile {plan.Profile.Name} wants {says.Max} at most{where}.");
    }

    private ProfileUsage Asked(ProfileTest condition, int at, ProfileUsage otherwise) => Holds(condition, at, new(Math.Max(0, at))) ? ProfileUsage.Required : otherwise;

    private void CheckUnique(ProfileUnique says, FieldPath[] paths)
    {
        IReadOnlyList<int> positions = _reader.Positions(SegmentKey.Of(paths[0].Segment));
        HashSet<string> seen = new(StringComparer.Ordinal);
        int next = 0;
        foreach ((int start, int end) in Stretches(says.Per))
        {
            seen.Clear();
            for (; next < positions.Count && positions[next] < end; next++)
            {
                if (positions[next] >= start && ValuesOf(positions[next], paths) is { } values && !seen.Add(values))
                    findings.Add(ValidationRules.ProfileDuplicate, new(positions[next], paths[0].Field) { Component = paths[0].Component }, says.Severity, $"{string.Join(" with ", says.Paths)} has come before{(says.Per is null ? "" : $" after the same {says.Per}")}; profile {plan.Profile.Name} wants it once.");
            }
        }
    }

    /// <summary>The values of several places as one; null when none is populated.</summary>
    private string? ValuesOf(int segment, FieldPath[] paths)
    {
        StringBuilder values = new();
        bool isPopulated = false;
        foreach (FieldPath path in paths)
        {
            ReadOnlySpan<byte> field = _reader.Field(segment, path.Field);
            ReadOnlySpan<byte> value = path.Component == 0 && path.Repetition <= 0 ? field : _reader.Part(Hl7Parts.Get(field, message.Delimiters.Repetition, Math.Max(1, path.Repetition)), path);
            isPopulated |= !_reader.IsBlank(value);
            // A value never holds the field separator.
            values.Append(Encoding.Latin1.GetString(value)).Append((char)message.Delimiters.Field);
        }

        return isPopulated ? values.ToString() : null;
    }

    private void CheckConstraint(ProfileConstraint says, ProfileTest? when, ProfileTest then)
    {
        FieldPath? path = says.Path is null ? null : FieldPath.Parse(says.Path);
        foreach (int at in says.Each is null ? [-1] : _reader.Positions(SegmentKey.Of(says.Each)))
        {
            int segment = path is null ? at : _reader.Find(path, at);
            Place place = segment < 0 ? Place.Message : path is null ? new(segment) : new(segment, path.Field, Math.Max(0, path.Repetition), path.Component, path.Subcomponent);
            if ((when is null || Holds(when, at, place)) && !Holds(then, at, place))
                findings.Add(ValidationRules.ProfileConstraint, place, says.Severity, $"{says.Text}");
        }
    }

    private bool Holds(ProfileTest test, int at, Place place)
    {
        try
        {
            return test.Holds(_reader, at);
        }
        catch (Hl7FormatException)
        {
            findings.Add(ValidationRules.ProfileUnreadable, place, $"A condition of profile {plan.Profile.Name} reads bytes that are no text in {message.CharacterSet.Name}.");
            return false;
        }
    }

    /// <summary>The stretches that begin with a segment, or the message as one.</summary>
    private IEnumerable<(int Start, int End)> Stretches(string? per)
    {
        if (per is null)
        {
            yield return (0, message.SegmentCount);
            yield break;
        }

        IReadOnlyList<int> starts = _reader.Positions(SegmentKey.Of(per));
        for (int i = 0; i < starts.Count; i++)
            yield return (starts[i], i + 1 < starts.Count ? starts[i + 1] : message.SegmentCount);
    }
}

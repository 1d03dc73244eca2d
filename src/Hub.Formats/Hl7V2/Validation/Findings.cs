using System.Runtime.CompilerServices;

namespace Hub.Formats.Hl7V2.Validation;

// Errors and other problems have room of their own, so that a flood of warnings cannot hide that a message is wrong. What finds no
// room is counted and makes no text. Paths need the occurrence of each segment, which is counted once, when the first problem comes.

/// <summary>Collects the problems of one message.</summary>
internal sealed class Findings(Hl7Message message, ValidationLevel level, int most, ProfilePlan? profile)
{
    private List<(int Segment, Hl7Problem Problem)>? _told;
    private int[]? _occurrences;
    private int _errors;
    private int _others;
    private int _leftOutErrors;
    private int _leftOutOthers;

    /// <summary>Whether the message is of a later version than what it is checked by.</summary>
    public bool IsLater { get; set; }

    /// <summary>Tells a problem.</summary>
    public void Add(Hl7Rule rule, Place place, [InterpolatedStringHandlerArgument("", nameof(rule), nameof(place))] ref ProblemText text)
    {
        if (text.IsWanted)
            Add(rule, place, text.Severity, text.ToString());
    }

    /// <summary>Tells a problem that the profile says itself how bad it is.</summary>
    public void Add(Hl7Rule rule, Place place, ProfileSeverity judged, [InterpolatedStringHandlerArgument("", nameof(rule), nameof(place), nameof(judged))] ref ProblemText text)
    {
        if (text.IsWanted)
            Add(rule, place, text.Severity, text.ToString());
    }

    /// <summary>Whether a problem is to be told, by its rule, the profile and the room that is left.</summary>
    public bool Takes(Hl7Rule rule, Place place, out Hl7Severity severity)
    {
        Hl7Severity? judged = level == ValidationLevel.Lenient ? rule.LenientSeverity : IsLater ? rule.LaterSeverity : rule.Severity;
        severity = judged ?? Hl7Severity.Information;
        if (judged is null || level < rule.Level || (profile is not null && !profile.Judge(rule, place, message, ref severity)))
            return false;
        return HasRoom(severity);
    }

    /// <summary>The same for a rule of the profile.</summary>
    public bool Takes(Hl7Rule rule, Place place, ProfileSeverity judged, out Hl7Severity severity)
    {
        severity = ProfilePlan.SeverityOf(judged);
        if (judged == ProfileSeverity.Off || (profile is not null && !profile.Judge(rule, place, message, ref severity)))
            return false;
        return HasRoom(severity);
    }

    /// <summary>All that was told, in the order of the message.</summary>
    public IReadOnlyList<Hl7Problem> ToList()
    {
        if (_told is null)
            return [];
        // Stable, so problems of one segment stay as they were found.
        List<Hl7Problem> problems = [.. _told.OrderBy(told => told.Segment).Select(told => told.Problem)];
        if (_leftOutErrors + _leftOutOthers > 0)
        {
            Hl7Rule rule = ValidationRules.MoreProblems;
            problems.Add(new(rule.Severity, rule.Code, rule.Number, null, $"{_leftOutErrors} more errors and {_leftOutOthers} other problems are not told.", rule.Remedy));
        }

        return problems;
    }

    /// <summary>Whether the standard has told already that a message has no segment of a name: once is enough.</summary>
    public bool HasToldMissing(string segment) =>
        _told?.Exists(told => told.Problem.Path == segment && (told.Problem.Rule == ValidationRules.SegmentMissing.Number || told.Problem.Rule == ValidationRules.GroupMissing.Number)) == true;

    /// <summary>The name of a segment of the message.</summary>
    public string NameOf(int segment) => SegmentKey.Name(SegmentKey.Of(message.SegmentBytes(segment).Span, message.Delimiters.Field));

    /// <summary>Which of the segments of its name a segment is, from 1.</summary>
    public int OccurrenceOf(int segment) => (_occurrences ??= CountOccurrences())[segment];

    private bool HasRoom(Hl7Severity severity)
    {
        bool isError = severity == Hl7Severity.Error;
        if ((isError ? _errors : _others) < most)
            return true;
        if (isError)
            _leftOutErrors++;
        else
            _leftOutOthers++;
        return false;
    }

    private void Add(Hl7Rule rule, Place place, Hl7Severity severity, string text)
    {
        if (severity == Hl7Severity.Error)
            _errors++;
        else
            _others++;
        int code = severity == Hl7Severity.Information ? 0 : rule.Code;
        (_told ??= []).Add((place.Segment, new(severity, code, rule.Number, PathOf(place), text, rule.Remedy)));
    }

    private string? PathOf(Place place)
    {
        if (place.Segment < 0 && place.Missing is null)
            return null;
        int key = place.Missing is { } name ? SegmentKey.Of(name) : SegmentKey.Of(message.SegmentBytes(place.Segment).Span, message.Delimiters.Field);
        // What is no segment may be the rest of a value: nothing of it is told.
        if (key == SegmentKey.None)
            return null;
        int occurrence = place.Missing is null ? OccurrenceOf(place.Segment) : CountUpTo(place.Segment, key) + 1;
        FieldPath path = new()
        {
            Segment = SegmentKey.Name(key),
            Occurrence = occurrence > 1 ? occurrence : 0,
            Field = place.Field,
            Repetition = place.Repetition,
            Component = place.Component,
            Subcomponent = place.Subcomponent,
        };
        return path.ToString();
    }

    private int CountUpTo(int last, int key)
    {
        int count = 0;
        for (int i = 0; i <= last; i++)
            count += SegmentKey.Of(message.SegmentBytes(i).Span, message.Delimiters.Field) == key ? 1 : 0;
        return count;
    }

    private int[] CountOccurrences()
    {
        int[] occurrences = new int[message.SegmentCount];
        Dictionary<int, int> counts = [];
        for (int i = 0; i < occurrences.Length; i++)
        {
            int key = SegmentKey.Of(message.SegmentBytes(i).Span, message.Delimiters.Field);
            occurrences[i] = counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return occurrences;
    }
}

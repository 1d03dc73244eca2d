using System.Collections;
using Hub.Channels.Config;
using Hub.Channels.Filters;

namespace Hub.Channels.Cases;

/// <summary>
/// Every step, condition and destination of one decoded channel, found by going through its records as the schema does: a new kind of step
/// or a new place for a condition is counted without a word here.
/// </summary>
internal sealed class CoverageMap
{
    private readonly List<(string Place, object Config)> _entries = [];
    private readonly Dictionary<object, string> _conditions = new(ReferenceEqualityComparer.Instance);

    public CoverageMap(ChannelConfig config) => Visit(config, "");

    /// <summary>Where a condition stands; null for one that is not of this channel.</summary>
    public string? PlaceOf(ConditionConfig condition) => _conditions.GetValueOrDefault(condition);

    /// <summary>Adds up what several cases told. All of them ran on channels of the same file.</summary>
    public ChannelCoverage Count(IReadOnlyCollection<CaseRun> runs)
    {
        HashSet<string> begun = [.. runs.SelectMany(run => run.Trace.Begun)];
        HashSet<(string Place, bool Held)> asked = [.. runs.SelectMany(run => run.Trace.Asked)];
        HashSet<string> reached = [.. runs.SelectMany(run => run.Deliveries).Select(delivery => delivery.Destination)];
        return new([.. _entries.Select(entry => Point(entry.Place, entry.Config, begun, asked, reached))]);
    }

    private static CoveragePoint Point(string place, object config, HashSet<string> begun, HashSet<(string Place, bool Held)> asked, HashSet<string> reached)
    {
        string shown = $"$.{place}";
        if (config is ConditionConfig condition)
        {
            (bool held, bool failed) = (asked.Contains((place, true)), asked.Contains((place, false)));
            return new(shown, CoveragePoint.Condition, Word(condition), held || failed, held, failed);
        }

        if (config is DestinationConfig destination)
            return new(shown, CoveragePoint.Destination, destination.Id, reached.Contains(destination.Id), false, false);
        StepConfig step = (StepConfig)config;
        // A step with a condition was begun to ask it; a filter is its condition.
        bool ran = step.When is null || step is FilterConfig ? begun.Contains(place) : asked.Contains(($"{place}.when", true));
        return new(shown, CoveragePoint.Step, step.Type, ran, false, false);
    }

    private static string Word(ConditionConfig condition) =>
        condition.Path?.ToString() ?? condition.Variable ?? (condition.All is not null ? "all" : condition.Any is not null ? "any" : "not");

    private void Visit(object? value, string place)
    {
        if (value is StepConfig or ConditionConfig or DestinationConfig)
            _entries.Add((place, value));
        if (value is ConditionConfig)
            _conditions[value] = place;
        if (value is null || ScalarBinder.Takes(value.GetType()))
            return;
        if (value is IDictionary named)
            VisitNamed(named, place);
        else if (value is IEnumerable list)
            VisitList(list, place);
        else
            VisitMembers(value, place);
    }

    private void VisitMembers(object record, string place)
    {
        foreach (RecordMember member in RecordShape.Of(record.GetType()).Members)
            Visit(member.Property.GetValue(record), place.Length == 0 ? member.Name : $"{place}.{member.Name}");
    }

    private void VisitList(IEnumerable list, string place)
    {
        int index = 0;
        foreach (object? item in list)
            Visit(item, $"{place}[{index++}]");
    }

    private void VisitNamed(IDictionary named, string place)
    {
        foreach (DictionaryEntry entry in named)
            Visit(entry.Value, $"{place}.{entry.Key}");
    }
}

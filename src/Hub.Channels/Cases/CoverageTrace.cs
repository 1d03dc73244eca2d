using Hub.Channels.Filters;

namespace Hub.Channels.Cases;

/// <summary>Keeps what the conditions and steps of one case tell: in words for people, by place for coverage.</summary>
internal sealed class CoverageTrace(CoverageMap map) : IStepTrace
{
    public List<string> Lines { get; } = [];

    /// <summary>The places of the steps that began.</summary>
    public HashSet<string> Begun { get; } = [];

    /// <summary>The places of the conditions that were asked, with each answer they gave.</summary>
    public HashSet<(string Place, bool Held)> Asked { get; } = [];

    public void Begin(string step)
    {
        Lines.Add(step);
        // "steps[2] mapTable"
        Begun.Add(step.Split(' ')[0]);
    }

    public void Note(string text) => Lines.Add($"  {text}");

    void IStepTrace.Asked(ConditionConfig condition, bool holds)
    {
        if (map.PlaceOf(condition) is { } place)
            Asked.Add((place, holds));
    }
}

using Hub.Channels.Data;

namespace Hub.Channels.Filters;

/// <summary>Tests the value at one place, or with <c>[*]</c> the values of every repetition until one passes.</summary>
internal sealed class FieldCondition(MessagePath path, bool? exists, FieldTest[] tests) : Condition
{
    internal override bool Holds(StepContext context, bool wanted)
    {
        if (exists is { } populated && !IsPopulated(context, populated, wanted))
            return false;
        if (tests.Length == 0)
            return true;
        if (path.Hl7 is not null && !path.IsMany)
            return Passes(context, path, wanted);
        IReadOnlyList<MessagePath> places = context.Expand(path);
        foreach (MessagePath place in places.Count > 0 ? places : [path])
        {
            if (Passes(context, place, wanted))
                return true;
        }

        return false;
    }

    private bool IsPopulated(StepContext context, bool populated, bool wanted)
    {
        bool found = context.Exists(path);
        context.Trace?.Note($"{path} was {(found ? $"\"{context.Shown(path)}\"" : "not populated")}, wanted {(populated == wanted ? "a value" : "none")}");
        return found == populated;
    }

    private bool Passes(StepContext context, MessagePath place, bool wanted)
    {
        string value = context.GetText(place);
        foreach (FieldTest test in tests)
        {
            context.Trace?.Note($"{place} was \"{value}\", wanted {(wanted ? "" : "not ")}{test.Wanted}");
            if (!test.Passes(value))
                return false;
        }

        return true;
    }
}

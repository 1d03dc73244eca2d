using Hub.Formats.Hl7V2;

namespace Hub.Channels.Filters;

/// <summary>Tests the value at one place, or with <c>[*]</c> the values of every repetition until one passes.</summary>
internal sealed class FieldCondition(FieldPath path, bool? exists, FieldTest[] tests) : Condition
{
    internal override bool Holds(StepContext context, bool wanted)
    {
        if (exists is { } populated && !IsPopulated(context, populated, wanted))
            return false;
        if (tests.Length == 0)
            return true;
        if (path.Repetition != FieldPath.Every)
            return Passes(context, path, wanted);
        int count = Math.Max(1, context.Message.CountRepetitions(path, context.Scope));
        for (int repetition = 1; repetition <= count; repetition++)
        {
            if (Passes(context, path with { Repetition = repetition }, wanted))
                return true;
        }

        return false;
    }

    private bool IsPopulated(StepContext context, bool populated, bool wanted)
    {
        bool found = context.Message.Exists(path, context.Scope);
        context.Trace?.Note($"{path} was {(found ? $"\"{context.Shown(path)}\"" : "not populated")}, wanted {(populated == wanted ? "a value" : "none")}");
        return found == populated;
    }

    private bool Passes(StepContext context, FieldPath place, bool wanted)
    {
        string value = context.Message.GetText(place, context.Scope);
        foreach (FieldTest test in tests)
        {
            context.Trace?.Note($"{place} was \"{value}\", wanted {(wanted ? "" : "not ")}{test.Wanted}");
            if (!test.Passes(value))
                return false;
        }

        return true;
    }
}

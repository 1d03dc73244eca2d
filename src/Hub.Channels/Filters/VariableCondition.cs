namespace Hub.Channels.Filters;

/// <summary>Tests what a variable holds.</summary>
internal sealed class VariableCondition(string name, bool? exists, FieldTest[] tests) : Condition
{
    internal override bool Holds(StepContext context, bool wanted)
    {
        string value = context.Variables.Get(name);
        if (exists is { } populated)
        {
            context.Trace?.Note($"variable {name} was \"{value}\", wanted {(populated == wanted ? "a value" : "none")}");
            if (value.Length > 0 != populated)
                return false;
        }

        foreach (FieldTest test in tests)
        {
            context.Trace?.Note($"variable {name} was \"{value}\", wanted {(wanted ? "" : "not ")}{test.Wanted}");
            if (!test.Passes(value))
                return false;
        }

        return true;
    }
}

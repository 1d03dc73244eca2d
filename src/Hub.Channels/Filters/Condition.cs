namespace Hub.Channels.Filters;

/// <summary>A condition, ready to be asked. Made once a version of a channel; keeps nothing of a message.</summary>
public abstract class Condition
{
    /// <summary>Makes a condition ready.</summary>
    /// <param name="config">What the file says, checked.</param>
    /// <returns>The condition.</returns>
    public static Condition From(ConditionConfig config) => new ToldCondition(Make(config), config);

    /// <summary>Asks. With a trace, every comparison made is explained.</summary>
    /// <param name="context">The message.</param>
    /// <returns>Whether it holds.</returns>
    /// <exception cref="StepException">A pattern took too long.</exception>
    /// <exception cref="Formats.Hl7V2.Hl7FormatException">A value is not text in the message's character set.</exception>
    public bool Holds(StepContext context) => Holds(context, wanted: true);

    /// <summary>Asks; <paramref name="wanted"/> is the answer hoped for and changes the words of the explanation alone.</summary>
    internal abstract bool Holds(StepContext context, bool wanted);

    private static Condition Make(ConditionConfig config)
    {
        if (config.Not is not null)
            return new NotCondition(From(config.Not));
        if (config.All is not null)
            return new ManyCondition([.. config.All.Select(From)], untilHolds: false);
        if (config.Any is not null)
            return new ManyCondition([.. config.Any.Select(From)], untilHolds: true);
        if (config.Variable is not null)
            return new VariableCondition(config.Variable, config.Exists, [.. FieldTest.Of(config)]);
        return new FieldCondition(config.Path!, config.Exists, [.. FieldTest.Of(config)]);
    }
}

/// <summary>Tells the trace what the one within it said, which is how channel tests know what was never tried.</summary>
internal sealed class ToldCondition(Condition within, ConditionConfig config) : Condition
{
    internal override bool Holds(StepContext context, bool wanted)
    {
        bool holds = within.Holds(context, wanted);
        context.Trace?.Asked(config, holds);
        return holds;
    }
}

/// <summary>The opposite of another one.</summary>
internal sealed class NotCondition(Condition other) : Condition
{
    internal override bool Holds(StepContext context, bool wanted) => !other.Holds(context, !wanted);
}

/// <summary>All or any of several; asks no further than it has to.</summary>
internal sealed class ManyCondition(Condition[] conditions, bool untilHolds) : Condition
{
    internal override bool Holds(StepContext context, bool wanted)
    {
        foreach (Condition condition in conditions)
        {
            if (condition.Holds(context, wanted) == untilHolds)
                return untilHolds;
        }

        return !untilHolds;
    }
}

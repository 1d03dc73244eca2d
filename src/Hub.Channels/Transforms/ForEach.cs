using Hub.Channels.Config;
using Hub.Channels.Filters;
using Hub.Channels.Steps;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>
/// Applies steps once for each group that begins with a segment, or once for each repetition of a field. Inside, the segment's name means the one
/// of the group, and the field without a repetition means that repetition.
/// </summary>
/// <example><code>{ "type": "forEach", "segment": "OBX", "steps": [ { "type": "setField", "path": "OBX-11", "value": "F", "when": { "path": "OBX-11", "exists": false } } ] }</code></example>
public sealed record ForEachConfig : StepConfig
{
    private const int Deepest = 4;

    /// <summary>The segment that begins a group, <c>OBX</c>: the group goes up to the next of its name.</summary>
    public FieldPath? Segment { get; init; }

    /// <summary>The field, <c>PID-3</c>.</summary>
    public FieldPath? RepetitionsOf { get; init; }

    /// <summary>The steps. No <c>filter</c>, which decides about whole messages, and no <c>build</c>. A forEach may stand in a forEach, four deep.</summary>
    public required IReadOnlyList<StepConfig> Steps { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Segment is null == RepetitionsOf is null)
            yield return new(ProblemCodes.StepMembers, "", "Give exactly one of \"segment\" (\"OBX\") and \"repetitionsOf\" (\"PID-3\").");
        if (Steps.Count == 0)
            yield return new(ProblemCodes.StepMembers, "steps", "There are no steps to apply. Add some, or delete the forEach.");
        if (DepthOf(this) > Deepest)
            yield return new(ProblemCodes.Nesting, "steps", $"forEach stands in forEach more than {Deepest} deep. Split the work over several steps.");
        foreach (ConfigProblem problem in Steps.SelectMany(CheckInside))
            yield return problem;
        foreach (ConfigProblem problem in Segment is null ? [] : SegmentNames.Check(Segment, "segment"))
            yield return problem;
        if (RepetitionsOf is not null && Places.DepthOf(RepetitionsOf) > 1)
            yield return new(ProblemCodes.Place, "repetitionsOf", $"{RepetitionsOf} is part of a field, and only fields repeat. Write \"{RepetitionsOf.Segment}-{RepetitionsOf.Field}\".");
        foreach (ConfigProblem problem in RepetitionsOf is null ? [] : Places.CheckOneField(RepetitionsOf, "repetitionsOf"))
            yield return problem;
    }

    private static int DepthOf(ForEachConfig config) =>
        1 + config.Steps.OfType<ForEachConfig>().Select(DepthOf).DefaultIfEmpty().Max();

    private static IEnumerable<ConfigProblem> CheckInside(StepConfig step, int index)
    {
        if (step is FilterConfig)
            yield return new(ProblemCodes.Nesting, $"steps[{index}]", "A filter decides about the whole message and cannot stand in a forEach. Put it outside and test every repetition with a path such as \"PID-3[*].5\".");
        if (step is BuildConfig or UseDelimitersConfig)
            yield return new(ProblemCodes.Nesting, $"steps[{index}]", $"{step.Type} changes the whole message and cannot stand in a forEach. Put it before or after.");
    }
}

/// <summary>Applies steps to groups or repetitions.</summary>
internal sealed class ForEach(ForEachConfig config, StepHost host) : IStep
{
    private readonly StepList _steps = host.Nested(config.Steps);

    public StepResult Apply(StepContext context)
    {
        Hl7Scope? around = context.Scope;
        try
        {
            return config.Segment is { } segment ? ApplyToGroups(context, segment.Segment) : ApplyToRepetitions(context, config.RepetitionsOf!);
        }
        finally
        {
            context.Scope = around;
        }
    }

    private StepResult ApplyToGroups(StepContext context, string segment)
    {
        Hl7Message message = context.Message;
        foreach (Hl7Scope group in message.Groups(segment, context.Scope))
        {
            context.Scope = group;
            // A group that lost its segment has nothing left for the steps that follow.
            StepResult result = _steps.Run(context, () => message.CountSegments(segment, group) > 0);
            if (result != StepResult.Continue)
                return result;
        }

        return StepResult.Continue;
    }

    private StepResult ApplyToRepetitions(StepContext context, FieldPath field)
    {
        Hl7Message message = context.Message;
        Hl7Scope? around = context.Scope;
        int at = 1;
        for (int left = message.CountRepetitions(field, around); left > 0; left--)
        {
            int before = message.CountRepetitions(field, around);
            context.Scope = Hl7Message.AtRepetition(field, at, around);
            // When this repetition is deleted the next one stands in its place: it is not this one's steps that it gets.
            StepResult result = _steps.Run(context, () => message.CountRepetitions(field, around) >= before);
            if (result != StepResult.Continue)
                return result;
            at += message.CountRepetitions(field, around) < before ? 0 : 1;
        }

        return StepResult.Continue;
    }
}

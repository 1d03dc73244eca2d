using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Filters;
using Hub.Channels.Steps;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Tables;

namespace Hub.Channels.Transforms;

/// <summary>
/// Applies steps once for each group that begins with a segment, or once for each repetition of a field; in other data types once for each item. Inside, the segment's name means the one
/// of the group, and the field without a repetition means that repetition; a path that does not begin with <c>/</c> begins at the item.
/// </summary>
/// <example><code>{ "type": "forEach", "segment": "OBX", "steps": [ { "type": "setField", "path": "OBX-11", "value": "F", "when": { "path": "OBX-11", "exists": false } } ] }</code></example>
public sealed record ForEachConfig : StepConfig
{
    private const int Deepest = 4;

    /// <summary>The segment that begins a group, <c>OBX</c>: the group goes up to the next of its name.</summary>
    public FieldPath? Segment { get; init; }

    /// <summary>The field, <c>PID-3</c>.</summary>
    public FieldPath? RepetitionsOf { get; init; }

    /// <summary>In data types other than HL7 v2, the items: a list of JSON (<c>orders</c>), the elements that an XPath selects (<c>/batch/order</c>), rows (<c>[*]</c>).</summary>
    public MessagePath? Items { get; init; }

    /// <summary>The steps. No <c>filter</c>, which decides about whole messages, and no <c>build</c>. A forEach may stand in a forEach, four deep.</summary>
    public required IReadOnlyList<StepConfig> Steps { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Items is not null)
        {
            foreach (ConfigProblem problem in CheckItems(Items))
                yield return problem;
        }
        else if (Segment is null == RepetitionsOf is null)
            yield return new(ProblemCodes.StepMembers, "", "Give exactly one of \"segment\" (\"OBX\") and \"repetitionsOf\" (\"PID-3\"), or \"items\" when the messages are not HL7 v2.");
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

    private IEnumerable<ConfigProblem> CheckItems(MessagePath items)
    {
        if (Segment is not null || RepetitionsOf is not null || items.Hl7 is not null)
            yield return new(ProblemCodes.StepMembers, "items", "\"items\" is for messages that are not HL7 v2. Use \"segment\" or \"repetitionsOf\" alone.");
        else if (items.Place is TablePath { IsRow: false })
            yield return new(ProblemCodes.Place, "items", $"{items} is a column. The items are rows: write \"[*]\".");
        else if (!items.Place!.IsPlace)
            yield return new(ProblemCodes.Place, "items", $"{items} gives a value and no elements. Write an XPath that selects elements.");
    }

    private static int DepthOf(ForEachConfig config) =>
        1 + config.Steps.OfType<ForEachConfig>().Select(DepthOf).DefaultIfEmpty().Max();

    private static IEnumerable<ConfigProblem> CheckInside(StepConfig step, int index)
    {
        if (step is FilterConfig)
            yield return new(ProblemCodes.Nesting, $"steps[{index}]", "A filter decides about the whole message and cannot stand in a forEach. Put it outside and test every repetition with a path such as \"PID-3[*].5\".");
        if (step is BuildConfig or UseDelimitersConfig or ConvertConfig)
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
        object? item = context.Item;
        try
        {
            if (config.Items is not null)
                return ApplyToItems(context, config.Items);
            return config.Segment is { } segment ? ApplyToGroups(context, segment.Segment) : ApplyToRepetitions(context, config.RepetitionsOf!);
        }
        finally
        {
            context.Scope = around;
            context.Item = item;
        }
    }

    private StepResult ApplyToItems(StepContext context, MessagePath items)
    {
        Document document = context.Document!;
        foreach (object item in document.Items(items.Place!, context.Item))
        {
            // Steps for an earlier item may have deleted this one.
            if (!document.Has(item))
                continue;
            context.Item = item;
            StepResult result = _steps.Run(context, () => document.Has(item));
            if (result != StepResult.Continue)
                return result;
        }

        return StepResult.Continue;
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

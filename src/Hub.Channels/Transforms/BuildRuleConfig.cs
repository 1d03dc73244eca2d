using Hub.Channels.Filters;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>One rule of <c>build</c>: exactly one of <c>copy</c>, <c>set</c> and <c>append</c>.</summary>
public sealed record BuildRuleConfig
{
    /// <summary>Copies as it stands: a field with every repetition (<c>PID-13</c>), one repetition or component (<c>PID-5[1]</c>, <c>MSH-9.1</c>), or all segments of a name (<c>OBX</c>).</summary>
    public FieldPath? Copy { get; init; }

    /// <summary>With <c>copy</c>, where to. Default: the same place.</summary>
    public FieldPath? To { get; init; }

    /// <summary>With <c>copy</c> of a field or repetition, only these components, in their places, of every repetition copied.</summary>
    public IReadOnlyList<int>? Components { get; init; }

    /// <summary>Writes <c>value</c> or <c>encoded</c> to this place.</summary>
    public FieldPath? Set { get; init; }

    /// <summary>Adds <c>value</c> or <c>encoded</c> as a repetition of this field.</summary>
    public FieldPath? Append { get; init; }

    /// <summary>The text to write; delimiters in it are escaped.</summary>
    public ValueTemplate? Value { get; init; }

    /// <summary>The ER7 to write, with <c>^~\&amp;</c>.</summary>
    public ValueTemplate? Encoded { get; init; }

    /// <summary>Only when this holds for the source. Default: always.</summary>
    public ConditionConfig? When { get; init; }

    /// <summary>Finds what is wrong in this rule.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check() => CheckKind().Concat(Copy is null ? [] : CheckCopy())
        .Concat(Set is null ? [] : Places.CheckField(Set, "set"))
        .Concat(Append is null ? [] : CheckAppend(Append))
        .Concat(Set is null && Append is null ? [] : FieldValue.Check(Value, Encoded));

    internal IBuildRule Make()
    {
        if (Copy is { Field: 0 })
            return new CopySegments(Copy);
        if (Copy is not null)
            return new CopyPlace(Copy, To ?? Copy with { Occurrence = 0 }, Components);
        return new WriteValue((Set ?? Append)!, new(Value, Encoded), appends: Append is not null);
    }

    private IEnumerable<ConfigProblem> CheckKind()
    {
        if (new[] { Copy, Set, Append }.Count(place => place is not null) != 1)
            yield return new(ProblemCodes.BuildRule, "", "Give exactly one of \"copy\", \"set\" and \"append\".");
        else if (Copy is not null && (Value is not null || Encoded is not null))
            yield return new(ProblemCodes.BuildRule, "copy", "\"copy\" takes what it writes from the source. Leave \"value\" and \"encoded\" out, or use \"set\".");
        else if (Copy is null && (To is not null || Components is not null))
            yield return new(ProblemCodes.BuildRule, "", "\"to\" and \"components\" belong to \"copy\".");
    }

    private IEnumerable<ConfigProblem> CheckCopy()
    {
        if (Copy!.Segment == "MSH" && Copy.Field == 0)
            yield return new(ProblemCodes.BuildRule, "copy", "MSH is there already. Copy its fields one by one.");
        if (Copy.Field == 0 && (To is not null || Components is not null))
            yield return new(ProblemCodes.BuildRule, "copy", "Whole segments are copied as they are. Name a field to use \"to\" or \"components\".");
        if (Components is not null && (Copy.Component > 0 || Components.Count == 0 || Components.Any(component => component < 1)))
            yield return new(ProblemCodes.BuildRule, "components", $"\"components\" are numbers from 1, of a field or repetition. Write for example {{ \"copy\": \"{Copy.Segment}-{Math.Max(1, Copy.Field)}\", \"components\": [1, 2] }}.");
        if (Copy.Field > 0)
        {
            foreach (ConfigProblem problem in Places.CheckCopy(Copy, To ?? Copy))
                yield return problem with { Path = problem.Path == "from" ? "copy" : To is null ? "copy" : "to" };
        }
    }

    private static IEnumerable<ConfigProblem> CheckAppend(FieldPath append)
    {
        if (Places.DepthOf(append) > 1)
            yield return new(ProblemCodes.Place, "append", $"{append} is part of a field, and only fields repeat. Write \"{append.Segment}-{append.Field}\".");
        foreach (ConfigProblem problem in Places.CheckOneField(append, "append"))
            yield return problem;
    }
}

using System.Text.Json.Serialization;
using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Filters;

/// <summary>
/// A question about a message that is answered yes or no: a <c>path</c> or <c>variable</c> with one test or more, which must all hold, or <c>all</c>, <c>any</c> or <c>not</c> of other conditions.
/// With <c>[*]</c> in the path, one repetition that passes is enough.
/// </summary>
public sealed record ConditionConfig
{
    /// <summary>The place whose value is tested, <c>PID-8</c>; written as the message's data type writes places.</summary>
    public MessagePath? Path { get; init; }

    /// <summary>Instead of a path: the variable whose text is tested, as <c>setVariable</c> named it. One that was not set yet is not populated.</summary>
    public string? Variable { get; init; }

    /// <summary>True: the place is populated, with a value or with HL7 null. False: it is not.</summary>
    public bool? Exists { get; init; }

    /// <summary>The value is this text. Empty text: the place is not populated.</summary>
    [JsonPropertyName("equals")]
    public string? EqualTo { get; init; }

    /// <summary>The value is one of these texts.</summary>
    public IReadOnlyList<string>? In { get; init; }

    /// <summary>The value has this text in it.</summary>
    public string? Contains { get; init; }

    /// <summary>The value begins with this text.</summary>
    public string? StartsWith { get; init; }

    /// <summary>This .NET regular expression matches somewhere in the value; <c>^…$</c> for all of it. At most 100 ms, then the message is rejected.</summary>
    public string? Matches { get; init; }

    /// <summary>The value is a real date written in exactly this form, <c>yyyyMMdd</c>.</summary>
    public DateFormat? IsDate { get; init; }

    /// <summary>The value is a number or an HL7 date above this one. Dates are compared as precisely as the less precise one is written.</summary>
    public string? GreaterThan { get; init; }

    /// <summary>The value is this number or HL7 date, or above it.</summary>
    public string? AtLeast { get; init; }

    /// <summary>The value is a number or an HL7 date below this one.</summary>
    public string? LessThan { get; init; }

    /// <summary>The value is this number or HL7 date, or below it.</summary>
    public string? AtMost { get; init; }

    /// <summary>Takes small and capital letters as the same in <c>equals</c>, <c>in</c>, <c>contains</c>, <c>startsWith</c> and <c>matches</c>. Default false.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Every one of these holds.</summary>
    public IReadOnlyList<ConditionConfig>? All { get; init; }

    /// <summary>At least one of these holds.</summary>
    public IReadOnlyList<ConditionConfig>? Any { get; init; }

    /// <summary>This does not hold.</summary>
    public ConditionConfig? Not { get; init; }

    /// <summary>Finds what is wrong in this condition. Those within it are asked by themselves.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check() =>
        CheckShape().Concat(CheckTests()).Concat(CheckList("all", All)).Concat(CheckList("any", Any));

    private IEnumerable<ConfigProblem> CheckShape()
    {
        object?[] tests = [Exists, EqualTo, In, Contains, StartsWith, Matches, IsDate, GreaterThan, AtLeast, LessThan, AtMost];
        bool tested = tests.Any(test => test is not null);
        int kinds = new object?[] { Path, Variable, All, Any, Not }.Count(kind => kind is not null);
        if (kinds != 1)
            yield return new(ProblemCodes.ConditionShape, "", $"The condition has {(kinds == 0 ? "none" : "more than one")} of \"path\", \"variable\", \"all\", \"any\" and \"not\". Give exactly one; combine conditions as {{ \"all\": [ … ] }}.");
        else if ((Path is not null || Variable is not null) && !tested)
            yield return new(ProblemCodes.ConditionShape, "", $"The condition has a {(Path is null ? "variable" : "path")} and no test. Add one, for example \"exists\": true or \"equals\": \"P\".");
        else if (Path is null && Variable is null && (tested || IgnoreCase))
            yield return new(ProblemCodes.ConditionShape, "", "Tests belong beside a \"path\" or \"variable\", not beside \"all\", \"any\" or \"not\". Move them into a condition of their own.");
        if (Path?.Hl7 is { Field: 0 } && tested && (Exists is null || tests.Count(test => test is not null) > 1))
            yield return new(ProblemCodes.ConditionShape, "path", $"{Path} is a whole segment, which can only be tested with \"exists\". Name a field, for example \"{Path}-3\".");
    }

    private IEnumerable<ConfigProblem> CheckTests()
    {
        if (In is { Count: 0 })
            yield return new(ProblemCodes.EmptyList, "in", "The list is empty, so nothing could pass. Give at least one text.");
        if (Matches is not null && !TextPattern.TryParse(Matches, IgnoreCase, out _, out string? error))
            yield return new(ProblemCodes.Pattern, "matches", error);
        foreach ((string name, string? bound) in new[] { ("greaterThan", GreaterThan), ("atLeast", AtLeast), ("lessThan", LessThan), ("atMost", AtMost) })
        {
            if (bound is not null && !Bound.TryParse(bound, out _))
                yield return new(ProblemCodes.Bound, name, $"\"{bound}\" is neither a number (\"18\", \"37.5\") nor an HL7 date (\"20260131\", \"202601311530+0100\").");
        }
    }

    private static IEnumerable<ConfigProblem> CheckList(string name, IReadOnlyList<ConditionConfig>? conditions)
    {
        if (conditions is { Count: 0 })
            yield return new(ProblemCodes.EmptyList, name, "The list is empty. Give at least one condition, or leave it out.");
    }
}

using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Tables;

namespace Hub.Channels.Transforms;

/// <summary>Checks that a step names places it can work on.</summary>
internal static class Places
{
    /// <summary>How deep a path goes: 0 segment, 1 field, 2 repetition, 3 component, 4 subcomponent.</summary>
    public static int DepthOf(FieldPath path) => path switch
    {
        { Field: 0 } => 0,
        { Subcomponent: > 0 } => 4,
        { Component: > 0 } => 3,
        { Repetition: > 0 } => 2,
        _ => 1,
    };

    /// <summary>A place that can be written.</summary>
    public static IEnumerable<ConfigProblem> CheckField(MessagePath path, string member)
    {
        if (path.Hl7 is { } field)
            return CheckField(field, member);
        return path.Place!.IsPlace && path.Place is not TablePath { IsRow: true } ? [] : [new(ProblemCodes.Place, member, $"{path} is no place for one value. Name {(path.Place is TablePath ? "a column, for example \"ward\" or \"[2].ward\"" : "an element or attribute, for example \"/order/@id\"")}.")];
    }

    /// <summary>A place that a step works on by itself: in HL7 v2 not every repetition.</summary>
    public static IEnumerable<ConfigProblem> CheckOneField(MessagePath path, string member) =>
        path.Hl7 is { } field ? CheckOneField(field, member) : CheckField(path, member);

    /// <summary>Places that one is copied to the other.</summary>
    public static IEnumerable<ConfigProblem> CheckCopy(MessagePath from, MessagePath to)
    {
        if (from.Hl7 is { } field)
            return CheckCopy(field, to.Hl7!);
        IEnumerable<ConfigProblem> many = from.IsMany ? [new(ProblemCodes.Place, "from", $"{from} is many places. Name one item, or put the step into a forEach.")] : [];
        return many.Concat(CheckField(from, "from")).Concat(CheckField(to, "to"));
    }

    /// <summary>A field of a message or what is below it; not the delimiters.</summary>
    public static IEnumerable<ConfigProblem> CheckField(FieldPath path, string member)
    {
        if (path.Field == 0)
            yield return new(ProblemCodes.Place, member, $"{path} is a whole segment. Name a field of it, for example \"{path}-3\".");
        if (Hl7Batch.HasSegment(path.Segment))
            yield return new(ProblemCodes.Place, member, $"{path.Segment} belongs to a batch, and this is a step on one message of it. Name a field of the message.");
        if (path is { Segment: "MSH", Field: 1 or 2 })
            yield return new(ProblemCodes.Place, member, $"{path} holds the delimiters. Use the step useDelimiters to change them.");
    }

    /// <summary>A field that stands in one place: not every repetition.</summary>
    public static IEnumerable<ConfigProblem> CheckOneField(FieldPath path, string member)
    {
        if (path.Repetition == FieldPath.Every)
            yield return new(ProblemCodes.Place, member, $"{path} is many places. Name one repetition, or put the step into a forEach with \"repetitionsOf\": \"{path.Segment}-{path.Field}\".");
        foreach (ConfigProblem problem in CheckField(path, member))
            yield return problem;
    }

    /// <summary>The level rule of copies: what has parts that the target cannot hold is refused.</summary>
    public static IEnumerable<ConfigProblem> CheckCopy(FieldPath from, FieldPath to)
    {
        foreach (ConfigProblem problem in CheckOneField(from, "from").Concat(CheckField(to, "to")))
            yield return problem;
        int depth = to.Repetition == FieldPath.Every ? Math.Max(2, DepthOf(to)) : DepthOf(to);
        if (DepthOf(from) >= depth || from.Field == 0)
            yield break;
        string remedy = DepthOf(to) == 2 ? $"{from.Segment}-{from.Field}[1]" : $"{from.Segment}-{from.Field}.1{(DepthOf(to) == 4 ? ".1" : "")}";
        yield return new(ProblemCodes.CopyDepth, "from", $"{from} can hold separators that {to} cannot. Name what is to be copied as deep as \"to\", for example \"{remedy}\", or copy to the whole field.");
    }
}

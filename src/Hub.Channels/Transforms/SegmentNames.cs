using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Checks names of segments in channel files.</summary>
internal static class SegmentNames
{
    /// <summary>A segment and nothing below it; its occurrence where that is allowed.</summary>
    public static IEnumerable<ConfigProblem> Check(FieldPath segment, string member, bool mayNameOccurrence = false)
    {
        if (segment.Field > 0)
            yield return new(ProblemCodes.Place, member, $"{segment} is a field. Write the segment alone: \"{segment.Segment}\".");
        else if (segment.Occurrence > 0 && !mayNameOccurrence)
            yield return new(ProblemCodes.Place, member, $"{segment} is one segment; this step takes all of a name. Write \"{segment.Segment}\".");
    }
}

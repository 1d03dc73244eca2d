using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Deletes segments. To delete those that fulfil a condition, put it into a <c>forEach</c> of the segment.</summary>
/// <example><code>{ "type": "deleteSegment", "segment": "ZPI" }</code></example>
public sealed record DeleteSegmentConfig : StepConfig
{
    /// <summary>The name, which deletes all of it, or one occurrence: <c>OBX[2]</c>. Inside a <c>forEach</c>: of its group alone.</summary>
    public required FieldPath Segment { get; init; }

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check() => Segment.Segment == "MSH"
        ? [new(ProblemCodes.Place, "segment", "MSH cannot be deleted: a message begins with it.")]
        : SegmentNames.Check(Segment, "segment", mayNameOccurrence: true);
}

/// <summary>Deletes segments.</summary>
internal sealed class DeleteSegment(DeleteSegmentConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        // Counted in the group: a segment that only stands before it is not the group's to delete.
        int count = context.Message.CountSegments(config.Segment.Segment, context.Scope);
        int deleted = config.Segment.Occurrence == 0 ? count : config.Segment.Occurrence <= count ? 1 : 0;
        for (int i = 0; i < deleted; i++)
            context.Message.Delete(config.Segment, context.Scope);
        context.Trace?.Note($"{deleted} segments {config.Segment} deleted");
        return StepResult.Continue;
    }
}

using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Deletes every segment but the named ones. MSH always stays.</summary>
/// <example><code>{ "type": "keepSegments", "segments": ["MSH", "EVN", "PID", "PV1"] }</code></example>
public sealed record KeepSegmentsConfig : StepConfig
{
    /// <summary>The names, <c>["PID", "PV1"]</c>.</summary>
    public required IReadOnlyList<FieldPath> Segments { get; init; }

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check() =>
        Segments.SelectMany((segment, i) => SegmentNames.Check(segment, $"segments[{i}]"));
}

/// <summary>Deletes every segment but the named ones.</summary>
internal sealed class KeepSegments(KeepSegmentsConfig config) : IStep
{
    private readonly HashSet<string> _kept = [.. config.Segments.Select(path => path.Segment)];

    public StepResult Apply(StepContext context)
    {
        for (int i = context.Message.SegmentCount - 1; i > 0; i--)
        {
            string name = context.Message.SegmentName(i);
            if (_kept.Contains(name))
                continue;
            context.Message.RemoveSegment(i);
            context.Trace?.Note($"{name} deleted");
        }

        return StepResult.Continue;
    }
}

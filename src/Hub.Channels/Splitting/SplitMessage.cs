using Hub.Channels.Config;
using Hub.Channels.Transforms;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>What divides a message.</summary>
public enum SplitBy
{
    /// <summary>Every MSH of a batch (FHS, BHS, or several MSH in one block) begins a message. Has to be the channel's first step; without it batches are refused.</summary>
    Batch,

    /// <summary>Every segment of one name begins a part.</summary>
    Segment,
}

/// <summary>
/// Divides the message into parts, at most 10,000. The steps that follow work on each part, and each destination gets one delivery for each, in order;
/// <c>${message.part}</c> of <c>${message.parts}</c> tells which. A part that is filtered is not delivered; when one part is rejected nothing of the message is delivered.
/// All parts keep MSH-10: receivers that look for duplicates need another one, <c>${MSH-10}-${message.part}</c>. A message with nothing to divide goes on whole.
/// </summary>
/// <example><code>{ "type": "splitMessage", "by": "segment", "segment": "OBR" }</code></example>
public sealed record SplitMessageConfig : StepConfig
{
    /// <summary>What divides it.</summary>
    public required SplitBy By { get; init; }

    /// <summary>With <c>segment</c>: its name, <c>OBR</c>. Each part has every segment before the first one, and one of them with what follows it up to the next.</summary>
    public FieldPath? Segment { get; init; }

    /// <summary>With <c>segment</c>: names of segments that belong to all parts when they end the message, <c>["FT1"]</c>. The segments at the end, as long as they have one of these names, are in every part. Default: none, so that what follows the last one is its own.</summary>
    public IReadOnlyList<FieldPath> Trailing { get; init; } = [];

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (By == SplitBy.Segment && Segment is null)
            yield return new(ProblemCodes.StepMembers, "", "With \"by\": \"segment\" the name of the segment is needed. Add it, for example \"segment\": \"OBR\".");
        if (By == SplitBy.Batch && (Segment is not null || Trailing.Count > 0))
            yield return new(ProblemCodes.StepMembers, Segment is not null ? "segment" : "trailing", "A batch is divided at every MSH. Leave \"segment\" and \"trailing\" out, or write \"by\": \"segment\".");
        if (By == SplitBy.Batch && When is not null)
            yield return new(ProblemCodes.StepMembers, "when", "A batch is divided before anything of it is read, so this cannot depend on a condition. Leave \"when\" out.");
        if (Segment is { Segment: "MSH" })
            yield return new(ProblemCodes.Place, "segment", "A message has one MSH. To divide batches write \"by\": \"batch\".");
        foreach (ConfigProblem problem in (Segment is null ? [] : SegmentNames.Check(Segment, "segment")).Concat(Trailing.SelectMany((name, i) => SegmentNames.Check(name, $"trailing[{i}]"))))
            yield return problem;
    }
}

/// <summary>Divides the message.</summary>
internal sealed class SplitMessage(SplitMessageConfig config) : IStep
{
    private readonly ISplitter _splitter = config.By switch
    {
        SplitBy.Segment => new SegmentSplitter(config.Segment!.Segment, [.. config.Trailing.Select(path => path.Segment)]),
        _ => new BatchSplitter(),
    };

    public StepResult Apply(StepContext context)
    {
        context.Parts = _splitter.Split(context.Message);
        context.Trace?.Note(context.Parts is null ? "nothing to divide" : $"divided into {context.Parts.Count} parts");
        return context.Parts is null ? StepResult.Continue : StepResult.Split;
    }
}

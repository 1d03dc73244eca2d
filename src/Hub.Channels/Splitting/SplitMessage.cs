using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Transforms;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Tables;

namespace Hub.Channels.Splitting;

/// <summary>What divides a message.</summary>
public enum SplitBy
{
    /// <summary>HL7 v2: every MSH of a batch (FHS, BHS, or several MSH in one block) begins a message, which the journal keeps as one of its own. Has to be the channel's first step; without it batches are refused.</summary>
    Batch,

    /// <summary>HL7 v2: every segment of one name begins a part.</summary>
    Segment,

    /// <summary>JSON, XML and rows: every item of a list, every element that an XPath selects, every row is a part.</summary>
    Items,
}

/// <summary>What a part has beside its item.</summary>
public enum SplitKeep
{
    /// <summary>Nothing: the item is the part, a JSON value or an XML document of its own.</summary>
    Item,

    /// <summary>The whole message, in which the other items are taken out.</summary>
    Message,
}

/// <summary>What becomes of a message that has nothing to divide by.</summary>
public enum SplitNone
{
    /// <summary>It is rejected: it is most likely another message than was expected.</summary>
    Reject,

    /// <summary>It is filtered: taken and delivered nowhere.</summary>
    Filter,

    /// <summary>It goes on undivided.</summary>
    Whole,
}

/// <summary>
/// Divides the message into parts, at most 10,000 and 256 MiB. The steps that follow work on each part, and each destination gets one delivery for each, in order;
/// <c>${message.part}</c> of <c>${message.parts}</c> tells which. A part that is filtered is not delivered; when one part is rejected nothing of the message is delivered.
/// All parts of HL7 v2 keep MSH-10: receivers that look for duplicates need another one, <c>${MSH-10}-${message.part}</c>. A list without items and rows without a row have no
/// parts: the message is filtered.
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

    /// <summary>With <c>items</c>: the list of JSON (<c>/orders</c>, <c>orders</c>; <c>.</c> when the message is the list), an XPath of the elements (<c>/batch/order</c>). What is no list counts as a list of one. Rows need none: every row is a part, with the header.</summary>
    public MessagePath? Items { get; init; }

    /// <summary>With <c>items</c> of JSON and XML: what a part is, the <c>item</c> alone or the whole <c>message</c> with this one of the items in its place. An element alone declares the prefixes that were in force where it stood. Default <c>item</c>.</summary>
    public SplitKeep? Keep { get; init; }

    /// <summary>What becomes of a message without the segment, or in which the place of <c>items</c> is missing: <c>reject</c> (AE, code 101), <c>filter</c> or <c>whole</c>. Default <c>whole</c> with <c>segment</c>, <c>reject</c> with <c>items</c>.</summary>
    public SplitNone? IfNone { get; init; }

    public override bool Takes(DataType type) => type != DataType.Raw;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check() => Format.IsUnknown
        ? []
        : (Format.Type, By) switch
        {
            (DataType.Hl7v2, SplitBy.Items) => [new(ProblemCodes.SplitDataType, "", "The message is HL7 v2 here, which is divided \"by\": \"segment\" or \"batch\". Write for example \"by\": \"segment\", \"segment\": \"OBR\".")],
            (DataType.Hl7v2, _) => CheckSegments(),
            (_, SplitBy.Items) => CheckItems(),
            _ => [new(ProblemCodes.SplitDataType, "", $"\"by\": \"{RecordShape.Word(By)}\" divides HL7 v2, and the message is {Format.Name} here. Write \"by\": \"items\"{(Format.Layout is null ? " with the place of the items, for example \"items\": \"/orders\"" : "")}.")],
        };

    private IEnumerable<ConfigProblem> CheckSegments()
    {
        if (By == SplitBy.Segment && Segment is null)
            yield return new(ProblemCodes.StepMembers, "", "With \"by\": \"segment\" the name of the segment is needed. Add it, for example \"segment\": \"OBR\".");
        if (By == SplitBy.Batch && (Segment is not null || Trailing.Count > 0))
            yield return new(ProblemCodes.StepMembers, Segment is not null ? "segment" : "trailing", "A batch is divided at every MSH. Leave \"segment\" and \"trailing\" out, or write \"by\": \"segment\".");
        if (By == SplitBy.Batch && IfNone is not null)
            yield return new(ProblemCodes.StepMembers, "ifNone", "A message that is no batch is a batch of one, so there is always something to divide by. Leave \"ifNone\" out.");
        if (By == SplitBy.Batch && When is not null)
            yield return new(ProblemCodes.StepMembers, "when", "A batch is divided before anything of it is read, so this cannot depend on a condition. Leave \"when\" out.");
        if (Items is not null || Keep is not null)
            yield return new(ProblemCodes.StepMembers, Items is not null ? "items" : "keep", "\"items\" and \"keep\" are for messages that are not HL7 v2. Leave them out.");
        if (Segment is { Segment: "MSH" })
            yield return new(ProblemCodes.Place, "segment", "A message has one MSH. To divide batches write \"by\": \"batch\".");
        foreach (ConfigProblem problem in (Segment is null ? [] : SegmentNames.Check(Segment, "segment")).Concat(Trailing.SelectMany((name, i) => SegmentNames.Check(name, $"trailing[{i}]"))))
            yield return problem;
    }

    private IEnumerable<ConfigProblem> CheckItems()
    {
        if (Items is null && Format.Layout is null)
            yield return new(ProblemCodes.StepMembers, "", "With \"by\": \"items\" the place of the items is needed. Add it, for example \"items\": \"/orders\" in JSON or \"items\": \"/batch/order\" in XML.");
        if (Items?.Place is TablePath { IsRow: false })
            yield return new(ProblemCodes.Place, "items", $"{Items} is a column. The items are rows: leave \"items\" out, or write \"[*]\".");
        else if (Items?.Place is { IsPlace: false })
            yield return new(ProblemCodes.Place, "items", $"{Items} gives a value and no elements. Write an XPath that selects elements.");
        if (Keep is not null && Format.Layout is not null)
            yield return new(ProblemCodes.StepMembers, "keep", "A row always keeps the header, without which nobody could read it. Leave \"keep\" out.");
    }
}

/// <summary>Divides the message.</summary>
internal sealed class SplitMessage(SplitMessageConfig config) : IStep
{
    private readonly ISplitter _splitter = config.By switch
    {
        SplitBy.Segment => new SegmentSplitter(config.Segment!.Segment, [.. config.Trailing.Select(path => path.Segment)]),
        SplitBy.Items => new ItemSplitter(config.Items ?? TablePath.Parse("[*]"), config.Keep == SplitKeep.Message),
        _ => new BatchSplitter(),
    };

    public StepResult Apply(StepContext context)
    {
        context.Parts = _splitter.Split(context);
        if (context.Parts is null)
            return Undivided(context);
        context.Trace?.Note(context.Parts.Count == 0 ? "no items, so no parts: filtered" : $"divided into {context.Parts.Count} parts");
        return context.Parts.Count == 0 ? StepResult.Filter : StepResult.Split;
    }

    private StepResult Undivided(StepContext context)
    {
        SplitNone none = config.IfNone ?? (config.By == SplitBy.Items ? SplitNone.Reject : SplitNone.Whole);
        if (none == SplitNone.Reject)
        {
            MessagePath? place = config.Items ?? config.Segment;
            return context.Reject(101, place, $"{place} is not in the message, so it cannot be divided. Correct the message, or say with \"ifNone\" what becomes of those without it.");
        }

        context.Trace?.Note(none == SplitNone.Filter ? "nothing to divide: filtered" : "nothing to divide");
        return none == SplitNone.Filter ? StepResult.Filter : StepResult.Continue;
    }
}

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>What a node of a message structure is.</summary>
public enum StructureNodeKind
{
    /// <summary>A segment of one name.</summary>
    Segment,

    /// <summary>Any segment at all: master files of no fixed kind (MFN_M01).</summary>
    AnySegment,

    /// <summary>A group: its children follow each other.</summary>
    Group,

    /// <summary>A choice: one of its children stands there (ORM_O01: OBR, RQD, RQ1, RXO, ODS or ODT).</summary>
    Choice,
}

/// <summary>A segment, group or choice in a message structure.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">Of the segment or group; <c>*</c> for any segment, empty for a choice.</param>
/// <param name="Min">How often it must occur: 0 or 1.</param>
/// <param name="Max">How often it may occur; null for no limit.</param>
/// <param name="Children">What a group holds, or what a choice chooses from; empty for segments.</param>
public sealed record StructureNode(StructureNodeKind Kind, string Name, int Min, int? Max, IReadOnlyList<StructureNode> Children)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

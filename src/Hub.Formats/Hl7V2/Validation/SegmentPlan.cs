namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A segment of a version, ready to be checked.</summary>
internal sealed class SegmentPlan
{
    public SegmentPlan(string name, string description, PartPlan[] fields)
    {
        Name = name;
        Description = description;
        Fields = fields;
        Key = SegmentKey.Of(name);
        LastRequired = fields.LastOrDefault(field => field.IsRequired)?.Number ?? 0;
        TakesMore = fields.Length > 0 && fields[^1].Type.Kind == ValueKind.Open;
        HasSetId = fields.Length > 0 && fields[0].Type.Kind == ValueKind.Sequence;
    }

    public string Name { get; }

    public string Description { get; }

    public int Key { get; }

    public PartPlan[] Fields { get; }

    /// <summary>The last field that has to be populated; 0 for none.</summary>
    public int LastRequired { get; }

    /// <summary>Whether fields after the last one are more of it: the parameters of a query (QPD-3 on) and the columns of its result (RDT).</summary>
    public bool TakesMore { get; }

    /// <summary>Whether field 1 numbers the segments of a run.</summary>
    public bool HasSetId { get; }

    /// <summary>Whether field 1 is the field separator.</summary>
    public bool IsHeader => Name is "MSH" or "FHS" or "BHS";
}

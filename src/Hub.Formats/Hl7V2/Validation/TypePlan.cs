using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A data type, ready to be checked.</summary>
internal sealed class TypePlan(string name, ValueKind kind)
{
    /// <summary>For the place of a field or component that says nothing of itself.</summary>
    public static TypePlan Text { get; } = new("ST", ValueKind.Text);

    /// <summary>For what nobody defines any more.</summary>
    public static TypePlan Unknown { get; } = new("VARIES", ValueKind.Open);

    public string Name { get; } = name;

    public ValueKind Kind { get; } = kind;

    /// <summary>Its components; empty for all but composites.</summary>
    public PartPlan[] Components { get; set; } = [];

    /// <summary>The component that holds a universal ID, the next being its type (HD.2 and EI.3; HL7 v2.5.1 §2.A.33, §2.A.28); 0 for none.</summary>
    public int UniversalId { get; } = name switch
    {
        "HD" => 2,
        "EI" => 3,
        _ => 0,
    };

    /// <summary>What stands where there is no room for components: the first of them, down to a value.</summary>
    public PartPlan? First
    {
        get
        {
            PartPlan? first = null;
            for (TypePlan type = this; type.Components.Length > 0; type = first.Type)
                first = type.Components[0];
            return first;
        }
    }

    /// <summary>The kind of a type.</summary>
    public static ValueKind KindOf(DataTypeDefinition type) => type.Name switch
    {
        "DT" => ValueKind.Date,
        "TM" => ValueKind.Time,
        "DTM" => ValueKind.Timestamp,
        "TS" when type.Components.Count == 0 => ValueKind.Timestamp,
        "NM" => ValueKind.Number,
        "SI" => ValueKind.Sequence,
        "ID" => ValueKind.Code,
        "IS" => ValueKind.SiteCode,
        _ when type.IsOpen => ValueKind.Open,
        _ => type.IsPrimitive ? ValueKind.Text : ValueKind.Composite,
    };
}

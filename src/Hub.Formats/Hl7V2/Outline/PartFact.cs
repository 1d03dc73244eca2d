using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Outline;

/// <summary>What the dictionary knows of one place of a message; all null when it knows nothing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its data type.</param>
/// <param name="Table">The table of its codes, or of those of its first part.</param>
/// <param name="Note">Why there is no name, in words.</param>
internal readonly record struct PartFact(string? Name, DataTypeDefinition? Type, int? Table, string? Note)
{
    // Table 0354 lists structures with their trigger events, which are no meaning.
    private const int Structures = 354;

    /// <summary>The codes that a value without parts comes from: a composite of which only the first component is given is read as that.</summary>
    public TableDefinition? Codes
    {
        get
        {
            int? table = Table;
            for (FieldDefinition? first = Type?.Component(1); table is null && first is not null; first = first.Type.Component(1))
                table = first.Table;
            return table is { } number and not Structures ? Hl7Tables.Find(number) : null;
        }
    }

    /// <summary>A field of a segment.</summary>
    /// <param name="dictionary">The version.</param>
    /// <param name="segment">The name of the segment.</param>
    /// <param name="number">The field.</param>
    /// <param name="textOf">Reads a field of the same segment: it tells the type of one that varies.</param>
    public static PartFact OfField(Hl7Dictionary dictionary, string segment, int number, Func<int, string> textOf)
    {
        if (dictionary.Segment(segment) is not { } definition)
            return default;
        if (definition.Field(number) is not { } field)
            return definition.IsOpenEnded ? default : new(null, null, null, $"{segment} of version {dictionary.Version} has {definition.Fields.Count} fields");
        DataTypeDefinition type = field.Type;
        if (type.IsOpen && TypedBy(segment, number) is { } by && dictionary.Type(textOf(by)) is { } named)
            type = named;
        return new(field.Name, type, field.Table, null);
    }

    /// <summary>A part of this one.</summary>
    /// <param name="number">Its place, from 1.</param>
    public PartFact Part(int number)
    {
        if (Type is null || Type.IsOpen)
            return default;
        if (Type.Component(number) is { } component)
            return new(component.Name, component.Type, component.Table ?? (number == 1 ? Table : null), null);
        return new(null, null, null, Type.IsPrimitive ? $"{Type} has no parts" : $"{Type} has {Type.Components.Count} components");
    }

    /// <summary>The field that holds the type of a field that varies: OBX-2, MFE-5, MFA-6 (HL7 v2.5.1, chapters 7 and 8).</summary>
    private static int? TypedBy(string segment, int number) => (segment, number) switch
    {
        ("OBX", 5) => 2,
        ("MFE", 4) => 5,
        ("MFA", 5) => 6,
        _ => null,
    };
}

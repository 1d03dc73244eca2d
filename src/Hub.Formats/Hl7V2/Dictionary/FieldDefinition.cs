namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>One field of a segment, or one component of a data type.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Name">What the standard calls it, for example <c>Patient Identifier List</c>.</param>
/// <param name="Type">Its data type.</param>
/// <param name="Usage">Whether it has to be populated.</param>
/// <param name="MaxRepetitions">How often it may occur; null for no limit.</param>
/// <param name="MaxLength">Longest value, in characters with its inner separators; null when the version gives none (2.7 gives few).</param>
/// <param name="Table">Number of the table of its codes; for a composite, those of its first component. Null for none.</param>
public sealed record FieldDefinition(int Number, string Name, DataTypeDefinition Type, Hl7Usage Usage, int? MaxRepetitions, int? MaxLength, int? Table)
{
    /// <summary>The table's codes; null when there is no table or its codes are not known here.</summary>
    public TableDefinition? Codes => Table is { } number ? Hl7Tables.Find(number) : null;
}

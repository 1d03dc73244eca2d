namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>One segment of a version.</summary>
/// <param name="Name">For example <c>PID</c>.</param>
/// <param name="Description">What the standard calls it, for example <c>Patient Identification</c>.</param>
/// <param name="Fields">Its fields in their order; field 1 of MSH, FHS and BHS is the field separator (protocol E06).</param>
public sealed record SegmentDefinition(string Name, string Description, IReadOnlyList<FieldDefinition> Fields)
{
    /// <summary>Whether more fields may follow than are listed: QPD and RDT, whose last one stands for as many as the query has.</summary>
    public bool IsOpenEnded => Name is "QPD" or "RDT";

    /// <summary>A field.</summary>
    /// <param name="number">Its place, from 1.</param>
    /// <returns>Null beyond the last that the version has.</returns>
    public FieldDefinition? Field(int number) => number >= 1 && number <= Fields.Count ? Fields[number - 1] : null;
}

using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A field or component, ready to be checked.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Name">What the standard calls it.</param>
/// <param name="Type">Its data type.</param>
/// <param name="IsRequired">Whether it has to be populated.</param>
/// <param name="MaxRepetitions">How often it may occur; 0 for no limit.</param>
/// <param name="MaxLength">Longest value in characters; 0 for none.</param>
/// <param name="Table">The codes; null when there are none to judge by.</param>
internal sealed record PartPlan(int Number, string Name, TypePlan Type, bool IsRequired, int MaxRepetitions, int MaxLength, TableDefinition? Table)
{
    /// <summary>Whether HL7 has since withdrawn it or made it text: its data type is then nothing to refuse a message for.</summary>
    public bool IsGivenUp { get; init; }
}

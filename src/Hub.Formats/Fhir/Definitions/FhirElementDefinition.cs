namespace Hub.Formats.Fhir.Definitions;

/// <summary>What an element may be.</summary>
/// <param name="Name">Its name, without <c>[x]</c>.</param>
/// <param name="IsChoice">Whether its name in JSON is followed by the type, <c>valueQuantity</c>.</param>
/// <param name="Cardinality">How often.</param>
/// <param name="Types">Names of the types it may have.</param>
/// <param name="Targets">Names of resources that a reference in it may lead to; null for any.</param>
/// <param name="Binding">The value set of its codes, when one is to be checked.</param>
/// <param name="IsRequiredBinding">Whether codes must come from it; else they should.</param>
/// <param name="Invariants">Rules of this element beyond those of its type.</param>
internal sealed record FhirElementDefinition(
    string Name,
    bool IsChoice,
    FhirCardinality Cardinality,
    IReadOnlyList<string> Types,
    IReadOnlyList<string>? Targets,
    string? Binding,
    bool IsRequiredBinding,
    IReadOnlyList<FhirInvariant> Invariants)
{
    /// <summary>Whether JSON has a list for it.</summary>
    public bool IsList => Cardinality.Max > 1;
}

/// <summary>An element by its name in JSON, which for a choice tells the type too.</summary>
/// <param name="Element">The element.</param>
/// <param name="Type">Its type.</param>
internal sealed record FhirMember(FhirElementDefinition Element, FhirType Type);

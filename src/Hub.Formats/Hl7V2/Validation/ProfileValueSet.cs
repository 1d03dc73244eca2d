namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A set of codes with a name.</summary>
public sealed record ProfileValueSet
{
    /// <summary>Its name, as fields refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>The codes.</summary>
    public required IReadOnlyList<string> Codes { get; init; }
}

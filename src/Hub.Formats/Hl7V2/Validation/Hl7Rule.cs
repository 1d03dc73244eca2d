namespace Hub.Formats.Hl7V2.Validation;

/// <summary>One rule of validation.</summary>
/// <param name="Number">Its number, 3100 to 3199. It never changes its meaning.</param>
/// <param name="Code">What it is in HL7 table 0357.</param>
/// <param name="Level">The lowest level that checks it.</param>
/// <param name="Severity">How bad breaking it is. A profile may judge otherwise.</param>
/// <param name="Meaning">What was found, as a short sentence.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Hl7Rule(int Number, int Code, ValidationLevel Level, Hl7Severity Severity, string Meaning, string Remedy)
{
    /// <summary>How bad breaking it is at <see cref="ValidationLevel.Lenient"/>, where values are only warned of.</summary>
    public Hl7Severity LenientSeverity { get; init; } = Severity;

    /// <summary>How bad breaking it is in a message of a later version than the newest whose definitions are at hand; null: not told, as that version may allow it.</summary>
    public Hl7Severity? LaterSeverity { get; init; } = Severity;

    /// <summary>The number as it is shown.</summary>
    public string Name => $"HUB{Number}";
}

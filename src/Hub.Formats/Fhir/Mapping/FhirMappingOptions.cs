namespace Hub.Formats.Fhir.Mapping;

/// <summary>What kind of bundle a message becomes.</summary>
public enum FhirBundleKind
{
    /// <summary>A message: begins with the MessageHeader, as the guide has it; each mention of a person, place or organization is a resource of its own.</summary>
    Message,

    /// <summary>A transaction: creates and updates, by identifiers where they are known; what is mentioned twice is one resource.</summary>
    Transaction,

    /// <summary>A collection of the resources, without instructions; what is mentioned twice is one resource.</summary>
    Collection,
}

/// <summary>How messages are mapped to FHIR.</summary>
public sealed record FhirMappingOptions
{
    /// <summary>The kind of bundle.</summary>
    public FhirBundleKind Bundle { get; init; } = FhirBundleKind.Message;

    /// <summary>Whether Provenance resources tell where the data comes from; null for those that the guide makes of a message, and none in other bundles.</summary>
    public bool? Provenance { get; init; }

    /// <summary>Whether each resource names its source in <c>meta.source</c>: sending application, facility and control ID of the message.</summary>
    public bool MetaSource { get; init; }

    /// <summary>The zone of times without one, when MSH-7 names none either. Default UTC.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The organization that makes the bundle, as Provenance names it: a name, or <c>NAME^UNIVERSAL ID^TYPE</c> as in HD, for example <c>Ward 7^2.16.840.1.113883.19^ISO</c>. Default <c>Hub</c>.</summary>
    public string Assembler { get; init; } = "Hub";

    /// <summary>Says what is wrong with the text of an <see cref="Assembler"/>.</summary>
    /// <returns>Null when nothing is.</returns>
    public static string? WhatIsWrongWithAssembler(string assembler) => assembler.Split('^') switch
    {
        [{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }, "ISO" or "UUID" or "DNS" or "CLIA" or "L"] => null,
        _ => "Write the name of the organization, or NAME^UNIVERSAL ID^TYPE with a type of HL7 table 0301 (ISO, UUID, DNS, CLIA, L): Ward 7^2.16.840.1.113883.19^ISO.",
    };

    internal bool HasProvenance => Provenance ?? Bundle == FhirBundleKind.Message;
}

/// <summary>Something of a message that the bundle does not say as the message does.</summary>
/// <param name="Place">The place in the message, <c>PID[1]-7</c>.</param>
/// <param name="Element">The element that it was for.</param>
/// <param name="Text">What is wrong, without content of the message.</param>
public sealed record FhirMapProblem(string Place, string Element, string Text);

/// <summary>What became of a message.</summary>
/// <param name="Bundle">The bundle in UTF-8 JSON, on one line; null when there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="Problems">What could not be carried over.</param>
public sealed record FhirConversion(ReadOnlyMemory<byte>? Bundle, string? Reason, IReadOnlyList<FhirMapProblem> Problems);

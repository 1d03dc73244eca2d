namespace Hub.Formats.Fhir.Validation;

/// <summary>How much a validator takes on and tells.</summary>
public sealed record FhirValidatorOptions
{
    /// <summary>How many errors, and how many other problems, are told of one resource; the rest is counted. Default 200 each.</summary>
    public int MaxProblems { get; init; } = 200;

    /// <summary>The most bytes looked at, since reading needs some ten times as much memory. Default 64 MiB.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most values (texts, numbers, objects, lists) in one resource. Default 1,000,000, some 10,000 resources in a bundle.</summary>
    public int MaxValues { get; init; } = 1_000_000;

    /// <summary>Whether rules of good practice are told too: dom-6, that a resource has narrative. Default no.</summary>
    public bool TellsBestPractice { get; init; }
}

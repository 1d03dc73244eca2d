namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Places of a segment whose values together may not come twice.</summary>
public sealed record ProfileUnique
{
    /// <summary>The places, all of one segment: <c>["OBX-3.1", "OBX-4"]</c>. A segment where none of them is populated is not compared.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>A segment that begins a stretch, <c>OBR</c>: values are compared from each of these to the next one. Default: in the whole message.</summary>
    public string? Per { get; init; }

    /// <summary>How bad it is. Default error.</summary>
    public ProfileSeverity Severity { get; init; } = ProfileSeverity.Error;
}

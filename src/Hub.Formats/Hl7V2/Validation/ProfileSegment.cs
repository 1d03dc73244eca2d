namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What a profile says about a segment: whether it is there, and how often.</summary>
public sealed record ProfileSegment
{
    /// <summary>Its name, <c>OBX</c>.</summary>
    public required string Segment { get; init; }

    /// <summary>Whether it is there. Default: as the standard says.</summary>
    public ProfileUsage? Usage { get; init; }

    /// <summary>With <c>usage: conditional</c>: where this holds, the segment is required. Asked of the message, or of each stretch of <see cref="Per"/>.</summary>
    public ProfileCondition? Condition { get; init; }

    /// <summary>With <c>usage: conditional</c>: what holds where the condition does not. Default optional.</summary>
    public ProfileUsage Otherwise { get; init; } = ProfileUsage.Optional;

    /// <summary>The fewest there are where there is one. Default: no limit.</summary>
    public int? Min { get; init; }

    /// <summary>The most there are. Default: as the standard says.</summary>
    public int? Max { get; init; }

    /// <summary>A segment that begins a stretch, <c>OBR</c>: usage, min and max count from each of these to the next one. Default: in the whole message.</summary>
    public string? Per { get; init; }

    /// <summary>How bad it is when this is broken. Default error.</summary>
    public ProfileSeverity Severity { get; init; } = ProfileSeverity.Error;
}

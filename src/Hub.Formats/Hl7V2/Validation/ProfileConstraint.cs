namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What has to hold between several places (a co-constraint): where <c>when</c> holds, <c>then</c> does too.</summary>
public sealed record ProfileConstraint
{
    /// <summary>The segment that it is asked of, each one of the name. Default: once for the message.</summary>
    public string? Each { get; init; }

    /// <summary>Where it is in force. Default: everywhere.</summary>
    public ProfileCondition? When { get; init; }

    /// <summary>What has to hold there.</summary>
    public required ProfileCondition Then { get; init; }

    /// <summary>The place to name in the problem, <c>OBX-5</c>. Default: the segment, or the message.</summary>
    public string? Path { get; init; }

    /// <summary>What is wrong when it does not hold. It is logged and sent back: no patient data.</summary>
    public required string Text { get; init; }

    /// <summary>How bad it is. Default error.</summary>
    public ProfileSeverity Severity { get; init; } = ProfileSeverity.Error;
}

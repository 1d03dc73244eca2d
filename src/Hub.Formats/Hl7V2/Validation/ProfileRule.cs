namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Judges a rule otherwise, everywhere or at a place.</summary>
public sealed record ProfileRule
{
    /// <summary>The number of the rule, 3100 to 3199. Default: every rule, at the path given.</summary>
    public int? Rule { get; init; }

    /// <summary>The place and all below it: <c>PID</c>, <c>PID-5</c>, <c>PID-3.4</c>. Default: everywhere.</summary>
    public string? Path { get; init; }

    /// <summary>How it is judged; <c>off</c> silences it.</summary>
    public required ProfileSeverity Severity { get; init; }
}

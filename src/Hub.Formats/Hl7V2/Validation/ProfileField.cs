namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What a profile says about a field, a component or a subcomponent, in every segment of that name.</summary>
public sealed record ProfileField
{
    /// <summary>
    /// The place: <c>PID-3</c>, <c>PID-3.4.2</c>, <c>PID-3[1].1</c>, <c>OBX-5</c>. Without a repetition the rule is for each of them,
    /// without an occurrence for each segment of the name; <c>OBX[1]</c> means the first one alone.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Where the rule is in force. Places of the same segment are read in the segment being checked. Default: everywhere.</summary>
    public ProfileCondition? When { get; init; }

    /// <summary>Whether it is populated. Default: as the standard says.</summary>
    public ProfileUsage? Usage { get; init; }

    /// <summary>With <c>usage: conditional</c>: where this holds, the place is required.</summary>
    public ProfileCondition? Condition { get; init; }

    /// <summary>With <c>usage: conditional</c>: what holds where the condition does not. Default optional.</summary>
    public ProfileUsage Otherwise { get; init; } = ProfileUsage.Optional;

    /// <summary>The fewest repetitions, of a field that is populated. Default: no limit.</summary>
    public int? Min { get; init; }

    /// <summary>The most repetitions. Default: as the standard says.</summary>
    public int? Max { get; init; }

    /// <summary>The shortest value, in characters without escapes. Default: no limit.</summary>
    public int? MinLength { get; init; }

    /// <summary>The longest value, in characters without escapes. Default: as the standard says.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The one value it has.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("fixed")]
    public string? FixedValue { get; init; }

    /// <summary>The values it may have. Default: as the standard's table says.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The name of a value set of this profile that has the values it may have.</summary>
    public string? ValueSet { get; init; }

    /// <summary>A .NET regular expression that matches somewhere in the value; <c>^…$</c> for all of it. It is run without backtracking, so it takes no look-around and no back references.</summary>
    public string? Pattern { get; init; }

    /// <summary>How bad it is when this is broken. Default error.</summary>
    public ProfileSeverity Severity { get; init; } = ProfileSeverity.Error;

    /// <summary>What to tell instead of our own words. It is logged and sent back: no patient data. Default: our own words.</summary>
    public string? Text { get; init; }
}

using System.Text.Json.Serialization;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>
/// A question about a message: a <c>path</c> with one test or more, which must all hold, or <c>all</c>, <c>any</c> or <c>not</c> of other conditions.
/// A path of the segment being checked is read in that segment; another one in the nearest such segment before it, or the first of the message when none stands before it.
/// </summary>
public sealed record ProfileCondition
{
    /// <summary>The place, <c>OBX-2</c>. With <c>[*]</c> one repetition that passes is enough. An occurrence, <c>OBX[1]-2</c>, means that segment of the message.</summary>
    public string? Path { get; init; }

    /// <summary>True: the place is populated, with a value or HL7 null. False: it is not.</summary>
    public bool? Exists { get; init; }

    /// <summary>The value is this text. Empty text: not populated.</summary>
    [JsonPropertyName("equals")]
    public string? EqualTo { get; init; }

    /// <summary>The value is one of these texts.</summary>
    public IReadOnlyList<string>? In { get; init; }

    /// <summary>This .NET regular expression matches somewhere in the value; without backtracking.</summary>
    public string? Matches { get; init; }

    /// <summary>Every one of these holds.</summary>
    public IReadOnlyList<ProfileCondition>? All { get; init; }

    /// <summary>At least one of these holds.</summary>
    public IReadOnlyList<ProfileCondition>? Any { get; init; }

    /// <summary>This does not hold.</summary>
    public ProfileCondition? Not { get; init; }
}

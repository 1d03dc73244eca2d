using System.Text.Json.Serialization;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>
/// What one interface asks of its messages beyond the standard, or lets pass though the standard does not.
/// Where a profile says something about a place, the standard's rule of the same kind is silent there.
/// </summary>
public sealed record Hl7Profile
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>What the profile is called in problems, for example <c>PHLIP flu</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for. For readers only.</summary>
    public string? Description { get; init; }

    /// <summary>Versions taken, as MSH-12.1 writes them. Default empty: any.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>Messages taken: <c>ADT^A01</c>, or <c>ADT</c> for every event of that type. Default empty: any.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>What is said about segments.</summary>
    public IReadOnlyList<ProfileSegment> Segments { get; init; } = [];

    /// <summary>What is said about fields, components and subcomponents.</summary>
    public IReadOnlyList<ProfileField> Fields { get; init; } = [];

    /// <summary>Values that may not come twice.</summary>
    public IReadOnlyList<ProfileUnique> Unique { get; init; } = [];

    /// <summary>What has to hold between several places.</summary>
    public IReadOnlyList<ProfileConstraint> Constraints { get; init; } = [];

    /// <summary>Sets of codes that several fields use, by name.</summary>
    public IReadOnlyList<ProfileValueSet> ValueSets { get; init; } = [];

    /// <summary>Rules that are switched off or judged otherwise. The last one that fits a problem counts.</summary>
    public IReadOnlyList<ProfileRule> Rules { get; init; } = [];

    /// <summary>Looks for mistakes in the profile itself.</summary>
    /// <returns>All of them; none when it can be used.</returns>
    public IEnumerable<ProfileMistake> Check() => ProfileChecks.Of(this);

    /// <summary>Looks for what cannot be known to be right: places that only a version after the newest at hand may have.</summary>
    /// <returns>All of it, for people to look at; the profile can be used.</returns>
    public IEnumerable<ProfileMistake> FindCautions() => ProfileChecks.CautionsOf(this);
}

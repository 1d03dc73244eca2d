namespace Hub.Formats.Fhir.Mapping;

/// <summary>What a message makes of a segment at one place.</summary>
internal sealed class MakeRule(MapLine line)
{
    public MapLine Line => line;

    public MapCondition Condition { get; set; } = MapCondition.Always;

    /// <summary>The resource, <c>Observation[2]</c>.</summary>
    public string Key { get; set; } = "";

    public FhirType? Type { get; set; }

    /// <summary>The element within the resource that the map goes to; null for the resource itself.</summary>
    public TargetPath? Within { get; set; }

    /// <summary>The map, <c>PID.Patient</c>; null when the row only sets something.</summary>
    public RuleMap? Map { get; set; }

    public List<MapLink> Links { get; } = [];

    /// <summary>The place whose instances have a resource of their own.</summary>
    public MapPlaceNode Home { get; set; } = null!;

    public MapState State { get; set; }

    public string? Reason { get; set; }

    public void Skip(MapState state, string reason) => (State, Reason) = (state, reason);
}

/// <summary>What a message map says about an element of a resource: a reference to another resource, or a text.</summary>
/// <param name="Key">The resource that it is in.</param>
/// <param name="Path">The element.</param>
/// <param name="ToKey">The resource that it names; null for a text.</param>
/// <param name="Text">The text.</param>
internal sealed record MapLink(string Key, TargetPath Path, string? ToKey, string? Text);

namespace Hub.Formats.Hl7V2;

/// <summary>
/// What a <c>forEach</c> is at. In a group (a segment and what follows it up to the next of its name) a segment name means the one
/// in the group or, when the group has none, one before the first group (MSH, PID; in a group within a group also what begins the outer one);
/// never one of another group. At a repetition, a path to that field without a repetition means this one.
/// </summary>
public sealed record Hl7Scope
{
    /// <summary>The group this one is in; null when that is the message.</summary>
    internal Hl7Scope? Outer { get; init; }

    /// <summary>Key of the segment that begins the group; null when not in a group.</summary>
    internal int? First { get; init; }

    /// <summary>Key of the segment that begins the next group; null when the group goes to the end of the message. It keeps its place also when that segment is deleted.</summary>
    internal int? Next { get; init; }

    /// <summary>Key of the segment that begins the first group.</summary>
    internal int? Earliest { get; init; }

    /// <summary>The field whose repetition this is; null when not at one.</summary>
    internal FieldPath? Field { get; init; }

    /// <summary>The repetition.</summary>
    internal int Repetition { get; init; }
}

namespace Hub.Formats.Hl7V2.Outline;

/// <summary>
/// A message as people read it: its segments, fields and components with the names and code meanings of its version. What is not populated is left out.
/// It holds what the message holds: patient data. It says nothing about right or wrong, which is for validation.
/// </summary>
/// <param name="Type">MSH-9 as it stands, for example <c>ADT^A01^ADT_A01</c>.</param>
/// <param name="Version">MSH-12; empty when not populated.</param>
/// <param name="ReadAs">The version whose names these are.</param>
/// <param name="IsExact">Whether that is the message's own; see <see cref="Dictionary.Hl7Dictionary.For"/>.</param>
/// <param name="Structure">Its structure, for example <c>ADT_A01</c>; null when the version does not know the message.</param>
/// <param name="Description">What the standard calls a message of that structure; null with it.</param>
/// <param name="CharacterSet">How its bytes are read, a name of table 0211.</param>
/// <param name="Segments">Its segments, in order.</param>
public sealed record Hl7Outline(
    string Type, string Version, string ReadAs, bool IsExact, string? Structure, string? Description, string CharacterSet, IReadOnlyList<OutlineSegment> Segments)
{
    /// <summary>Makes the outline of a message. O(n) in bytes; takes some hundred bytes of memory for each place that is populated.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The outline.</returns>
    public static Hl7Outline Of(Hl7Message message) => new OutlineBuilder(message).Build();
}

/// <summary>A segment.</summary>
/// <param name="Path">For example <c>PID</c>, and <c>OBX[2]</c> for the second of its name.</param>
/// <param name="Name">What the standard calls it; null when the version does not have it.</param>
/// <param name="Note">A word about it where there is something to say, as for a segment of a site; else null.</param>
/// <param name="Fields">The fields that are populated, one entry a repetition.</param>
public sealed record OutlineSegment(string Path, string? Name, string? Note, IReadOnlyList<OutlinePart> Fields);

/// <summary>A field, one of its repetitions, a component or a subcomponent.</summary>
/// <param name="Path">For example <c>PID-3[2].1</c>.</param>
/// <param name="Name">What the standard calls it; null when the version does not have it.</param>
/// <param name="Type">Its data type; null when not known.</param>
/// <param name="Value">Its text, decoded; null when it has parts.</param>
/// <param name="Meaning">What the value means, when it is a code of a known table.</param>
/// <param name="Note">A word about it where there is something to say; else null.</param>
/// <param name="Parts">Its components or subcomponents that are populated; null when it has none.</param>
public sealed record OutlinePart(string Path, string? Name, string? Type, string? Value, string? Meaning, string? Note, IReadOnlyList<OutlinePart>? Parts);

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A place in the message being checked. Segments count from 0, all else from 1; 0 for what is not narrowed down.</summary>
/// <param name="Segment">The segment; -1 for the message as a whole.</param>
/// <param name="Field">The field.</param>
/// <param name="Repetition">The repetition, when the field has more than one.</param>
/// <param name="Component">The component.</param>
/// <param name="Subcomponent">The subcomponent.</param>
internal readonly record struct Place(int Segment, int Field = 0, int Repetition = 0, int Component = 0, int Subcomponent = 0)
{
    /// <summary>The name of a segment that is not there; <see cref="Segment"/> is then the one after which it was missed.</summary>
    public string? Missing { get; init; }

    /// <summary>The message as a whole.</summary>
    public static Place Message { get; } = new(-1);
}

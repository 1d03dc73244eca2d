namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>One data type of a version.</summary>
public sealed class DataTypeDefinition
{
    internal DataTypeDefinition(string name) => Name = name;

    /// <summary>For example <c>CX</c>; <c>VARIES</c> for a field that takes its type from another (OBX-5 from OBX-2).</summary>
    public string Name { get; }

    /// <summary>What the standard calls it, for example <c>Extended Composite ID with Check Digit</c>.</summary>
    public string Description { get; internal set; } = "";

    /// <summary>Its components in their order; empty for a primitive type.</summary>
    public IReadOnlyList<FieldDefinition> Components { get; internal set; } = [];

    /// <summary>Whether it has no components. <c>VARIES</c>, and <c>CM</c> of version 2.1, have none listed and may hold some: for them this is false.</summary>
    public bool IsPrimitive => Components.Count == 0 && !IsOpen;

    /// <summary>Whether the dictionary does not say what is inside: <c>VARIES</c> and <c>CM</c>.</summary>
    public bool IsOpen => Name is "VARIES" or "CM" && Components.Count == 0;

    /// <summary>A component.</summary>
    /// <param name="number">Its place, from 1.</param>
    /// <returns>Null beyond the last.</returns>
    public FieldDefinition? Component(int number) => number >= 1 && number <= Components.Count ? Components[number - 1] : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

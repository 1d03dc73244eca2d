namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>The segments of a message in their groups and order. Its tree is built when first asked for.</summary>
public sealed class StructureDefinition
{
    private readonly Lazy<IReadOnlyList<StructureNode>> _nodes;

    internal StructureDefinition(string name, string description, string notation)
    {
        Name = name;
        Description = description;
        Notation = notation;
        _nodes = new(() => StructureNotation.Read(notation));
    }

    /// <summary>For example <c>ADT_A01</c>.</summary>
    public string Name { get; }

    /// <summary>What the standard calls it, for example <c>Admit/visit notification</c>.</summary>
    public string Description { get; }

    /// <summary>As the standard writes it, groups named: <c>MSH [{SFT}] EVN PID [{(PROCEDURE PR1 [{ROL}])}]</c>.</summary>
    public string Notation { get; }

    /// <summary>What the message is made of, in order; MSH first.</summary>
    public IReadOnlyList<StructureNode> Nodes => _nodes.Value;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

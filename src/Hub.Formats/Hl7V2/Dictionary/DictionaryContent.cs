namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>What the text of one version says, while it is read.</summary>
internal sealed class DictionaryContent
{
    public Dictionary<string, DataTypeDefinition> Types { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SegmentDefinition> Segments { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, StructureDefinition> Structures { get; } = new(StringComparer.Ordinal);

    /// <summary>Message and trigger event, <c>ADT_A04</c>, to structure.</summary>
    public Dictionary<string, StructureDefinition> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>A type by name, also before its own line was read.</summary>
    public DataTypeDefinition TypeOf(string name)
    {
        if (!Types.TryGetValue(name, out DataTypeDefinition? type))
            Types.Add(name, type = new(name));
        return type;
    }
}

namespace Hub.Formats.Fhir.Mapping;

/// <summary>The rules from a segment to a resource, or from a data type to another.</summary>
/// <param name="kind"><c>segment</c> or <c>type</c>.</param>
/// <param name="source">The segment or data type.</param>
/// <param name="target">The name that the guide gives its target, <c>Patient</c>, <c>Identifier-Extension</c>.</param>
/// <param name="ready">Makes the rules ready once they are read.</param>
internal sealed class RuleMap(string kind, string source, string target, Action<RuleMap> ready)
{
    public string Kind => kind;

    public string Source => source;

    public string Target => target;

    public string Name => $"{source}.{target}";

    /// <summary>The resource or data type that it makes, without what the guide adds to the name.</summary>
    public string TargetType => target.Split('-')[0] is var name && name.Length > 0 && char.IsLower(name[0]) ? "Element" : name;

    /// <summary>How many rows the guide's table has, those without a target too.</summary>
    public int Rows { get; set; }

    /// <summary>The rules, read and made ready when they are first asked for.</summary>
    public List<MapRule> Rules
    {
        get
        {
            if (!Sections.IsReady)
                Sections.Ready(() => ready(this));
            return Draft;
        }
    }

    /// <summary>The rules as far as they are read.</summary>
    public List<MapRule> Draft { get; } = [];

    /// <summary>Where files speak of it.</summary>
    public MapSections Sections { get; } = new();

    public MapPlaces Places { get; } = new(source, kind == "type");
}

namespace Hub.Formats.Fhir.Mapping;

/// <summary>A segment or group of a message, with what is made of it.</summary>
internal sealed class MapPlaceNode(string name, bool isGroup, bool repeats, MapPlaceNode? parent)
{
    public string Name => name;

    public bool IsGroup => isGroup;

    public bool Repeats => repeats;

    public MapPlaceNode? Parent => parent;

    public List<MapPlaceNode> Children { get; } = [];

    public List<MakeRule> Makes { get; } = [];

    /// <summary>Whether its segments may stand anywhere in the message, so that finding one does not tell how far the message has come.</summary>
    public bool IsLoose { get; init; }

    /// <summary>The places from the message down to this one.</summary>
    public IEnumerable<MapPlaceNode> Path => parent is null ? [this] : parent.Path.Append(this);

    public override string ToString() => parent is null ? name : $"{parent}.{name}";
}

/// <summary>A message and what is made of its segments.</summary>
internal sealed class MessageMap(string name, Action<MessageMap> ready)
{
    public string Name => name;

    public int Rows { get; set; }

    /// <summary>Its places, read and made ready when they are first asked for.</summary>
    public MapPlaceNode Root
    {
        get
        {
            if (!Sections.IsReady)
                Sections.Ready(() => ready(this));
            return Draft;
        }
    }

    /// <summary>The places as far as they are read.</summary>
    public MapPlaceNode Draft { get; } = new(name, true, false, null);

    /// <summary>Where files speak of it.</summary>
    public MapSections Sections { get; } = new();
}

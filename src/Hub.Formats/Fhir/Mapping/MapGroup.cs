namespace Hub.Formats.Fhir.Mapping;

/// <summary>An instance of a group in a message, or of a segment: what has resources of its own.</summary>
internal sealed class MapGroup(MapPlaceNode place, MapGroup? parent)
{
    private readonly Dictionary<string, FhirResource> _latest = new(StringComparer.Ordinal);

    public MapPlaceNode Place => place;

    public MapGroup? Parent => parent;

    /// <summary>The groups and segments in it, as they came.</summary>
    public List<MapGroup> Children { get; } = [];

    /// <summary>The segment, when it is one.</summary>
    public MapSegment? Segment { get; init; }

    /// <summary>The resource of a key that an instance of this very place made.</summary>
    public FhirResource? Own(string key) => _own.GetValueOrDefault(key);

    private readonly Dictionary<string, FhirResource> _own = new(StringComparer.Ordinal);

    /// <summary>Keeps a resource, for this group and those around it, up to one that repeats: another order has nothing to do with it.</summary>
    public void Keep(string key, FhirResource resource)
    {
        _own[key] = resource;
        for (MapGroup? group = this; group is not null; group = group.Place.Repeats ? null : group.Parent)
            group._latest[key] = resource;
    }

    /// <summary>The nearest resource of a key: of this group, or of the groups around it.</summary>
    public FhirResource? Resource(string key)
    {
        for (MapGroup? group = this; group is not null; group = group.Parent)
        {
            if (group._latest.TryGetValue(key, out FhirResource? found))
                return found;
        }

        return null;
    }

    /// <summary>The nearest segment of a name: in this group, or in the groups around it; of several beside each other the last one before this.</summary>
    public MapSegment? Find(string name)
    {
        MapGroup? within = null;
        for (MapGroup? group = this; group is not null; (group, within) = (group.Parent, group))
        {
            if ((group.LastBefore(within, name) ?? group.First(name)) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>The instance of a place that this stands in.</summary>
    public MapGroup At(MapPlaceNode wanted)
    {
        for (MapGroup? group = this; group is not null; group = group.Parent)
        {
            if (ReferenceEquals(group.Place, wanted))
                return group;
        }

        return this;
    }

    private MapSegment? LastBefore(MapGroup? end, string name)
    {
        MapSegment? found = null;
        foreach (MapGroup child in Children)
        {
            if (ReferenceEquals(child, end))
                return found;
            if (child.Segment?.Name == name)
                found = child.Segment;
        }

        return null;
    }

    private MapSegment? First(string name)
    {
        foreach (MapGroup child in Children)
        {
            if (child.Segment?.Name == name)
                return child.Segment;
            if (child.Segment is null && !child.Place.Repeats && child.First(name) is { } within)
                return within;
        }

        return null;
    }
}

/// <summary>
/// Puts the segments of a message into the groups of its map: each at the next place of its name in the group that is open, else in a new
/// instance of that group, else in the group around it. Who sends too much, too little or in another order is still read: a segment that has no
/// place after the last one goes to an open group that knows it.
/// </summary>
internal static class MapPlacing
{
    public static MapGroup Place(MessageMap map, IEnumerable<MapSegment> segments, Action<MapSegment> homeless)
    {
        MapGroup root = new(map.Root, null);
        (MapGroup group, int next) = (root, 0);
        foreach (MapSegment segment in segments)
        {
            (MapGroup From, List<MapPlaceNode> Way)? path = Next(group, next, segment.Name);
            if (path is { Way: [.., { IsLoose: true } loose] })
            {
                // It is of the patient or order that is being told.
                Put(group, loose, segment);
            }
            else if (path is { } found)
            {
                (group, next) = Open(found.From, found.Way);
                Put(group, found.Way[^1], segment);
            }
            else if (Elsewhere(group, segment.Name) is { } known)
            {
                (MapGroup at, _) = Open(known.From, known.Way, isLate: true);
                Put(at, known.Way[^1], segment);
            }
            else
            {
                segment.Group = group;
                homeless(segment);
            }
        }

        return root;
    }

    // The group to start from, and the places from there down to the segment's.
    private static (MapGroup From, List<MapPlaceNode> Way)? Next(MapGroup group, int next, string name)
    {
        for (MapGroup? open = group; open is not null; open = open.Parent)
        {
            // An order that follows another is the next order, not a prior result of the one before: those begin with their patient.
            if (Down(open.Place, next, name) is { } way && (way.Count == 1 || way[0].Children[0].Name == name || !IsBeginning(open, name)))
                return (open, way);
            if (open.Place.Repeats && open.Parent is not null && Down(open.Place, 0, name) is { } again)
                return (open.Parent, [open.Place, .. again]);
            next = open.Parent is null ? 0 : open.Parent.Place.Children.IndexOf(open.Place) + (open.Place.Repeats ? 0 : 1);
        }

        return null;
    }

    // Whether a group that is open and repeats begins with a segment of the name.
    private static bool IsBeginning(MapGroup group, string name)
    {
        for (MapGroup? open = group; open is not null; open = open.Parent)
        {
            if (open.Place is { Repeats: true, Children: [{ IsGroup: false } first, ..] } && first.Name == name)
                return true;
        }

        return false;
    }

    private static (MapGroup From, List<MapPlaceNode> Way)? Elsewhere(MapGroup group, string name)
    {
        for (MapGroup? open = group; open is not null; open = open.Parent)
        {
            if (Down(open.Place, 0, name) is { } way)
                return (open, way);
        }

        return null;
    }

    private static List<MapPlaceNode>? Down(MapPlaceNode place, int from, string name)
    {
        for (int i = from; i < place.Children.Count; i++)
        {
            MapPlaceNode child = place.Children[i];
            if (!child.IsGroup && child.Name == name)
                return [child];
            if (child.IsGroup && Down(child, 0, name) is { } way)
                return [child, .. way];
        }

        return null;
    }

    // A segment that comes late goes into the group that is there (the diagnoses of a charge into the patient's), unless that has its one of the kind already.
    private static (MapGroup Group, int Next) Open(MapGroup from, List<MapPlaceNode> way, bool isLate = false)
    {
        MapGroup group = from;
        foreach (MapPlaceNode place in way.SkipLast(1))
        {
            MapGroup? known = isLate && !place.Repeats ? group.Children.FindLast(child => ReferenceEquals(child.Place, place) && !IsTaken(child, way[^1])) : null;
            MapGroup inner = known ?? new(place, group);
            if (known is null)
                group.Children.Add(inner);
            group = inner;
        }

        // A place for one segment is taken; the next of its name begins another group.
        return (group, group.Place.Children.IndexOf(way[^1]) + (way[^1].Repeats ? 0 : 1));
    }

    private static bool IsTaken(MapGroup group, MapPlaceNode place) => !place.Repeats && group.Children.Exists(child => ReferenceEquals(child.Place, place));

    private static void Put(MapGroup group, MapPlaceNode place, MapSegment segment)
    {
        MapGroup leaf = new(place, group) { Segment = segment };
        group.Children.Add(leaf);
        segment.Group = leaf;
    }
}

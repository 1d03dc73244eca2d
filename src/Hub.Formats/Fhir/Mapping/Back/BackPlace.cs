using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>A resource of a message map, and the places where its data stands.</summary>
internal sealed class BackKey(string name, FhirType type)
{
    /// <summary>Its name in the map, <c>Observation[2]</c>.</summary>
    public string Name => name;

    public FhirType Type => type;

    public List<(BackPlace Place, MakeRule Make)> Makes { get; } = [];

    /// <summary>The place whose instances have one each.</summary>
    public BackPlace Home { get; set; } = null!;
}

/// <summary>A segment or group of the structure of a message, with what the guide makes of it.</summary>
internal sealed class BackPlace(string name, bool isGroup, bool repeats, bool isNeeded, BackPlace? parent)
{
    public string Name => name;

    public bool IsGroup => isGroup;

    public bool Repeats => repeats;

    public bool IsNeeded => isNeeded;

    public BackPlace? Parent => parent;

    public List<BackPlace> Children { get; } = [];

    public List<MakeRule> Makes { get; } = [];

    /// <summary>The resources of which each instance has its own.</summary>
    public List<BackKey> Keys { get; } = [];

    public IEnumerable<BackPlace> Path => parent is null ? [this] : parent.Path.Append(this);

    public IEnumerable<BackPlace> Deep() => Children.SelectMany(child => child.Deep()).Prepend(this);
}

/// <summary>
/// The structure of a message in the version that is written, from the dictionary, with the rules of the message's map at its places. The map of the
/// guide is of a later version and has groups that this one does not know; a place is found by the groups that both have.
/// </summary>
internal sealed class BackStructure
{
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    private BackStructure(StructureDefinition definition, MessageMap map)
    {
        Name = definition.Name;
        Root = new(definition.Name, true, false, true, null);
        Add(Root, definition.Nodes);
        MapPlaceNode[] known = [.. Leaves(map.Root)];
        foreach (BackPlace place in Root.Deep().Where(place => !place.IsGroup).ToList())
            place.Makes.AddRange(Find(place, known));
        // Segments of a site have no place in the standard: they follow the others, in the order of the site's rules.
        foreach (IGrouping<string, MapPlaceNode> local in known.Where(place => place.Name.StartsWith('Z')).GroupBy(place => place.Name))
        {
            BackPlace place = new(local.Key, false, local.Any(each => each.Repeats), false, Root);
            place.Makes.AddRange(local.SelectMany(each => each.Makes).Where(make => make is { State: MapState.Done, Map: not null }));
            Root.Children.Add(place);
        }

        ReadKeys();
        Links = [.. known.SelectMany(place => place.Makes).SelectMany(make => make.Links).Where(link => link.ToKey is not null)];
    }

    public string Name { get; }

    public BackPlace Root { get; }

    public List<BackKey> Keys { get; } = [];

    /// <summary>How resources of the map refer to each other.</summary>
    public IReadOnlyList<MapLink> Links { get; }

    public static BackStructure Of(StructureDefinition definition, MessageMap map) => new(definition, map);

    private void Add(BackPlace to, IReadOnlyList<StructureNode> nodes)
    {
        foreach (StructureNode node in nodes)
        {
            if (node.Kind == StructureNodeKind.Choice)
            {
                // One of them stands there; which, the data tells.
                foreach (StructureNode choice in node.Children)
                    to.Children.Add(new(choice.Name, false, false, false, to));
                continue;
            }

            // What was known before an order: no resource says that it is that, and nothing of the present may stand there.
            if (node.Name == "PRIOR_RESULT")
                continue;
            bool isGroup = node.Kind == StructureNodeKind.Group;
            BackPlace place = new(node.Name, isGroup, node.Max is null or > 1, node.Min > 0, to);
            to.Children.Add(place);
            if (isGroup)
                _groups.Add(node.Name);
            Add(place, node.Children);
        }
    }

    private static IEnumerable<MapPlaceNode> Leaves(MapPlaceNode node) => node.Children.SelectMany(child => child.IsGroup ? Leaves(child) : Leaves(child).Prepend(child));

    private IEnumerable<MakeRule> Find(BackPlace place, MapPlaceNode[] known)
    {
        HashSet<string> groups = [.. place.Path.Where(each => each.IsGroup).Select(each => each.Name)];
        var fitting = known.Where(each => each.Name == place.Name)
            .Select(each => (Place: each, Groups: each.Path.Where(group => group.IsGroup).Select(group => group.Name).ToArray()))
            .Where(each => each.Groups.All(group => groups.Contains(group) || !_groups.Contains(group)))
            .Select(each => (each.Place, Score: each.Groups.Count(groups.Contains))).ToArray();
        if (fitting.Length == 0)
            return [];
        MapPlaceNode[] best = [.. fitting.Where(each => each.Score == fitting.Max(other => other.Score)).Select(each => each.Place)];
        int before = place.Parent!.Children.TakeWhile(each => each != place).Count(each => each.Name == place.Name);
        // A map without groups (ORM_O01) has its places in the order of the structure.
        BackPlace[] alike = [.. Root.Deep().Where(each => each.Name == place.Name)];
        int at = alike.Length == best.Length ? Array.IndexOf(alike, place) : Math.Min(before, best.Length - 1);
        return best[at].Makes.Where(make => make is { State: MapState.Done, Map: not null } && make.Map.Source == place.Name);
    }

    private void ReadKeys()
    {
        foreach (BackPlace place in Root.Deep())
        {
            foreach (MakeRule make in place.Makes)
            {
                BackKey? key = Keys.Find(each => each.Name == make.Key);
                if (key is null)
                    Keys.Add(key = new(make.Key, make.Type!));
                key.Makes.Add((place, make));
            }
        }

        foreach (BackKey key in Keys)
        {
            BackPlace home = key.Makes.Select(make => make.Place).Aggregate(Common);
            while (!home.Repeats && home.Parent is not null)
                home = home.Parent;
            key.Home = home;
            home.Keys.Add(key);
        }
    }

    private static BackPlace Common(BackPlace left, BackPlace right)
    {
        if (ReferenceEquals(left, right))
            return left;
        BackPlace[] around = [.. right.Path];
        return left.Path.Last(around.Contains);
    }
}

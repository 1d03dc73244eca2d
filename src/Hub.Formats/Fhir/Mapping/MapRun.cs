using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>
/// One message on its way to a bundle. Segments are put into the groups of the message's map; what a place makes is made or added to;
/// links that name something later wait for the end.
/// </summary>
internal sealed class MapRun(RuleSet rules, Hl7Message message, FhirMappingOptions options)
{
    private const int MostProblems = 200;

    private readonly List<(MapGroup Group, MakeRule Make, MapLink Link, int Scope)> _waiting = [];
    private readonly List<FhirMapProblem> _problems = [];
    private int _scope;

    public RuleSet Rules => rules;

    public FhirMappingOptions Options => options;

    public IReadOnlyList<FhirMapProblem> Problems => _problems;

    /// <summary>What the lines of the message's map made, in their order; what rules made of fields hangs on these.</summary>
    public List<FhirResource> Resources { get; } = [];

    /// <summary>The bundle's own elements.</summary>
    public FhirNode Bundle { get; } = new(FhirStructure.Type("Bundle"));

    public MapSegment Header { get; private set; } = null!;

    /// <summary>The zone of times without one, when the header names it (HL7 v2.5.1 §2.15.9.7: that of MSH-7); null for the zone of the settings.</summary>
    public TimeSpan? Offset { get; private set; }

    /// <summary>The offset of a time that names none.</summary>
    public TimeSpan OffsetAt(DateTime local) => Offset ?? options.Zone.GetUtcOffset(local);

    public void Map()
    {
        List<MapSegment> segments = Segments();
        Header = segments[0];
        Offset = Hl7Timestamp.TryParse(Header.Field(7)[0].Text, out Hl7Timestamp sent) ? sent.Offset : null;
        MapValue type = Header.Field(9)[0];
        (string code, string trigger, string named) = (type.Part(1).Text, type.Part(2).Text, type.Part(3).Text);
        string structure = StructureOf(code, trigger, named);
        MessageMap map = rules.MessageFor(structure, code);
        MapGroup root = MapPlacing.Place(map, segments, segment => Note(segment.Name, "", $"The map {map.Name} has no place for the segment {segment.Name}; a site's rules can add one."));
        RunGroup(root);
        foreach ((MapGroup group, MakeRule make, MapLink link, int scope) in _waiting)
            _ = Link(group, make, link, scope);
    }

    public void Note(string place, string element, string text)
    {
        if (_problems.Count < MostProblems)
            _problems.Add(new(place, element, text));
    }

    /// <summary>The Patient that a segment is about.</summary>
    public static FhirResource? PatientOf(MapSegment segment) => segment.Group.Resource("Patient[1]");

    private List<MapSegment> Segments()
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        List<MapSegment> segments = new(message.SegmentCount);
        for (int i = 0; i < message.SegmentCount; i++)
        {
            string name = message.SegmentName(i);
            int occurrence = counts[name] = counts.GetValueOrDefault(name) + 1;
            segments.Add(new(message, i, name, occurrence));
        }

        return segments;
    }

    private string StructureOf(string code, string trigger, string named)
    {
        // A sender names a structure, never one of our general maps.
        if (named is not ("*" or MessageCompiler.Otherwise) && rules.Message(named) is not null)
            return named;
        string written = $"{code}_{trigger}";
        if (rules.Message(written) is not null)
            return written;
        return Hl7V2.Dictionary.Hl7Dictionary.For("2.5.1").StructureFor(code, trigger, named)?.Name ?? written;
    }

    private void RunGroup(MapGroup group)
    {
        if (group.Segment is { } segment)
        {
            foreach (MakeRule make in group.Place.Makes)
            {
                if (make.State == MapState.Done && (make.Type!.Name != "Provenance" || options.HasProvenance) && make.Condition.Holds(new(segment, null, 0)))
                    Make(group, segment, make);
            }
        }

        foreach (MapGroup child in group.Children)
            RunGroup(child);
    }

    private void Make(MapGroup group, MapSegment segment, MakeRule make)
    {
        int scope = ++_scope;
        FhirNode node;
        if (make.Type!.Name == "Bundle")
        {
            node = Bundle;
        }
        else
        {
            MapGroup home = group.At(make.Home);
            FhirResource? resource = Own(group, make, make.Key);
            if (resource is null)
            {
                if (!ReferenceEquals(home.Place, make.Home))
                    return;
                resource = new(make.Type, $"{segment.Name}[{segment.Occurrence}]") { Segment = segment };
                home.Keep(make.Key, resource);
                Resources.Add(resource);
            }

            node = resource.Node;
        }

        // What EVN does not say of the operator, MSH does.
        MapSegment from = make.Map is { } map && map.Source != segment.Name ? group.Find(map.Source) ?? segment : segment;
        SegmentRun run = new(this, from, scope);
        foreach (MapLink link in make.Links)
        {
            if (!Link(group, make, link, scope))
                _waiting.Add((group, make, link, scope));
        }

        if (make.Within is { } within)
        {
            if (run.Open(node, within, 1) is not { } inner)
                return;
            node = inner;
        }

        if (make.Map is not null)
            run.Run(make.Map, node);
    }

    // The resource of the place that the line is about; of a segment that may stand anywhere, the nearest.
    private static FhirResource? Own(MapGroup group, MakeRule make, string key) =>
        group.At(make.Home) is var home && ReferenceEquals(home.Place, make.Home) ? home.Own(key) : group.Resource(key);

    private bool Link(MapGroup group, MakeRule make, MapLink link, int scope)
    {
        if ((link.Key == make.Key ? Own(group, make, link.Key) : group.Resource(link.Key)) is not { } from)
            return false;
        SegmentRun run = new(this, group.Segment!, scope);
        if (link.ToKey is null)
        {
            run.SetText(from.Node, link.Path, link.Text!);
            return true;
        }

        FhirResource? to = link.ToKey == make.Key && make.Within is null ? Own(group, make, link.ToKey) : group.Resource(link.ToKey);
        if (to is null || ReferenceEquals(to, from))
            return to is not null;
        run.SetLink(from.Node, link.Path, to);
        return true;
    }
}

using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Makes the map of a message ready: which resource each line makes or adds to, what it links, and which segments or groups have resources of their own.</summary>
internal sealed partial class MessageCompiler(RuleSet rules, RuleCompiler compiler)
{
    /// <summary>The name of the map that says what is made of segments in messages whose own maps say nothing of them.</summary>
    public const string Otherwise = "OTHERWISE";

    public void Compile(MessageMap message)
    {
        bool isOne = message.Name is not ("*" or Otherwise);
        if (isOne && Places("*") is { } every)
            AddEvery(message.Draft, every);
        if (isOne && Places(Otherwise) is { } otherwise)
            AddOtherwise(message.Draft, otherwise);
        List<(MapPlaceNode Place, MakeRule Make)> makes = [.. All(message.Draft)];
        foreach ((MapPlaceNode place, MakeRule make) in makes)
            CompileMake(place, make);
        foreach (IGrouping<string, (MapPlaceNode Place, MakeRule Make)> of in makes.Where(each => each.Make.Key.Length > 0).GroupBy(each => each.Make.Key))
        {
            // A place that may be anywhere adds to what the others make.
            List<MapPlaceNode> fixedPlaces = [.. of.Select(each => each.Place).Where(place => !place.IsLoose)];
            MapPlaceNode home = (fixedPlaces.Count > 0 ? fixedPlaces : [.. of.Select(each => each.Place)]).Aggregate(Common);
            foreach ((_, MakeRule make) in of)
                make.Home = home;
        }
    }

    private MapPlaceNode? Places(string name)
    {
        MessageMap? message = rules.Message(name);
        message?.Sections.Read();
        return message?.Draft;
    }

    // What a segment makes at a place where the map of a message makes no such resource of it, or when it does not know the segment at all.
    private static void AddOtherwise(MapPlaceNode to, MapPlaceNode from)
    {
        foreach (MapPlaceNode place in from.Children)
        {
            List<MapPlaceNode> known = [.. Places(to).Where(each => each.Name == place.Name && !each.IsGroup)];
            if (known.Count == 0)
            {
                MapPlaceNode added = new(place.Name, false, true, to) { IsLoose = true };
                to.Children.Add(added);
                known.Add(added);
            }

            for (int i = 0; i < known.Count; i++)
            {
                HashSet<string> made = [.. known[i].Makes.Where(make => make.Line.Cell(2).Length > 0).Select(make => Made(make.Line))];
                known[i].Makes.AddRange(place.Makes.Where(make => !made.Contains(Made(make.Line))).Select(make => new MakeRule(Own(make.Line, i))));
            }
        }
    }

    // Each place makes resources of its own: RelatedPerson[81] at the first, RelatedPerson[8101] at the second.
    private static MapLine Own(MapLine line, int place) =>
        place == 0 ? line : line with { Cells = [.. line.Cells.Select(cell => OwnKey().Replace(cell, match => $"[{match.Groups[1].Value}{place:00}]"))] };

    // The map, and the resource without its number: RelatedPerson of RelatedPerson[2].
    private static string Made(MapLine line) => $"{line.Cell(1).Split('[', '.')[0]} {line.Cell(2)}";

    // What a site says of every message is added to each, at the place of that name or at the end.
    private static void AddEvery(MapPlaceNode to, MapPlaceNode from)
    {
        foreach (MapPlaceNode place in from.Children)
        {
            List<MapPlaceNode> known = [.. Places(to).Where(each => each.Name == place.Name && each.IsGroup == place.IsGroup)];
            if (known.Count == 0)
            {
                MapPlaceNode added = new(place.Name, place.IsGroup, place.Repeats, to) { IsLoose = !place.IsGroup };
                to.Children.Add(added);
                known.Add(added);
            }

            foreach (MapPlaceNode each in known)
            {
                if (place.IsGroup)
                    AddEvery(each, place);
                each.Makes.AddRange(place.Makes.Select(make => new MakeRule(make.Line)));
            }
        }
    }

    private static IEnumerable<MapPlaceNode> Places(MapPlaceNode node) => node.Children.SelectMany(child => Places(child).Prepend(child));

    private static IEnumerable<(MapPlaceNode, MakeRule)> All(MapPlaceNode node) =>
        node.Makes.Select(make => (node, make)).Concat(node.Children.SelectMany(All));

    private static MapPlaceNode Common(MapPlaceNode left, MapPlaceNode right)
    {
        if (ReferenceEquals(left, right))
            return left;
        MapPlaceNode[] around = [.. right.Path];
        return left.Path.Last(place => place.IsGroup && around.Contains(place));
    }

    private void CompileMake(MapPlaceNode place, MakeRule make)
    {
        MapPlaces places = new(place.Name, false);
        if (compiler.Condition(make.Line.Cell(0), places, make.Line, make.Skip) is not { } condition)
            return;
        make.Condition = condition;
        string target = make.Line.Cell(1);
        string? text = null;
        if (target.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            (target, text) = (target[..equals], target[(equals + 1)..].Trim('"'));
        Match match = Key().Match(target);
        if (!match.Success || FhirStructure.Type(match.Groups[1].Value) is not { IsResource: true } type)
        {
            Fault(make, $"\"{target}\" is no resource of FHIR R4. Write for example \"Patient[1]\".");
            return;
        }

        make.Key = KeyOf(match);
        make.Type = type;
        string map = make.Line.Cell(2);
        if (text is null && map.Length == 0)
        {
            make.Skip(MapState.NotDone, "The guide names no map of the segment for it.");
            return;
        }

        if (match.Groups[3].Success)
            ReadWithin(make, match.Groups[3].Value, text);
        if (map.Length > 0)
            FindMap(place, make, map);
        if (make.State == MapState.Done)
            ReadLinks(make);
    }

    private void ReadWithin(MakeRule make, string path, string? text)
    {
        if (!TargetPath.TryParse(path, out TargetPath? within, out string? error) || (error = RuleCompiler.Walk(make.Type, within)) is not null)
        {
            Fault(make, error);
            return;
        }

        if (text is not null)
            make.Links.Add(new(make.Key, within, null, text));
        // Rules of a segment begin at the resource, also where the guide names the element: Observation[2].note.
        else if (within.Steps[^1].Resource is not null)
            make.Within = within;
    }

    private void FindMap(MapPlaceNode place, MakeRule make, string name)
    {
        string full = name.Replace('[', '.').TrimEnd(']');
        make.Map = rules.Map(full);
        if (make.Map is null)
            Fault(make, $"There is no map {name}. Write it: \"segment {full.Replace('.', ' ')}\" and its rules.");
        else if (make.Map.Source != place.Name && make.Map.Source != "MSH")
            Fault(make, $"{name} is no map of the segment {place.Name}.");
    }

    private void ReadLinks(MakeRule make)
    {
        foreach (string link in Ends().Split(make.Line.Cell(3)))
        {
            int equals = link.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            string right = link[(equals + 1)..].Trim();
            Match left = Key().Match(Suffix().Replace(link[..equals].Trim(), ""));
            if (!left.Success || FhirStructure.Type(left.Groups[1].Value) is not { } type)
            {
                compiler.Report(make.Line, $"\"{link}\" is no reference. Write for example \"Observation[1].subject.reference=Patient[1].id\".");
                continue;
            }

            string path = Mend(left.Groups[1].Value, left.Groups[3].Value);
            string? to = right.StartsWith('"') ? null : Key().Match(Suffix().Replace(right, "")) is { Success: true } named ? Own(make, left, named) : null;
            if (path.Length == 0 || !TargetPath.TryParse(path, out TargetPath? within, out string? error) || (error = RuleCompiler.Walk(type, within)) is not null)
            {
                // The segment's rules are followed; what the guide links does not exist in R4 (DiagnosticReport.requester).
                compiler.Report(make.Line, $"\"{link}\" cannot be set: {path} is no element of {type.Name} in FHIR R4.");
                continue;
            }

            make.Links.Add(new(OwnLeft(make, left), within, to, to is null ? right.Trim('"') : null));
        }
    }

    // The guide says Encounter[1].diagnosis.reference for what is Encounter.diagnosis.condition.
    private static string Mend(string type, string path) => (type, path) switch
    {
        ("Encounter" or "EpisodeOfCare", "diagnosis") => "diagnosis.condition",
        ("Appointment", "participant.actor") => "participant.actor",
        _ => path,
    };

    private static string OwnLeft(MakeRule make, Match match) =>
        !match.Groups[2].Success && match.Groups[1].Value == make.Type!.Name ? make.Key : KeyOf(match);

    // A link to a resource of the kind that the line makes is to that one, whatever its number, but for one between two of a kind (Patient.link); a
    // bundle cannot be named, its header can.
    private static string Own(MakeRule make, Match left, Match match)
    {
        string type = match.Groups[1].Value;
        if (type == "Bundle")
            return "MessageHeader[1]";
        if (type == left.Groups[1].Value && match.Groups[2].Success)
            return KeyOf(match);
        bool isOwn = make.Within is { } within ? within.Steps[^1].Resource == type : type == make.Type!.Name;
        return isOwn && make.Within is null ? make.Key : KeyOf(match);
    }

    private static string KeyOf(Match match) => $"{match.Groups[1].Value}[{(match.Groups[2].Success ? match.Groups[2].Value : "1")}]";

    private void Fault(MakeRule make, string text)
    {
        make.Skip(MapState.NotDone, text);
        compiler.Report(make.Line, text);
    }

    [GeneratedRegex("^([A-Z][A-Za-z]+)(?:\\[([0-9]+)\\])?(?:\\.(.+))?$")]
    private static partial Regex Key();

    [GeneratedRegex("\\[(8[0-9])\\]")]
    private static partial Regex OwnKey();

    [GeneratedRegex("\\.(?:reference|id)(?=\\)?$)")]
    private static partial Regex Suffix();

    [GeneratedRegex("(?:;\\s*|(?<=[a-z\"\\]])\\s+)(?=[A-Z])")]
    private static partial Regex Ends();
}

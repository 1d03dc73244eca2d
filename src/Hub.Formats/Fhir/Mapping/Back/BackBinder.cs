namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>The resources that an instance of a group is made of, and those of the groups around it.</summary>
internal sealed class BackBinding(BackBinding? outer)
{
    private readonly Dictionary<string, BackNode> _own = new(StringComparer.Ordinal);

    /// <summary>Items of resources that have a segment each; an item of null means that the segment is another's.</summary>
    public Dictionary<string, BackNode?> Items { get; } = new(StringComparer.Ordinal);

    public IEnumerable<BackNode> Own => _own.Values;

    public BackNode? Find(string key) => _own.TryGetValue(key, out BackNode? found) ? found : outer?.Find(key);

    public void Bind(string key, BackNode resource) => _own[key] = resource;

    public (bool IsKnown, BackNode? Item) ItemOf(string key) => Items.TryGetValue(key, out BackNode? item) ? (true, item) : outer?.ItemOf(key) ?? (false, null);
}

/// <summary>
/// Finds the resources for the places of a message: what the map links must be linked in the bundle too (the results of this report), each resource
/// stands in one place, and of several places the one that carries most of it.
/// </summary>
internal sealed class BackBinder(BackRun run, BackStructure structure, IReadOnlyDictionary<string, BackNode> focus)
{
    // What a message is about is never looked for.
    private static readonly HashSet<string> s_focal = ["Bundle", "MessageHeader", "Patient", "Encounter", "Appointment", "DocumentReference"];

    private readonly HashSet<BackNode> _bound = [];
    private readonly Dictionary<(BackKey, BackNode), int> _worth = [];
    private readonly Dictionary<BackKey, List<MapLink>> _hard = [];

    /// <summary>Binds what there is once in a message.</summary>
    public BackBinding Root()
    {
        BackBinding binding = new(null);
        BindAll(binding, structure.Root.Keys);
        return binding;
    }

    // What the message is about is given; else what only this place can carry, or what is known by its codes or tied to what is there.
    private void BindAll(BackBinding binding, List<BackKey> keys)
    {
        foreach (BackKey key in keys.Where(key => focus.ContainsKey(key.Type.Name)))
            Bind(binding, key, focus[key.Type.Name]);
        foreach (BackKey key in keys.Where(key => binding.Find(key.Name) is null && !s_focal.Contains(key.Type.Name)))
        {
            bool isOnly = structure.Keys.Count(other => other.Type == key.Type) == 1;
            BackNode? found = Candidates(key, binding).FirstOrDefault(each => isOnly || IsMarked(key, each) || IsTied(key, each, binding));
            if (found is not null)
                Bind(binding, key, found);
        }
    }

    /// <summary>The instances of a place that repeats: one for each of its resources.</summary>
    public IEnumerable<BackBinding> Instances(BackPlace place, BackBinding outer)
    {
        if (place.Keys.Exists(key => key.Type.Name == "Patient"))
        {
            BackBinding all = new(outer);
            BindAll(all, place.Keys);
            yield return all;
            yield break;
        }

        foreach (BackKey key in Anchors(place))
        {
            foreach (BackNode resource in Candidates(key, outer).ToList())
            {
                if (_bound.Contains(resource))
                    continue;
                BackBinding binding = new(outer);
                Bind(binding, key, resource);
                foreach (BackKey other in place.Keys.Where(other => other != key))
                {
                    if (Candidates(other, binding).FirstOrDefault(each => IsTied(other, each, binding)) is { } tied)
                        Bind(binding, other, tied);
                }

                yield return binding;
            }
        }
    }

    // An instance is there for a report, an order or an immunization; elsewhere for what its first segment tells.
    private static IEnumerable<BackKey> Anchors(BackPlace place)
    {
        List<BackKey> main = [.. place.Keys.Where(key => Order(key.Type.Name) < 5)];
        if (main.Count > 0)
            return main.OrderBy(key => Order(key.Type.Name));
        BackPlace? first = place.IsGroup ? place.Children.Find(child => !child.IsGroup) : place;
        return place.Keys.Where(key => key.Makes.Exists(make => make.Place == first));
    }

    // A report tells which order it answers; the order is found by it.
    private static int Order(string type) => type switch { "DiagnosticReport" or "Immunization" => 0, "ServiceRequest" or "MedicationRequest" => 1, "Provenance" => 9, _ => 5 };

    public void Bind(BackBinding binding, BackKey key, BackNode resource)
    {
        binding.Bind(key.Name, resource);
        _ = _bound.Add(resource);
        _ = run.Taken.Add(resource);
    }

    private IEnumerable<BackNode> Candidates(BackKey key, BackBinding binding) => run.Resources
        .Where(each => each.Resource == key.Type.Name && !_bound.Contains(each) && run.Scope.IsOf(each, run.Patient))
        .Where(each => Fits(key, each, binding) && IsPossible(key, each) && IsBest(key, each));

    // What the map ties to a resource of an outer instance must be tied to it: one of the ways that the map knows is enough.
    private bool Fits(BackKey key, BackNode resource, BackBinding binding)
    {
        List<(MapLink Link, BackNode Other)> links = [.. Hard(key).Select(link => (Link: link, Other: binding.Find(link.Key == key.Name ? link.ToKey! : link.Key))).Where(link => link.Other is not null).Select(link => (link.Link, link.Other!))];
        return links.Count == 0 || links.Exists(link => link.Link.Key == key.Name ? Names(resource, link.Link.Path, link.Other) : Names(link.Other, link.Link.Path, resource));
    }

    // The links to a resource of an outer instance: that one of several. To whom or what the whole message is about, a link may be missing.
    private List<MapLink> Hard(BackKey key)
    {
        if (!_hard.TryGetValue(key, out List<MapLink>? links))
            _hard[key] = links = [.. HardOf(key)];
        return links;
    }

    private IEnumerable<MapLink> HardOf(BackKey key) => structure.Links.Where(link =>
        (link.Key == key.Name || link.ToKey == key.Name) && link.Key != link.ToKey
        && structure.Keys.Find(other => other.Name == (link.Key == key.Name ? link.ToKey : link.Key)) is { } other
        && other.Home != key.Home && other.Home != structure.Root && !s_focal.Contains(other.Type.Name) && key.Home.Path.Contains(other.Home));

    // Of observations only those that a report has can stand under reports.
    private bool IsPossible(BackKey key, BackNode resource)
    {
        List<MapLink> hard = Hard(key);
        return hard.Count == 0 || hard.Exists(link => link.Key == key.Name
            ? run.Resources.Any(other => Names(resource, link.Path, other))
            : run.Resources.Any(other => other.Resource == structure.Keys.First(each => each.Name == link.Key).Type.Name && Names(other, link.Path, resource)));
    }

    private bool IsBest(BackKey key, BackNode resource)
    {
        int own = Worth(key, resource);
        return own > 0 && structure.Keys.Where(other => other != key && other.Type == key.Type && IsPossible(other, resource)).All(other => Worth(other, resource) <= own);
    }

    /// <summary>How much of a resource the places of a key carry; 0 when it is another's.</summary>
    private int Worth(BackKey key, BackNode resource)
    {
        if (_worth.TryGetValue((key, resource), out int known))
            return known;
        int worth = 0;
        foreach (IGrouping<BackPlace, (BackPlace Place, MakeRule Make)> at in key.Makes.GroupBy(make => make.Place))
            worth += at.Max(make => make.Make.Within is null && Marks(make.Make, resource) >= 0 ? new BackFill(run, new(at.Key.Name)).Take(make.Make.Map!, resource, null) : 0);
        return _worth[(key, resource)] = worth;
    }

    private static bool IsMarked(BackKey key, BackNode resource) => key.Makes.Exists(make => Marks(make.Make, resource) > 0);

    // Texts that a map always writes outside lists tell its resources from others of the kind; -1 when one is another.
    private static int Marks(MakeRule make, BackNode resource)
    {
        int found = 0;
        foreach (MapRule rule in make.Map!.Rules.Where(rule => rule is { State: MapState.Done, Source: 0, Text.IsPlain: true, Target: not null } && rule.Condition == MapCondition.Always))
        {
            string[] path = [.. rule.Target!.Steps.Select(step => step.Name)];
            if (rule.Target.Steps.Exists(step => step.Resource is not null) || path[^1] != "code")
                continue;
            if (!BackFit.At(resource, path).Any(leaf => leaf.Text == rule.Text!.Parts[0].Text))
                return -1;
            found++;
        }

        return found;
    }

    private bool IsTied(BackKey key, BackNode resource, BackBinding binding) => structure.Links.Any(link =>
        (link.Key == key.Name && binding.Find(link.ToKey!) is { Resource: not "Patient" } to && Names(resource, link.Path, to))
        || (link.ToKey == key.Name && binding.Find(link.Key) is { } from && Names(from, link.Path, resource)));

    /// <summary>Whether a resource names another at a path.</summary>
    public bool Names(BackNode from, TargetPath path, BackNode to)
    {
        IEnumerable<BackNode> found = [from];
        foreach (TargetStep step in path.Steps)
            found = found.SelectMany(each => each.All(step.Name)).Select(each => step.Resource is null ? each : run.Input.Resolve(each)).OfType<BackNode>();
        return found.Any(reference => ReferenceEquals(run.Input.Resolve(reference), to));
    }
}

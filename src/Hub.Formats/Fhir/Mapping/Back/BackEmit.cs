namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Writes the segments of a message in the order of its structure.</summary>
internal sealed class BackEmit(BackRun run, BackBinder binder)
{
    private readonly HashSet<BackNode> _items = [];

    /// <summary>Writes what is in a group.</summary>
    /// <returns>Whether any of it has data.</returns>
    public bool Write(BackPlace group, BackBinding binding)
    {
        bool any = false;
        int start = run.Segments.Count;
        foreach (BackPlace place in group.Children)
        {
            int before = run.Segments.Count;
            bool has = place.Repeats ? WriteAll(place, binding) : WriteOne(place, binding);
            // What the structure asks for stands there even when nothing is known of it; it goes again when all around it is empty.
            if (!has && place.IsNeeded && run.Segments.Count == before)
                WriteNeeded(place);
            any |= has;
        }

        if (!any && group.Parent is not null)
            run.Segments.RemoveRange(start, run.Segments.Count - start);
        return any;
    }

    private void WriteNeeded(BackPlace place)
    {
        if (!place.IsGroup)
            run.Segments.Add(new(place.Name));
        foreach (BackPlace child in place.Children.Where(child => child.IsNeeded))
            WriteNeeded(child);
    }

    private bool WriteOne(BackPlace place, BackBinding binding) => place.IsGroup ? Write(place, binding) : WriteSegment(place, binding);

    private bool WriteAll(BackPlace place, BackBinding outer)
    {
        bool any = false;
        foreach (BackBinding binding in binder.Instances(place, outer))
        {
            foreach (MakeRule make in Items(place).Where(make => binding.Own.All(own => own != binding.Find(make.Key))))
                binding.Items[make.Key] = ItemsOf(make, binding).FirstOrDefault(item => IsOf(item, binding));
            foreach (BackNode? item in binding.Items.Values)
                _ = item is not null && _items.Add(item);
            any |= WriteOne(place, binding);
        }

        List<MakeRule> rest = [.. Items(place).Where(make => outer.Find(make.Key) is not null)];
        foreach (MakeRule make in rest)
        {
            foreach (BackNode item in ItemsOf(make, outer).Where(item => IsWorth(place, make, item, outer)).ToList())
            {
                _ = _items.Add(item);
                BackBinding binding = new(outer);
                binding.Items[make.Key] = item;
                any |= WriteOne(place, binding);
            }
        }

        if (!any && rest.Count == 0 && !HasKeys(place))
            any = WriteOne(place, outer);
        return any;
    }

    private static bool HasKeys(BackPlace place) => place.Keys.Count > 0;

    // The maps at a place that have a segment for each item of a list: NK1 for each contact of the patient.
    private static IEnumerable<MakeRule> Items(BackPlace place)
    {
        BackPlace at = place;
        while (at.IsGroup && at.Children.Count > 0 && at.Children[0] is { Repeats: false } first)
            at = first;
        return at.IsGroup ? [] : at.Makes.Where(make => place.Keys.TrueForAll(key => key.Name != make.Key) && (ListOf(make) is not null || make.Within is not null));
    }

    private static string? ListOf(MakeRule make)
    {
        List<TargetStep> firsts = [.. make.Map!.Rules.Where(rule => rule is { State: MapState.Done, Target.IsSelf: false } && rule.Target!.Steps[0].Name != "extension").Select(rule => rule.Target!.Steps[0])];
        return firsts.Count > 0 && firsts.TrueForAll(step => step.Name == firsts[0].Name && step.Index == firsts[0].Index) && make.Type!.Field(firsts[0].Name) is { IsList: true, TypeName: not "Reference" } ? firsts[0].Name : null;
    }

    private IEnumerable<BackNode> ItemsOf(MakeRule make, BackBinding binding)
    {
        if (binding.Find(make.Key) is not { } resource)
            return [];
        IEnumerable<BackNode> items = make.Within is { } within
            ? BackFit.At(resource, [.. within.Steps.Select(step => step.Name)])
            : resource.All(ListOf(make)!);
        return items.Where(item => !_items.Contains(item));
    }

    // The diagnosis of an encounter that names this condition; the contact of a patient who is this relative.
    private bool IsOf(BackNode item, BackBinding binding) => binding.Own.Any(own =>
        item.Deep().Any(part => part.Find("reference") is not null && ReferenceEquals(run.Input.Resolve(part), own))
        || (item.Find("name") is { } name && own.All("name").Any(known => NameOf(known) is { Length: > 1 } text && text == NameOf(name))));

    private static string NameOf(BackNode name) => string.Join(' ', name.All("family").Concat(name.All("given")).Select(part => part.Text));

    // A participant who is a place makes no segment of persons.
    private bool IsWorth(BackPlace place, MakeRule make, BackNode item, BackBinding binding)
    {
        BackNode resource = binding.Find(make.Key)!;
        if (make.Within is not null)
            return true;
        BackFill fill = new(run, new(make.Map!.Source));
        if (fill.Take(make.Map, resource, item) == 0)
            return false;
        BackNode[] references = [.. item.Children.Where(child => child.Find("reference") is not null || child.Find("identifier") is not null || child.Find("display") is not null)];
        return item.Name != "participant" || references.Length == 0 || references.Any(reference => reference.Deep().Any(fill.Has));
    }

    private bool WriteSegment(BackPlace place, BackBinding binding)
    {
        DraftSegment segment = new(place.Name);
        BackFill fill = new(run, segment);
        foreach (IGrouping<string, MakeRule> of in place.Makes.GroupBy(make => make.Key))
        {
            if (binding.Find(of.Key) is not { } resource)
                continue;
            (bool isKnown, BackNode? item) = binding.ItemOf(of.Key);
            // What has an OBX for each component says nothing of them itself.
            MakeRule[] makes = [.. of.Where(make => !run.Input.Parts.ContainsKey(resource) || make.Map!.Target != "Observation-Component")];
            if (makes.Length == 0)
                continue;
            MakeRule make = Best(place, makes, resource);
            if (isKnown && item is null && (ListOf(make) is not null || make.Within is not null))
                continue;
            if (make.Within is { } within)
                WriteWithin(fill, make, within, resource, item);
            else
                _ = fill.Take(make.Map!, resource, isKnown && ListOf(make) is not null ? item : null);
        }

        if (place.Name == "OBX" && place.Makes.Select(make => binding.Find(make.Key)).OfType<BackNode>().FirstOrDefault() is { } observation)
            BackReports.Range(fill, observation);
        if (segment.IsEmpty || BackDenied.Is(fill))
            return false;
        segment.HasState = place.Name == "OBX" && fill.Sources.Any(source => source.Resource == "Observation" && source.Find("status") is not null);
        fill.Commit();
        run.Segments.Add(segment);
        return true;
    }

    private static void WriteWithin(BackFill fill, MakeRule make, TargetPath within, BackNode resource, BackNode? item)
    {
        BackNode? reference = item ?? BackFit.At(resource, [.. within.Steps.Select(step => step.Name)]).FirstOrDefault();
        if (reference is null || fill.Opened(reference, within.Steps[^1].Resource!) is not { } opened)
            return;
        if (fill.Take(make.Map!, opened, null) > 0)
            fill.TakeReference(reference, opened);
    }

    // Where a segment is read in two ways (OBX with one value or several), the one that carries more.
    private MakeRule Best(BackPlace place, MakeRule[] makes, BackNode resource) =>
        makes.Length == 1 ? makes[0] : makes.MaxBy(make => new BackFill(run, new(place.Name)).Take(make.Map!, resource, null))!;
}

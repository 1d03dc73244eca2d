namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>The rules of maps, followed backwards, into one segment.</summary>
internal sealed partial class BackFill(BackRun run, DraftSegment segment, bool isTrial = false)
{
    // As SegmentRun: data types of the guide go three deep; those of a site that name each other in a circle end here.
    private const int Deepest = 8;

    private readonly List<BackNode> _taken = [];
    private readonly HashSet<BackNode> _isTaken = [];
    private readonly List<DraftValue> _set = [];
    private int _depth;

    public BackRun Run => run;

    public DraftSegment Segment => segment;

    /// <summary>Takes what a resource says into the fields of the segment.</summary>
    /// <param name="map">The map from the segment to the resource.</param>
    /// <param name="node">The resource.</param>
    /// <param name="only">The one item that is meant, where each item has a segment of its own.</param>
    /// <returns>How much was taken.</returns>
    public int Take(RuleMap map, BackNode node, BackNode? only)
    {
        int before = _taken.Count;
        BackTrie root = run.Tries.Of(map);
        BackSlot slot = new() { Segment = segment, Only = only };
        Apply(root, node, slot, []);
        Visit(root, node, slot, []);
        int taken = _taken.Count - before;
        if (taken > 0)
            TakeMarks(root.Marks, node);
        return taken;
    }

    /// <summary>How much was taken and set so far, and a way back to it.</summary>
    public (int Taken, int Set) Now => (_taken.Count, _set.Count);

    public void Undo((int Taken, int Set) before)
    {
        for (int i = _taken.Count - 1; i >= before.Taken; i--)
            _isTaken.Remove(_taken[i]);
        _taken.RemoveRange(before.Taken, _taken.Count - before.Taken);
        for (int i = before.Set; i < _set.Count; i++)
            _set[i].Clear();
        _set.RemoveRange(before.Set, _set.Count - before.Set);
    }

    /// <summary>Sets a place beside the one in hand.</summary>
    /// <returns>Whether it was empty, or says so already.</returns>
    public bool Set(DraftValue place, string text)
    {
        if (!place.IsEmpty)
            return place.First == text;
        place.Set(text);
        _set.Add(place);
        return true;
    }

    /// <summary>Makes known what the message carries now.</summary>
    public void Commit()
    {
        foreach (BackNode node in _taken)
            node.Use();
    }

    public void Take(BackNode node)
    {
        if (_isTaken.Add(node))
            _taken.Add(node);
    }

    /// <summary>How much of an item a slot would take. Not asked within an answer, so that lists in lists stay cheap.</summary>
    public int Worth(BackTrie at, BackNode item, BackSlot slot)
    {
        if (isTrial)
            return 0;
        DraftSegment scratch = new(segment.Name);
        BackFill trial = new(run, scratch, isTrial: true);
        trial.Enter(at, item, slot.Segment is null ? new() { Value = new(), Codes = slot.Codes, Field = slot.Field } : new() { Segment = scratch }, [1, 1, 1, 1, 1, 1, 1, 1]);
        return trial._taken.Count;
    }

    /// <summary>The resources that the segment says something of.</summary>
    public IEnumerable<BackNode> Sources => _taken.Select(ResourceOf).OfType<BackNode>().Distinct();

    private static BackNode? ResourceOf(BackNode node)
    {
        BackNode? at = node;
        while (at is not null && at.Resource is null)
            at = at.Parent;
        return at;
    }

    /// <summary>Whether this segment has it already.</summary>
    public bool Has(BackNode node) => _isTaken.Contains(node);

    /// <summary>Takes what an element says into a value, by the map of its data type.</summary>
    public bool TakeType(RuleMap map, BackNode node, DraftValue value, CodeMap? codes, FhirField? field)
    {
        int before = _taken.Count;
        if (++_depth > Deepest)
        {
            _depth--;
            return false;
        }

        if (!BackTypes.Take(this, map, node, value))
        {
            BackTrie root = run.Tries.Of(map);
            BackSlot slot = new() { Value = value, Codes = codes, Field = field };
            Apply(root, node, slot, []);
            Visit(root, node, slot, []);
            TakeSiblings(map, node, slot);
            BackTypes.Finish(this, map, node, value);
        }

        if (codes is not null)
            BackTypes.Codes(run, map, value, codes);
        _depth--;
        return _taken.Count > before;
    }

    // A nickname stands in the name of the same repetition; FHIR has it as a name of its own, after it.
    private void TakeSiblings(RuleMap map, BackNode node, BackSlot slot)
    {
        foreach (int number in run.Tries.Siblings(map))
        {
            BackTrie trie = run.Tries.Of(map, number);
            List<BackMark> marks = [.. BackFit.MarksOf(trie)];
            BackNode? next = node.Parent?.All(node.Name).SkipWhile(each => !ReferenceEquals(each, node)).Skip(1).FirstOrDefault();
            if (marks.Count == 0 || next is null || Has(next) || !marks.TrueForAll(mark => BackFit.Holds(next, mark)))
                continue;
            int before = _taken.Count;
            Visit(trie, next, slot, []);
            if (_taken.Count == before)
                continue;
            Take(next);
            TakeMarks(marks, next);
        }
    }

    private void Visit(BackTrie at, BackNode node, BackSlot slot, int[] counts)
    {
        // Extensions first: they have the parts of what the element itself says as a whole (a telephone number).
        foreach (int i in Enumerable.Range(0, at.Children.Count).OrderBy(place => at.Children[place].Name == "extension" ? 0 : 1))
        {
            string name = at.Children[i].Name;
            if (at.Children.FindIndex(child => child.Name == name) < i)
                continue;
            List<BackNode> items = [.. node.All(name).Where(item => !Has(item))];
            if (slot.Only is { } only && at.Depth < 0 && items.Contains(only))
                items = [only];
            if (items.Count == 0)
                continue;
            Dictionary<BackTrie, int> times = [];
            foreach ((BackTrie child, BackNode item) in BackFit.Assign(this, [.. at.Children.Where(child => child.Name == name)], items, slot))
            {
                // One that was taken meanwhile belongs to the item before it.
                if (Has(item))
                    continue;
                int time = times[child] = times.GetValueOrDefault(child) + 1;
                Enter(child, item, slot, [.. counts, time]);
            }
        }
    }

    private void Enter(BackTrie at, BackNode item, BackSlot slot, int[] counts)
    {
        int before = _taken.Count;
        BackNode node = item;
        if (at.Resource is { } opened)
        {
            if (Opened(item, opened) is not { } found)
                return;
            node = found;
        }

        if (++_depth <= Deepest * 2)
        {
            Apply(at, node, slot, counts);
            Visit(at, node, slot, counts);
        }

        _depth--;
        if (_taken.Count == before)
            return;
        TakeMarks(at.Marks, item);
        if (at.Resource is not null)
        {
            TakeMarks(at.Marks, node);
            TakeReference(item, node);
        }
    }

    /// <summary>The resource of a kind that a reference names, or what the reference itself says of it.</summary>
    public BackNode? Opened(BackNode reference, string type)
    {
        BackNode? found = run.Follow(reference);
        if (found is null)
            return run.Input.Resolve(reference) is null ? BackRun.Logical(reference, type) : null;
        return found.Resource == type ? found : null;
    }

    public void TakeReference(BackNode reference, BackNode resource)
    {
        foreach (BackNode child in reference.Children.Where(child => child.Name is "reference" or "type" or "display"))
            Take(child);
        run.Taken.Add(resource);
    }

    private void TakeMarks(IEnumerable<BackMark> marks, BackNode item)
    {
        foreach (BackMark mark in marks)
        {
            foreach (BackNode leaf in BackFit.At(item, mark.Path).Where(leaf => leaf.Text == mark.Text))
                Take(leaf);
        }
    }
}

using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Which item of a list belongs to which slot of a map.</summary>
internal static class BackFit
{
    /// <summary>Gives items to slots: the best fitting pairs first, each item once, each slot as often as its field may repeat.</summary>
    public static IEnumerable<(BackTrie Slot, BackNode Item)> Assign(BackFill fill, List<BackTrie> slots, List<BackNode> items, BackSlot at)
    {
        slots.RemoveAll(slot => slot.Sources.Count == 0);
        if (slots.Count == 0)
            return [];
        if (!slots[0].Field!.IsList)
        {
            // One element: each slot is a reading of it, the fitting ones in their order.
            return slots.Select(slot => (Slot: slot, Score: Score(fill, slot, items[0], at))).Where(pair => pair.Score >= 0).OrderByDescending(pair => pair.Score).Select(pair => (pair.Slot, items[0]));
        }

        if (items.TrueForAll(item => item.IsLeaf))
            return InOrder(slots, items);
        List<(BackTrie Slot, BackNode Item, int Score, int Order)> pairs = [];
        for (int i = 0; i < items.Count; i++)
        {
            (BackTrie Slot, int Score, int Place)[] fitting = [.. slots.Select((slot, k) => (slot, Score(fill, slot, items[i], at), k)).Where(each => each.Item2 >= 0)];
            // Where texts do not decide, the field that carries more of it does: a check digit has its place in CX and none in EI.
            bool isTied = fitting.Length > 1 && fitting.Count(each => each.Score == fitting.Max(other => other.Score)) > 1;
            foreach ((BackTrie slot, int score, int k) in fitting)
                pairs.Add((slot, items[i], (score * 1000) + (isTied ? fill.Worth(slot, items[i], at) : 0), (i * 1000) + (IsOld(fill, slot, at) ? 500 : 0) + k));
        }

        Dictionary<BackTrie, int> used = [];
        HashSet<BackNode> given = [];
        List<(BackTrie, BackNode, int)> assigned = [];
        foreach ((BackTrie slot, BackNode item, _, _) in pairs.OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Order))
        {
            if (given.Contains(item) || used.GetValueOrDefault(slot) >= Room(fill, slot, at))
                continue;
            given.Add(item);
            used[slot] = used.GetValueOrDefault(slot) + 1;
            assigned.Add((slot, item, items.IndexOf(item)));
        }

        return assigned.OrderBy(pair => pair.Item3).Select(pair => (pair.Item1, pair.Item2));
    }

    // Parts of a name or lines of an address: the first to the first; what is more to the last, when that repeats.
    private static IEnumerable<(BackTrie, BackNode)> InOrder(List<BackTrie> slots, List<BackNode> items)
    {
        BackTrie[] ordered = [.. slots.OrderBy(slot => slot.Index)];
        for (int i = 0; i < items.Count; i++)
        {
            if (i < ordered.Length || ordered[^1].Repeats)
                yield return (ordered[Math.Min(i, ordered.Length - 1)], items[i]);
        }
    }

    private static int Room(BackFill fill, BackTrie slot, BackSlot at)
    {
        if (!slot.Repeats || at.Segment is null)
            return slot.Repeats ? int.MaxValue : 1;
        return slot.Sources.Where(source => source > 0).Select(source => Field(fill, source)?.MaxRepetitions ?? int.MaxValue).DefaultIfEmpty(int.MaxValue).Min();
    }

    private static FieldDefinition? Field(BackFill fill, int source) => fill.Run.Dictionary.Segment(fill.Segment.Name)?.Field(source);

    private static bool IsOld(BackFill fill, BackTrie slot, BackSlot at) =>
        at.Segment is not null && slot.Sources.Any(source => source > 0 && Field(fill, source)?.Usage == Hl7Usage.Backward);

    /// <summary>Whether the version of the message has a field; segments that the standard does not know have all.</summary>
    public static bool Supports(BackFill fill, string word, int source, string cell)
    {
        // Components that a version does not list may follow (HL7 v2.5.1 §2.8.2); fields would be another version's.
        bool isField = word == "rule" && source > 0 && cell.StartsWith(fill.Segment.Name, StringComparison.Ordinal) && cell.Length > 3 && cell[3] == '-';
        return !isField || fill.Run.Dictionary.Segment(fill.Segment.Name) is not { } known || known.Field(source) is not null;
    }

    /// <summary>How well an item fits a slot; below 0 when it does not.</summary>
    private static int Score(BackFill fill, BackTrie slot, BackNode item, BackSlot at)
    {
        if (at.Segment is { } segment && fill.Run.Dictionary.Segment(segment.Name) is { } known && slot.Sources.Count > 0 && slot.Sources.All(source => source > 0 && known.Field(source) is null))
            return -1;
        if (slot.Field!.TypeName == "Reference" && slot.Resource is { } wanted && !Names(fill, item, wanted))
            return -1;
        if (slot.Name is "extension" or "modifierExtension" && slot.Marks.Count == 0)
            return -1;
        int score = 0;
        // What the rules say of a resource that a reference opens stands in the resource.
        BackNode? opened = slot.Resource is null ? null : fill.Run.Input.Resolve(item);
        bool IsSaid(BackMark mark) => Holds(item, mark) || (opened is not null && Holds(opened, mark));
        foreach (IGrouping<string, BackMark> path in MarksOf(slot).GroupBy(mark => string.Join('.', mark.Path)))
        {
            bool holds = path.Any(IsSaid);
            bool differs = !holds && (At(item, path.First().Path).Any() || (opened is not null && At(opened, path.First().Path).Any()));
            if (!holds && path.Any(mark => mark.IsNeeded || (differs && mark.IsFirm)))
                return -1;
            // A text that goes with a code ("attender") is as people like it.
            if (path.First().Path[^1] is not ("display" or "text" or "system"))
                score += holds ? 4 : differs || path.First().Path[^1] == "code" ? -1 : 0;
            else
                score += holds ? 1 : 0;
        }

        return Math.Max(0, score + 2);
    }

    private static bool Names(BackFill fill, BackNode reference, string type)
    {
        if (fill.Run.Input.Resolve(reference) is { } found)
            return found.Resource == type;
        if (reference.TextOf("type") is { } told)
            return told == type;
        string text = reference.TextOf("reference") ?? "";
        return text.Length == 0 || text.Contains($"{type}/", StringComparison.Ordinal) || !text.Contains('/', StringComparison.Ordinal);
    }

    /// <summary>The texts by which an item of a slot is known.</summary>
    public static IEnumerable<BackMark> MarksOf(BackTrie slot) => slot.Marks;

    public static bool Holds(BackNode item, BackMark mark) => At(item, mark.Path).Any(leaf => leaf.Text == mark.Text);

    /// <summary>The elements that a path leads to.</summary>
    public static IEnumerable<BackNode> At(BackNode node, IReadOnlyList<string> path)
    {
        IEnumerable<BackNode> found = [node];
        foreach (string step in path)
            found = found.SelectMany(each => each.All(step));
        return found;
    }
}

using System.Runtime.CompilerServices;

namespace Hub.Formats.Fhir.Mapping.Back;

// A map read the other way. The targets of its rules make a tree: name[1].given[2] and name[1].family share name[1]. Where several numbers stand for items
// of one list (identifier[1] of PID-2, identifier[2] of PID-3), each is a slot; texts that rules write as they are (type.coding.code "SS") tell which item
// belongs to which slot. What stays ambiguous goes to the slot that the guide has for it first, a field that HL7 keeps only for old versions last.

/// <summary>A text that a rule writes whatever the message says, by which an item is known again.</summary>
/// <param name="Path">The element, from the slot on.</param>
/// <param name="Text">The text.</param>
/// <param name="IsNeeded">Whether an item without it belongs elsewhere.</param>
/// <param name="IsFirm">Whether an item that says something else there belongs elsewhere.</param>
internal sealed record BackMark(IReadOnlyList<string> Path, string Text, bool IsNeeded, bool IsFirm = false);

/// <summary>An element in the targets of a map, with the rules that write it.</summary>
internal sealed class BackTrie(FhirField? element, int index, string? resource, int depth)
{
    /// <summary>The element; null for the whole.</summary>
    public FhirField? Field => element;

    public string Name => element?.Name ?? "";

    /// <summary>The number that the rules give it.</summary>
    public int Index => index;

    /// <summary>The resource that the rules open here.</summary>
    public string? Resource => resource;

    /// <summary>How many steps lead to it.</summary>
    public int Depth => depth;

    public List<BackTrie> Children { get; } = [];

    /// <summary>The rules that write it as a whole.</summary>
    public List<MapRule> Rules { get; } = [];

    /// <summary>By what an item of it is known.</summary>
    public List<BackMark> Marks { get; } = [];

    /// <summary>The fields that its rules take data from.</summary>
    public HashSet<int> Sources { get; } = [];

    /// <summary>Whether each repetition of a field is an item here.</summary>
    public bool Repeats { get; set; }

    public BackTrie Child(FhirField of, int number, string? opened)
    {
        BackTrie? known = Children.Find(child => ReferenceEquals(child.Field, of) && child.Index == number && child.Resource == opened);
        if (known is null)
            Children.Add(known = new(of, number, opened, depth + 1));
        return known;
    }
}

/// <summary>Trees of maps, made once each.</summary>
internal sealed class BackTries
{
    private readonly ConditionalWeakTable<RuleMap, Dictionary<int, BackTrie>> _known = [];

    /// <summary>The tree of a map; of a data type that makes further items (<c>[2].given</c>), that of one of them.</summary>
    /// <param name="map">The map.</param>
    /// <param name="sibling">1 for the element itself.</param>
    public BackTrie Of(RuleMap map, int sibling = 1) => All(map).TryGetValue(sibling, out BackTrie? found) ? found : new(null, 1, null, -1);

    /// <summary>The further items that a map makes.</summary>
    public IEnumerable<int> Siblings(RuleMap map) => All(map).Keys.Where(number => number > 1).Order();

    private Dictionary<int, BackTrie> All(RuleMap map) => _known.GetValue(map, Read);

    private Dictionary<int, BackTrie> Read(RuleMap map)
    {
        Dictionary<int, BackTrie> tries = [];
        foreach (MapRule rule in map.Rules.Where(rule => rule is { State: MapState.Done, Target: not null }))
        {
            if (!tries.TryGetValue(rule.Target!.Sibling, out BackTrie? root))
                tries[rule.Target.Sibling] = root = new(null, rule.Target.Sibling, null, -1);
            Add(root, map, rule);
        }

        foreach (BackTrie root in tries.Values)
        {
            foreach (BackTrie slot in Deep(root))
                Mark(slot);
            foreach (BackTrie within in Deep(root))
                Share(within.Children);
        }

        return tries;
    }

    private static void Add(BackTrie root, RuleMap map, MapRule rule)
    {
        BackTrie at = root;
        BackTrie? within = null;
        FhirType? type = FhirStructure.Type(map.TargetType);
        List<BackTrie> way = [root];
        foreach (TargetStep step in rule.Target!.Steps)
        {
            if (type?.Field(step.Name) is not { } field)
                return;
            within = at;
            at = at.Child(field, step.Index == 0 ? -1 : step.Index, step.Resource);
            at.Repeats |= at.Depth == rule.Target.Repeating;
            type = step.Resource is { } opened ? FhirStructure.Type(opened) : field.Type;
            way.Add(at);
        }

        at.Rules.Add(rule);
        if (rule.Text is not { IsPlain: true })
        {
            foreach (BackTrie each in way)
                each.Sources.Add(rule.Source);
        }

        if (rule.Url is { } url && within is not null)
            within.Marks.Add(new(["url"], url, true));
    }

    // What is said of a reference marks the resource that it opens: performer[1].extension that of performer[1](PractitionerRole).
    private static void Share(List<BackTrie> slots)
    {
        foreach (BackTrie slot in slots.Where(slot => slot.Resource is not null))
            slot.Marks.AddRange(slots.Where(other => other.Resource is null && other.Index == slot.Index && other.Field == slot.Field).SelectMany(other => other.Marks).ToList());
    }

    private static IEnumerable<BackTrie> Deep(BackTrie trie) => trie.Children.SelectMany(Deep).Prepend(trie);

    private static void Mark(BackTrie slot)
    {
        foreach ((IReadOnlyList<string> path, MapRule rule) in Texts(slot, []))
        {
            // A URL says what an extension is. A code is always there when the field that writes it is the one that fills the slot.
            bool isWhole = rule.Condition == MapCondition.Always && slot.Sources.All(source => source == rule.Source);
            bool isNeeded = path is ["url"] || (isWhole && (path[^1] == "code" || path is ["status"]));
            slot.Marks.Add(new(path, rule.Text!.Parts[0].Text!, isNeeded, isWhole && path is ["system"] or ["use"] or ["status"]));
        }

        // What the map of a data type always writes marks the element too: a driver's licence is one by its type.
        foreach (MapRule rule in slot.Rules.Where(rule => rule.Type is { Kind: "type" } type && !TypeFunctions.Covers(type.Name)))
        {
            foreach (MapRule inner in rule.Type!.Rules.Where(inner => inner is { State: MapState.Done, Text.IsPlain: true, Target: { Sibling: 1, IsSelf: false } } && inner.Condition == MapCondition.Always && inner.Target.Steps.TrueForAll(step => step.Resource is null)))
            {
                string[] path = [.. inner.Target!.Steps.Select(step => step.Name)];
                slot.Marks.Add(new(path, inner.Text!.Parts[0].Text!, path[^1] == "code"));
            }
        }
    }

    private static IEnumerable<(IReadOnlyList<string> Path, MapRule Rule)> Texts(BackTrie slot, IReadOnlyList<string> path)
    {
        foreach (BackTrie child in slot.Children.Where(child => child.Resource is null))
        {
            string[] below = [.. path, child.Name];
            foreach (MapRule rule in child.Rules.Where(rule => rule.Text is { IsPlain: true }))
                yield return (below, rule);
            foreach ((IReadOnlyList<string>, MapRule) deep in Texts(child, below))
                yield return deep;
        }
    }
}

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>What the rules of a map write into: a segment, or a value of a data type.</summary>
internal sealed class BackSlot
{
    public DraftSegment? Segment { get; init; }

    public DraftValue? Value { get; init; }

    /// <summary>The codes of the rule that named the map of the data type.</summary>
    public CodeMap? Codes { get; init; }

    /// <summary>The element that the value comes from.</summary>
    public FhirField? Field { get; init; }

    /// <summary>An item of a list that alone is meant; null for all.</summary>
    public BackNode? Only { get; init; }

    /// <summary>The place that a rule takes its value from.</summary>
    public DraftValue At(MapRule rule, int repetition) =>
        Segment is not null ? Segment.Value(rule.Source, repetition) : rule.Source == 0 ? Value! : Value!.Part(rule.Source);

    /// <summary>A place that a condition or text of a rule names.</summary>
    public DraftValue? Find(BackRun run, MapPlace place, DraftValue own)
    {
        if (place.IsSelf)
            return own;
        if (place.Segment is null)
            return Segment is null ? Value!.Find(place.Component) : own.Find(place.Component);
        DraftSegment? segment = place.Segment == Segment?.Name ? Segment : run.Find(place.Segment);
        if (segment is null || place.Field == 0)
            return null;
        DraftValue? value = segment.All(place.Field) is not [var first, ..] ? null : segment.All(place.Field).Contains(own) ? own : first;
        return place.Component == 0 ? value : value?.Find(place.Component);
    }

    /// <summary>Makes such a place, in the segment or value in hand.</summary>
    public DraftValue? Make(MapPlace place, DraftValue own)
    {
        if (place.IsSelf)
            return own;
        if (place.Segment is null)
            return Segment is null ? Value!.Part(place.Component) : own.Part(place.Component);
        if (place.Segment != Segment?.Name || place.Field == 0)
            return null;
        DraftValue value = Segment.All(place.Field).Contains(own) ? own : Segment.Value(place.Field);
        return place.Component == 0 ? value : value.Part(place.Component);
    }
}

/// <summary>
/// Conditions the other way: what a rule made is there, so its condition held. What the segment already says must agree;
/// what only the condition knows is set (OBX-2 is NM, since there is a quantity).
/// </summary>
internal static class BackConditions
{
    /// <summary>Makes a condition hold.</summary>
    /// <returns>Whether it can.</returns>
    public static bool Settle(BackFill fill, BackSlot slot, DraftValue own, MapCondition condition)
    {
        List<(DraftValue Place, string Text)> set = [];
        if (!Can(fill.Run, slot, own, condition, set))
            return false;
        foreach ((DraftValue place, string text) in set)
            _ = fill.Set(place, text);
        return true;
    }

    private static bool Can(BackRun run, BackSlot slot, DraftValue own, MapCondition condition, List<(DraftValue, string)> set) => condition switch
    {
        MapCondition.AllOf all => all.Parts.All(part => Can(run, slot, own, part, set)),
        MapCondition.AnyOf any => any.Parts.Any(part => CanOne(run, slot, own, part, set)),
        MapCondition.Test test => CanTest(run, slot, own, test, set),
        _ => false,
    };

    private static bool CanOne(BackRun run, BackSlot slot, DraftValue own, MapCondition part, List<(DraftValue, string)> set)
    {
        int before = set.Count;
        if (Can(run, slot, own, part, set))
            return true;
        set.RemoveRange(before, set.Count - before);
        return false;
    }

    private static bool CanTest(BackRun run, BackSlot slot, DraftValue own, MapCondition.Test test, List<(DraftValue, string)> set)
    {
        // Whether a whole segment is there is known when all are made: it counts as there when it is being made or was.
        if (test.Place is { Segment: { } name, Field: 0 })
            return (name == slot.Segment?.Name || run.Find(name) is not null) == (test.Asked is MapTest.Valued);
        string text = slot.Find(run, test.Place, own)?.First ?? "";
        int count = test.Place.Segment == slot.Segment?.Name ? slot.Segment?.All(test.Place.Field).Count(value => !value.IsEmpty) ?? 0 : 1;
        return test.Asked switch
        {
            // Another place may be filled later, and what is there is kept in any case.
            MapTest.Valued => true,
            MapTest.NotValued => text.Length == 0,
            MapTest.In => text.Length == 0 ? Propose(slot, own, test, set) : test.Words.Contains(text, StringComparer.OrdinalIgnoreCase),
            MapTest.NotIn => !test.Words.Contains(text, StringComparer.OrdinalIgnoreCase),
            MapTest.LongerThan => text.Length > test.Number,
            MapTest.CountIs => count == test.Number,
            MapTest.CountAbove => count > test.Number,
            MapTest.CountAtMost => count <= test.Number,
            MapTest.EqualsPlace => text == (slot.Find(run, test.Other, own)?.First ?? ""),
            _ => text != (slot.Find(run, test.Other, own)?.First ?? ""),
        };
    }

    private static bool Propose(BackSlot slot, DraftValue own, MapCondition.Test test, List<(DraftValue, string)> set)
    {
        if (test.Words.Count == 0 || slot.Make(test.Place, own) is not { } place)
            return false;
        set.Add((place, test.Words[0]));
        return true;
    }
}

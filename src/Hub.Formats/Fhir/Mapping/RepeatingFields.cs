namespace Hub.Formats.Fhir.Mapping;

// A field that repeats makes an item each time: of the outermost list that no other field writes into, else of the list that it alone fills whole
// while others add to its first item (PID-11 the address, PID-12 its county).

/// <summary>Finds the lists that have an item for each repetition of a field.</summary>
internal static class RepeatingFields
{
    /// <summary>Says of each rule of a map which of its lists has an item for each repetition.</summary>
    public static void Find(RuleMap map)
    {
        Dictionary<string, HashSet<int>> writers = new(StringComparer.Ordinal);
        Dictionary<string, HashSet<int>> fillers = new(StringComparer.Ordinal);
        foreach (MapRule rule in map.Draft.Where(rule => rule.State == MapState.Done))
        {
            foreach ((string prefix, int step) in Lists(map, rule.Target!))
            {
                AddTo(writers, prefix, rule.Source);
                if (rule.Type is not null && step == rule.Target!.Steps.Count - 1)
                    AddTo(fillers, prefix, rule.Source);
            }
        }

        foreach (MapRule rule in map.Draft.Where(rule => rule.State == MapState.Done))
        {
            int each = rule.Target!.Steps.FindIndex(step => step.Index == 0);
            int own = Lists(map, rule.Target).Where(list => Alone(writers, list.Prefix, rule.Source) || Alone(fillers, list.Prefix, rule.Source)).Select(list => list.Step).DefaultIfEmpty(-1).First();
            rule.Target.Repeating = each >= 0 ? each : own;
        }
    }

    private static bool Alone(Dictionary<string, HashSet<int>> sources, string prefix, int source) =>
        sources.TryGetValue(prefix, out HashSet<int>? known) && known.Count == 1 && known.Contains(source);

    private static void AddTo(Dictionary<string, HashSet<int>> sources, string prefix, int source)
    {
        if (!sources.TryGetValue(prefix, out HashSet<int>? known))
            sources.Add(prefix, known = []);
        known.Add(source);
    }

    private static IEnumerable<(string Prefix, int Step)> Lists(RuleMap map, TargetPath path)
    {
        FhirType? type = FhirStructure.Type(map.TargetType);
        string prefix = "";
        for (int i = 0; i < path.Steps.Count; i++)
        {
            TargetStep step = path.Steps[i];
            FhirField? field = type?.Field(step.Name);
            prefix += $"/{step.Name}{step.Index}{step.Resource}";
            if (field is { IsList: true })
                yield return (prefix, i);
            type = step.Resource is { } opened ? FhirStructure.Type(opened) : field?.Type;
        }
    }
}

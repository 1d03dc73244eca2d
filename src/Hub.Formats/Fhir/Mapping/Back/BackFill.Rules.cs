namespace Hub.Formats.Fhir.Mapping.Back;

// Which of the rules of an element are followed, and how.
internal sealed partial class BackFill
{
    // Texts that tell their place by what they begin with come first, then rules that always hold, then the others.
    private void Apply(BackTrie at, BackNode node, BackSlot slot, int[] counts)
    {
        foreach (IGrouping<int, MapRule> source in at.Rules.Where(Supports).OrderBy(Rank).GroupBy(rule => rule.Source))
        {
            MapRule[] rules = [.. source];
            if (rules.Length == 1)
                _ = Try(rules[0], at, node, slot, counts);
            else
                TryBest(rules, at, node, slot, counts);
        }
    }

    private static int Rank(MapRule rule) => rule.Text is { IsPlain: false } text && text.Parts[0].Text is { Length: > 3 } ? 0 : rule.Text is { IsPlain: false } ? 3 : rule.Condition == MapCondition.Always ? 1 : 2;

    /// <summary>Whether the version of the message has the field of a rule.</summary>
    public bool Supports(MapRule rule) => BackFit.Supports(this, rule.Line.Word, rule.Source, rule.Line.Cell(0));

    private void TryBest(MapRule[] rules, BackTrie at, BackNode node, BackSlot slot, int[] counts)
    {
        (MapRule? best, int most) = (null, 0);
        foreach (MapRule rule in rules)
        {
            DraftValue value = slot.At(rule, Repetition(rule, counts));
            DraftValue saved = value.Clone();
            (int Taken, int Set) before = Now;
            if (Try(rule, at, node, slot, counts) && _taken.Count - before.Taken > most)
                (best, most) = (rule, _taken.Count - before.Taken);
            Undo(before);
            value.Take(saved);
        }

        if (best is not null)
            _ = Try(best, at, node, slot, counts);
    }

    private static int Repetition(MapRule rule, int[] counts) => rule.Target!.Repeating is var depth and >= 0 && depth < counts.Length ? counts[depth] : 1;

    private bool Try(MapRule rule, BackTrie at, BackNode node, BackSlot slot, int[] counts)
    {
        if (rule.Text is { IsPlain: true } && slot.Segment is not null && rule.Source == 0)
            return false;
        DraftValue value = slot.At(rule, Repetition(rule, counts));
        DraftValue saved = value.Clone();
        (int, int) before = Now;
        if (BackWrite.Write(this, rule, at.Field ?? slot.Field, node, slot, value) && BackConditions.Settle(this, slot, value, rule.Condition))
            return true;
        Undo(before);
        value.Take(saved);
        return false;
    }
}

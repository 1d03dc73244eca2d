using Hub.Contracts;

namespace Hub.Engine;

/// <summary>Divides parts of messages that wait into those that may belong together: of one sender, each linked to another by a pointer.</summary>
internal static class FragmentGroups
{
    /// <summary>Divides parts. O(n).</summary>
    /// <param name="waiting">The parts, oldest first.</param>
    /// <returns>The groups, in each the part that nothing comes before first.</returns>
    public static IEnumerable<IReadOnlyList<OpenFragment>> Of(IReadOnlyList<OpenFragment> waiting)
    {
        ILookup<(string, string), OpenFragment> byPointer = waiting.SelectMany(part => Pointers(part).Select(pointer => (pointer, part))).ToLookup(pair => pair.pointer, pair => pair.part);
        HashSet<MessageId> seen = [];
        foreach (OpenFragment part in waiting)
        {
            if (!seen.Add(part.Id))
                continue;
            List<OpenFragment> group = [part];
            for (int i = 0; i < group.Count; i++)
                group.AddRange(Pointers(group[i]).SelectMany(pointer => byPointer[pointer]).Where(other => seen.Add(other.Id)));
            yield return FirstFirst(group);
        }
    }

    private static IEnumerable<(string Sender, string Pointer)> Pointers(OpenFragment part) =>
        new[] { part.Place.Continues, part.Place.Pointer }.Where(pointer => pointer.Length > 0).Distinct().Select(pointer => (part.Sender, pointer));

    private static List<OpenFragment> FirstFirst(List<OpenFragment> group)
    {
        HashSet<string> pointers = [.. group.Select(part => part.Place.Pointer)];
        int first = group.FindIndex(part => part.Place.Continues.Length == 0 || !pointers.Contains(part.Place.Continues));
        if (first > 0)
            (group[0], group[first]) = (group[first], group[0]);
        return group;
    }
}

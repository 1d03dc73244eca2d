using Hub.Contracts;

namespace Hub.Engine;

/// <summary>The fragments that make one message, in their order. They are found by sender and pointer, not by arrival (protocol C02).</summary>
/// <param name="Ids">Their numbers.</param>
/// <param name="Peer">Where the first one came from.</param>
/// <param name="Bytes">How long they are together.</param>
internal sealed record FragmentSet(IReadOnlyList<MessageId> Ids, string Peer, long Bytes)
{
    /// <summary>Finds the message that a fragment is a part of.</summary>
    /// <param name="open">The fragments that wait, oldest first.</param>
    /// <param name="taken">Those that another message is being made of.</param>
    /// <param name="id">The fragment.</param>
    /// <returns>The message; null when others are missing.</returns>
    public static FragmentSet? Find(IReadOnlyList<OpenFragment> open, HashSet<MessageId> taken, MessageId id)
    {
        if (open.FirstOrDefault(fragment => fragment.Id == id) is not { } known)
            return null;
        List<OpenFragment> candidates = [.. open.Where(fragment => fragment.Sender == known.Sender && !taken.Contains(fragment.Id))];
        HashSet<MessageId> seen = [];
        OpenFragment? first = known;
        while (first is not null && first.Place.Continues.Length > 0 && seen.Add(first.Id))
        {
            string pointer = first.Place.Continues;
            first = candidates.Find(fragment => fragment.Place.Pointer == pointer && !seen.Contains(fragment.Id));
        }

        return first is null || first.Place.Continues.Length > 0 || taken.Contains(id) || candidates.Exists(fragment => IsAmbiguous(candidates, fragment)) ? null : Follow(candidates, first);
    }

    /// <summary>
    /// Whether a fragment cannot be told from another one by its pointers: then no guess may put parts of two messages, of two patients, together.
    /// </summary>
    /// <param name="open">The fragments that wait.</param>
    /// <param name="fragment">The fragment.</param>
    public static bool IsAmbiguous(IReadOnlyList<OpenFragment> open, OpenFragment fragment) => open.Any(other =>
        other.Id != fragment.Id && other.Sender == fragment.Sender
        && ((fragment.Place.Pointer.Length > 0 && other.Place.Pointer == fragment.Place.Pointer)
            || (fragment.Place.Continues.Length > 0 && other.Place.Continues == fragment.Place.Continues)));

    /// <summary>Divides fragments into those that may belong together: of one sender, each linked to another by a pointer.</summary>
    /// <param name="open">The fragments that wait, oldest first.</param>
    public static IEnumerable<IReadOnlyList<OpenFragment>> Group(IReadOnlyList<OpenFragment> open)
    {
        List<(HashSet<string> Pointers, List<OpenFragment> Fragments)> groups = [];
        foreach (OpenFragment fragment in open)
        {
            string[] pointers = [.. new[] { fragment.Place.Continues, fragment.Place.Pointer }.Where(pointer => pointer.Length > 0)];
            var linked = groups.Where(group => group.Fragments[0].Sender == fragment.Sender && group.Pointers.Overlaps(pointers)).ToList();
            groups.RemoveAll(linked.Contains);
            groups.Add(([.. linked.SelectMany(group => group.Pointers), .. pointers], [.. linked.SelectMany(group => group.Fragments), fragment]));
        }

        return groups.Select(group => group.Fragments);
    }

    private static FragmentSet? Follow(List<OpenFragment> candidates, OpenFragment first)
    {
        List<OpenFragment> chain = [first];
        HashSet<MessageId> seen = [first.Id];
        while (chain[^1].Place.Pointer is { Length: > 0 } pointer)
        {
            if (candidates.Find(fragment => fragment.Place.Continues == pointer && !seen.Contains(fragment.Id)) is not { } next)
                return null;
            chain.Add(next);
            seen.Add(next.Id);
        }

        return new([.. chain.Select(fragment => fragment.Id)], first.Peer, chain.Sum(fragment => (long)fragment.Bytes));
    }
}

namespace Hub.Journal.Sqlite;

/// <summary>A part of a message as it is matched with others.</summary>
/// <param name="Message">Its number.</param>
/// <param name="Continues">Key of the pointer that it goes on from; empty for the first one.</param>
/// <param name="Pointer">Key of the pointer from which the next one goes on; empty for the last one.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Body">Key of what follows its header; empty where that is not known.</param>
internal readonly record struct FragmentLink(long Message, string Continues, string Pointer, long Bytes, string Body = "")
{
    /// <summary>Whether it was refused when it came, and never waited.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether it came again after it, or one that belongs to it, had been set aside.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Its pointers, those that it has.</summary>
    public IEnumerable<string> Pointers => new[] { Continues, Pointer }.Where(key => key.Length > 0);

    /// <summary>Whether one of them could be taken for the other.</summary>
    public bool IsLike(FragmentLink other) =>
        (Pointer.Length > 0 && Pointer == other.Pointer) || (Continues.Length > 0 && Continues == other.Continues);

    /// <summary>Whether it is the other once more, as far as is known: at the same place, with the same behind its header.</summary>
    public bool MayBe(FragmentLink other) => IsAt(other) && (Body.Length == 0 || other.Body.Length == 0 || Body == other.Body);

    /// <summary>Whether it is certainly the other once more.</summary>
    public bool Is(FragmentLink other) => IsAt(other) && Body.Length > 0 && Body == other.Body;

    private bool IsAt(FragmentLink other) => (Continues, Pointer) == (other.Continues, other.Pointer);
}

/// <summary>Which parts belong together (protocol C02). They are of one sender, and no two of those that wait have the same pointer, so there is never a choice.</summary>
internal static class FragmentChain
{
    /// <summary>Those that a part is linked to, directly or by way of others.</summary>
    /// <param name="waiting">The parts that wait.</param>
    /// <param name="part">The part, which is not among them.</param>
    public static List<FragmentLink> Linked(IReadOnlyList<FragmentLink> waiting, FragmentLink part)
    {
        ILookup<string, FragmentLink> byPointer = waiting.SelectMany(other => other.Pointers.Select(key => (key, other))).ToLookup(pair => pair.key, pair => pair.other);
        List<FragmentLink> linked = [];
        HashSet<long> seen = [];
        HashSet<string> asked = [];
        Queue<string> pointers = new(part.Pointers);
        while (pointers.TryDequeue(out string? pointer))
        {
            if (!asked.Add(pointer))
                continue;
            foreach (FragmentLink other in byPointer[pointer].Where(other => seen.Add(other.Message)))
            {
                linked.Add(other);
                foreach (string next in other.Pointers)
                    pointers.Enqueue(next);
            }
        }

        return linked;
    }

    /// <summary>Whether one of linked parts could be taken for another of them.</summary>
    public static bool IsAmbiguous(IReadOnlyList<FragmentLink> linked) => linked.Where((part, at) => linked.Skip(at + 1).Any(part.IsLike)).Any();

    /// <summary>Puts linked parts in their order.</summary>
    /// <param name="parts">The parts.</param>
    /// <returns>All of them, from the first to the last; empty while some are missing.</returns>
    public static List<FragmentLink> Order(IReadOnlyList<FragmentLink> parts)
    {
        Dictionary<string, FragmentLink> byStart = [];
        foreach (FragmentLink part in parts)
            byStart.TryAdd(part.Continues, part);
        List<FragmentLink> chain = [];
        string pointer = "";
        while (chain.Count < parts.Count && byStart.Remove(pointer, out FragmentLink next))
        {
            chain.Add(next);
            pointer = next.Pointer;
            if (pointer.Length == 0)
                break;
        }

        return pointer.Length == 0 && chain.Count == parts.Count ? chain : [];
    }
}

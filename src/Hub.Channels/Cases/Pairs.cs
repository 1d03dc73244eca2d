namespace Hub.Channels.Cases;

/// <summary>
/// Finds which parts of two messages belong together (segments, items of a list, elements, rows), so that one that is missing or too many does not make all that
/// follow differ: the pairing in order with the highest score in all.
/// </summary>
internal static class Pairs
{
    /// <summary>The score of two that are the same.</summary>
    public const int Same = 3;

    /// <summary>The score of two of one name or kind.</summary>
    public const int Alike = 1;

    // The table has so many cells at most (16 MiB); longer messages are paired one by one.
    private const long MostCells = 4 * 1024 * 1024;

    /// <summary>Pairs of places from 0; null where the other message has none.</summary>
    /// <param name="left">How many there are on the left.</param>
    /// <param name="right">How many there are on the right.</param>
    /// <param name="score">How well two belong together; 0 when they never do.</param>
    public static IReadOnlyList<(int? Left, int? Right)> Of(int left, int right, Func<int, int, int> score)
    {
        if ((left + 1L) * (right + 1L) > MostCells)
            return [.. Enumerable.Range(0, Math.Max(left, right)).Select(i => (i < left ? i : (int?)null, i < right ? i : (int?)null))];
        int[,] best = Fill(left, right, score);
        List<(int? Left, int? Right)> pairs = [];
        int l = 0;
        int r = 0;
        while (l < left || r < right)
        {
            bool both = l < left && r < right;
            int here = both ? score(l, r) : 0;
            if (here > 0 && best[l, r] == best[l + 1, r + 1] + here)
                pairs.Add((l++, r++));
            else if (r == right || (both && best[l, r] == best[l + 1, r]))
                pairs.Add((l++, null));
            else
                pairs.Add((null, r++));
        }

        return pairs;
    }

    // best[l, r]: the highest score of pairing what follows l on the left with what follows r on the right.
    private static int[,] Fill(int left, int right, Func<int, int, int> score)
    {
        int[,] best = new int[left + 1, right + 1];
        for (int l = left - 1; l >= 0; l--)
        {
            for (int r = right - 1; r >= 0; r--)
            {
                int here = score(l, r);
                int paired = here == 0 ? 0 : best[l + 1, r + 1] + here;
                best[l, r] = Math.Max(paired, Math.Max(best[l + 1, r], best[l, r + 1]));
            }
        }

        return best;
    }
}

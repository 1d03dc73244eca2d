using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>
/// Finds which segments of two messages belong together, so that one that is missing or too many does not make all that follow differ:
/// the pairing in order with the most equal segments, and then the most of the same name.
/// </summary>
internal static class SegmentPairs
{
    private const int SameBytes = 3;
    private const int SameName = 1;

    // The table has so many cells at most (16 MiB); longer messages are paired one by one.
    private const long MostCells = 4 * 1024 * 1024;

    /// <summary>Pairs of places from 0; null where the other message has none.</summary>
    public static IReadOnlyList<(int? Left, int? Right)> Of(Hl7Message left, Hl7Message right)
    {
        if ((left.SegmentCount + 1L) * (right.SegmentCount + 1L) > MostCells)
            return [.. Enumerable.Range(0, Math.Max(left.SegmentCount, right.SegmentCount)).Select(i => (i < left.SegmentCount ? i : (int?)null, i < right.SegmentCount ? i : (int?)null))];
        int[,] best = Fill(left, right);
        List<(int? Left, int? Right)> pairs = [];
        int l = 0;
        int r = 0;
        while (l < left.SegmentCount || r < right.SegmentCount)
        {
            bool both = l < left.SegmentCount && r < right.SegmentCount;
            int score = both ? Score(left, l, right, r) : 0;
            if (score > 0 && best[l, r] == best[l + 1, r + 1] + score)
                pairs.Add((l++, r++));
            else if (r == right.SegmentCount || (both && best[l, r] == best[l + 1, r]))
                pairs.Add((l++, null));
            else
                pairs.Add((null, r++));
        }

        return pairs;
    }

    // best[l, r]: the highest score of pairing what follows l on the left with what follows r on the right.
    private static int[,] Fill(Hl7Message left, Hl7Message right)
    {
        int[,] best = new int[left.SegmentCount + 1, right.SegmentCount + 1];
        for (int l = left.SegmentCount - 1; l >= 0; l--)
        {
            for (int r = right.SegmentCount - 1; r >= 0; r--)
            {
                int score = Score(left, l, right, r);
                int paired = score == 0 ? 0 : best[l + 1, r + 1] + score;
                best[l, r] = Math.Max(paired, Math.Max(best[l + 1, r], best[l, r + 1]));
            }
        }

        return best;
    }

    private static int Score(Hl7Message left, int l, Hl7Message right, int r)
    {
        if (left.SegmentBytes(l).Span.SequenceEqual(right.SegmentBytes(r).Span))
            return SameBytes;
        return left.SegmentName(l) == right.SegmentName(r) ? SameName : 0;
    }
}

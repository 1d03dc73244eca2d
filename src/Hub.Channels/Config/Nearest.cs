namespace Hub.Channels.Config;

/// <summary>Finds the word that a person meant.</summary>
public static class Nearest
{
    /// <summary>The known word nearest to a misspelt one; null when none is near. Capitals do not count; a third of the letters may be wrong, or the end may be left out.</summary>
    /// <param name="word">The word as it was written.</param>
    /// <param name="known">The words that there are.</param>
    /// <returns>The word that was meant, or null.</returns>
    public static string? To(string word, IEnumerable<string> known)
    {
        string small = word.ToUpperInvariant();
        (string Word, int Distance)[] near = [.. known.Select(other => (other, Rate(small, other.ToUpperInvariant()))).Where(other => other.Item2 <= Math.Max(1, word.Length / 3))];
        return near.Length == 0 ? null : near.MinBy(other => other.Distance).Word;
    }

    private static int Rate(string word, string known) =>
        word.Length >= 3 && known.StartsWith(word, StringComparison.Ordinal) ? 1 : Distance(word, known);

    // Levenshtein's distance where two letters in the wrong order count as one change. Long words are not worth the time.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 8 || left.Length > 64)
            return int.MaxValue;
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
                cost[i, j] = i == 0 || j == 0 ? i + j : Cheapest(cost, left, right, i, j);
        }

        return cost[left.Length, right.Length];
    }

    private static int Cheapest(int[,] cost, string left, string right, int i, int j)
    {
        int changed = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        int cheapest = Math.Min(changed, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
        bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(cheapest, cost[i - 2, j - 2] + 1) : cheapest;
    }
}

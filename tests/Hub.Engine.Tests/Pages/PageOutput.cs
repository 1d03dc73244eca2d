using System.Text.RegularExpressions;

namespace Hub.Engine.Tests.Pages;

/// <summary>What a page says that a command writes: lines in their order, others may stand between them, <c>…</c> is anything.</summary>
internal static class PageOutput
{
    /// <summary>The first line that was not written; null when all were.</summary>
    public static string? Missing(string expected, string output)
    {
        string[] written = output.ReplaceLineEndings("\n").Split('\n');
        int at = 0;
        foreach (string line in Lines(expected))
        {
            Regex pattern = new($"^{Regex.Escape(line.TrimEnd()).Replace("…", ".*", StringComparison.Ordinal)}\\s*$", RegexOptions.NonBacktracking);
            int found = Array.FindIndex(written, at, pattern.IsMatch);
            if (found < 0)
                return line;
            at = found + 1;
        }

        return null;
    }

    /// <summary>Of each line the longest part without <c>…</c>.</summary>
    public static IEnumerable<string> LongestParts(string expected) => Lines(expected).Select(line => line.Split('…').MaxBy(part => part.Length)!);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

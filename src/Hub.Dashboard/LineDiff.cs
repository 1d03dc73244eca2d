using System.Globalization;
using System.Text;

namespace Hub.Dashboard;

/// <summary>
/// Where two texts differ, line by line: the longest common lines stay. Lines that both begin and end with are set aside first, so that what is compared is small;
/// where that is still too much, all of it counts as changed.
/// </summary>
public static class LineDiff
{
    /// <summary>Most pairs of lines that are compared: 2,000 lines against 2,000, in a table of 16 MB.</summary>
    private const long MostPairs = 4_000_000;

    /// <summary>One line of two texts.</summary>
    /// <param name="Kind"><c>' '</c> in both, <c>'-'</c> in the left one alone, <c>'+'</c> in the right one alone.</param>
    /// <param name="Text">The line, without its end.</param>
    /// <param name="Left">Its number in the left text, from 1; 0 when it is not there.</param>
    /// <param name="Right">Its number in the right text, from 1; 0 when it is not there.</param>
    public sealed record Line(char Kind, string Text, int Left, int Right);

    /// <summary>Compares two texts.</summary>
    /// <returns>All lines of both, in order.</returns>
    public static IReadOnlyList<Line> Compare(string left, string right)
    {
        (string[] a, string[] b) = (Lines(left), Lines(right));
        int begin = 0;
        while (begin < a.Length && begin < b.Length && a[begin] == b[begin])
            begin++;
        int end = 0;
        while (end < a.Length - begin && end < b.Length - begin && a[^(end + 1)] == b[^(end + 1)])
            end++;
        List<Line> lines = [.. Enumerable.Range(0, begin).Select(i => new Line(' ', a[i], i + 1, i + 1))];
        Between(a, b, begin, a.Length - end, b.Length - end, lines);
        lines.AddRange(Enumerable.Range(0, end).Select(i => new Line(' ', a[a.Length - end + i], a.Length - end + i + 1, b.Length - end + i + 1)));
        return lines;
    }

    /// <summary>The difference in the unified format, with three lines around each change; empty when there is none.</summary>
    /// <param name="left">The text before.</param>
    /// <param name="right">The text after.</param>
    /// <param name="leftName">What the text before is called.</param>
    /// <param name="rightName">What the text after is called.</param>
    public static string Unified(string left, string right, string leftName, string rightName)
    {
        const int Around = 3;
        IReadOnlyList<Line> lines = Compare(left, right);
        int[] changes = [.. Enumerable.Range(0, lines.Count).Where(i => lines[i].Kind != ' ')];
        if (changes.Length == 0)
            return "";
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"--- {leftName}\n+++ {rightName}\n");
        for (int i = 0; i < changes.Length;)
        {
            int from = Math.Max(0, changes[i] - Around);
            while (i + 1 < changes.Length && changes[i + 1] - changes[i] <= 2 * Around)
                i++;
            int to = Math.Min(lines.Count, changes[i] + Around + 1);
            Write(text, lines, from, to);
            i++;
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, IReadOnlyList<Line> lines, int from, int to)
    {
        Line[] hunk = [.. lines.Skip(from).Take(to - from)];
        (int left, int right) = (hunk.Count(line => line.Left > 0), hunk.Count(line => line.Right > 0));
        // An empty side begins after the line before it.
        int leftFrom = left > 0 ? hunk.First(line => line.Left > 0).Left : lines.Take(from).Count(line => line.Left > 0);
        int rightFrom = right > 0 ? hunk.First(line => line.Right > 0).Right : lines.Take(from).Count(line => line.Right > 0);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{leftFrom},{left} +{rightFrom},{right} @@\n");
        foreach (Line line in hunk)
            text.Append(line.Kind).Append(line.Text).Append('\n');
    }

    private static void Between(string[] a, string[] b, int begin, int endA, int endB, List<Line> lines)
    {
        (int i, int j) = (begin, begin);
        if ((long)(endA - begin) * (endB - begin) <= MostPairs)
        {
            int[,] common = Common(a, b, begin, endA, endB);
            while (i < endA && j < endB)
            {
                if (a[i] == b[j])
                    lines.Add(new(' ', a[i], ++i, ++j));
                else if (common[i - begin + 1, j - begin] >= common[i - begin, j - begin + 1])
                    lines.Add(new('-', a[i], ++i, 0));
                else
                    lines.Add(new('+', b[j], 0, ++j));
            }
        }

        while (i < endA)
            lines.Add(new('-', a[i], ++i, 0));
        while (j < endB)
            lines.Add(new('+', b[j], 0, ++j));
    }

    // How many lines the rest of both have in common, from each pair of places on.
    private static int[,] Common(string[] a, string[] b, int begin, int endA, int endB)
    {
        int[,] common = new int[endA - begin + 1, endB - begin + 1];
        for (int i = endA - 1; i >= begin; i--)
        {
            for (int j = endB - 1; j >= begin; j--)
            {
                (int x, int y) = (i - begin, j - begin);
                common[x, y] = a[i] == b[j] ? common[x + 1, y + 1] + 1 : Math.Max(common[x + 1, y], common[x, y + 1]);
            }
        }

        return common;
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}

using System.Globalization;
using System.Text;

namespace Hub.Dashboard.Charts;

/// <summary>Numbers to places in a picture.</summary>
internal static class Plot
{
    /// <summary>The largest of some values; 1 when all are zero or unknown, so that zero is at the bottom.</summary>
    public static double Top(IEnumerable<double?> values) => values.Max() is { } most and > 0 ? most : 1;

    /// <summary>A round number at or above the largest value, and the distance of the lines to it: 1, 2, 2.5 or 5 times a power of ten.</summary>
    public static (double Top, double Step) Scale(double most, bool whole)
    {
        double rough = Math.Max(most, whole ? 4 : 0.000_001) / 4;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = new[] { 1, 2, 2.5, 5, 10 }.Select(factor => factor * power).First(candidate => candidate >= rough * 0.999 && (!whole || candidate % 1 == 0));
        return (step * Math.Max(1, Math.Ceiling(most / step * 0.999)), step);
    }

    /// <summary>The points of lines through values; a value that is not known ends one and begins the next.</summary>
    /// <param name="values">The values.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">Its height.</param>
    /// <param name="top">The value at its top.</param>
    /// <param name="margin">What is left free above and below.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<double?> values, double width, double height, double top, double margin)
    {
        StringBuilder line = new();
        int points = 0;
        for (int i = 0; i <= values.Count; i++)
        {
            if (i < values.Count && values[i] is { } value)
            {
                double x = X(i, values.Count, width);
                line.Append(CultureInfo.InvariantCulture, $"{(points > 0 ? " " : "")}{x:0.#},{height - margin - ((height - (2 * margin)) * Math.Min(1, value / top)):0.#}");
                points++;
                continue;
            }

            // One value alone is a dot: a line of no length with round ends would not be seen in all browsers.
            if (points == 1)
            {
                string level = line.ToString().Split(',')[1];
                line.Append(CultureInfo.InvariantCulture, $" {X(i - 1, values.Count, width) + 1.5:0.#},{level}");
            }

            if (points > 0)
                yield return line.ToString();
            line.Clear();
            points = 0;
        }
    }

    /// <summary>Where a value stands from the left.</summary>
    public static double X(int index, int count, double width) => count < 2 ? 0 : width * index / (count - 1);

    /// <summary>A number as attributes of a picture have it.</summary>
    public static string Say(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}

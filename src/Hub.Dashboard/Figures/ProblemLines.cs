using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Dashboard.Figures;

/// <summary>Where in a channel's file a problem is: <c>channels/adt.json(5,3): HUB1021 …</c>.</summary>
internal static partial class ProblemLines
{
    /// <summary>The line, from 1; 0 when it is about the file as a whole.</summary>
    public static int Of(string problem) => Place().Match(problem) is { Success: true } match ? int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\((?<line>\d{1,6})(,\d+)?\): HUB\d{4}", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}

using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>Moves problems of a record to where the record stands in another one.</summary>
internal static class ProblemPaths
{
    /// <summary>The same problem, seen from the record around.</summary>
    public static ConfigProblem Within(this ConfigProblem problem, string member) =>
        problem with { Path = problem.Path.Length == 0 ? member : $"{member}.{problem.Path}" };
}

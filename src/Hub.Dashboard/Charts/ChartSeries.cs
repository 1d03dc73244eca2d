namespace Hub.Dashboard.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Values">Its values; null where nothing is known.</param>
public sealed record ChartSeries(string Label, IReadOnlyList<double?> Values)
{
    /// <summary>The address of the list of what a value counts, by the beginning and the end of its time; null when no list has just that.</summary>
    public Func<DateTimeOffset, DateTimeOffset, string>? ListOf { get; init; }
}

namespace Hub.Dashboard.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Values">Its values; null where nothing is known.</param>
public sealed record ChartSeries(string Label, IReadOnlyList<double?> Values);

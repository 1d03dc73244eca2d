namespace Hub.Benchmarks;

/// <summary>What one run came to.</summary>
/// <param name="PerSecond">Messages acknowledged and delivered, from the first sent to the last arrived.</param>
/// <param name="Acknowledged">Messages acknowledged a second.</param>
/// <param name="P50">Median time to the answer, in milliseconds.</param>
/// <param name="P99">99th percentile of it.</param>
/// <param name="Megabytes">Most memory the Hub had resident.</param>
/// <param name="Microseconds">Processor time that the Hub took for a message, in microseconds: says more than the clock where others use the machine too.</param>
/// <param name="LoadMicroseconds">The same of the load generator with its receiver.</param>
internal sealed record Figures(double PerSecond, double Acknowledged, double P50, double P99, double Megabytes, double Microseconds, double LoadMicroseconds)
{
    /// <summary>Each figure's own median.</summary>
    public static Figures Median(IReadOnlyList<Figures> runs) => new(
        Middle(runs.Select(run => run.PerSecond)), Middle(runs.Select(run => run.Acknowledged)), Middle(runs.Select(run => run.P50)), Middle(runs.Select(run => run.P99)), Middle(runs.Select(run => run.Megabytes)),
        Middle(runs.Select(run => run.Microseconds)), Middle(runs.Select(run => run.LoadMicroseconds)));

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt((values.Count() - 1) / 2);
}

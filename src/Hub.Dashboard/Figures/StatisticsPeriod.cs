using System.Globalization;

namespace Hub.Dashboard.Figures;

/// <summary>A time that charts show.</summary>
/// <param name="Hours">How many hours back.</param>
/// <param name="Parts">How many values it has: so many that a page stays small.</param>
public sealed record StatisticsPeriod(int Hours, int Parts)
{
    /// <summary>All there are; the first one is shown unless another is asked for.</summary>
    public static IReadOnlyList<StatisticsPeriod> All { get; } = [new(24, 72), new(6, 72), new(1, 12), new(168, 56), new(720, 60)];

    /// <summary>How long it is.</summary>
    public TimeSpan Span => TimeSpan.FromHours(Hours);

    /// <summary>How much time one value is about.</summary>
    public TimeSpan Step => Span / Parts;

    /// <summary>Whether it goes further back than <see cref="Recent"/>.</summary>
    public bool IsLong => Span > Recent.Reach;

    /// <summary>When it begins.</summary>
    public DateTimeOffset Begin(Recent recent) => IsLong ? LongFigures.Begin(recent.At, Span) : recent.Begin(Span);

    /// <summary>The one that was asked for.</summary>
    public static StatisticsPeriod Of(string? hours) => All.FirstOrDefault(period => period.Hours.ToString(CultureInfo.InvariantCulture) == hours) ?? All[0];
}

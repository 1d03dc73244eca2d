using System.Diagnostics.Metrics;
using Hub.Contracts;

namespace Hub.Engine.Statistics;

/// <summary>
/// Latency as a histogram of OpenTelemetry. There is none in .NET that is read when somebody asks, as counters are; so what came since the last reading is
/// recorded then, from the counts of the journal, at no cost for messages. Each time is told as the end of its step, at most 9 % too long.
/// </summary>
/// <param name="meter">What it belongs to.</param>
internal sealed class LatencyMeasure(Meter meter)
{
    private readonly Histogram<double> _histogram = meter.CreateHistogram("hub.delivery.latency", "s", HubMetrics.LatencyHelp, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = HubMetrics.LatencyBuckets });
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Channel, string Destination), LatencyHistogram> _told = [];

    /// <summary>Records what came since the last time. Several readers at once record each time once.</summary>
    /// <param name="counts">What was counted since the Hub was started, by channel and destination.</param>
    public void Tell(IReadOnlyList<MinuteStatistics> counts)
    {
        lock (_lock)
        {
            foreach (MinuteStatistics one in counts.Where(one => one.Destination.Length > 0))
            {
                KeyValuePair<string, object?>[] tags = HubMetrics.Tags(one.Channel, one.Destination);
                foreach ((TimeSpan took, long count) in one.Latency.Since(_told.GetValueOrDefault((one.Channel, one.Destination), LatencyHistogram.Empty)))
                {
                    for (long i = 0; i < count; i++)
                        _histogram.Record(took.TotalSeconds, tags);
                }

                _told[(one.Channel, one.Destination)] = one.Latency;
            }
        }
    }
}

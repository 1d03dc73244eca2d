using System.Diagnostics;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Counts what waits, for pages, metrics and watches, each of which asks for itself and pages each second. All that waits is counted, some 0.1 s for a million
/// deliveries; so of long queues an answer is given again for twenty times as long as it took to find, at most ten seconds. Whoever asks how often, counting takes a
/// twentieth of a processor. Short queues are counted anew each time.
/// </summary>
/// <param name="count">Counts.</param>
/// <param name="rows">How many rows an answer stands for.</param>
internal sealed class SparedCounts<T>(Func<IReadOnlyList<T>> count, Func<T, long> rows)
{
    /// <summary>From how many rows on an answer is kept: those take longer than a look at a page may.</summary>
    public const long LongFrom = 50_000;

    private const int Times = 20;
    private static readonly long s_longest = Stopwatch.Frequency * 10;

    private readonly Lock _lock = new();
    private IReadOnlyList<T>? _kept;
    private long _until;

    /// <summary>The counts.</summary>
    public IReadOnlyList<T> Read()
    {
        // Who comes while somebody counts waits for the answer instead of counting too.
        lock (_lock)
        {
            long begun = Stopwatch.GetTimestamp();
            if (_kept is not null && begun < _until)
                return _kept;
            IReadOnlyList<T> counts = count();
            _kept = counts.Sum(rows) >= LongFrom ? counts : null;
            long ended = Stopwatch.GetTimestamp();
            _until = ended + Math.Min(s_longest, Times * (ended - begun));
            return counts;
        }
    }
}

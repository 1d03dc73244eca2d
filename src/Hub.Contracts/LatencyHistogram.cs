namespace Hub.Contracts;

// Eight steps for each doubling, from 0.1 ms on: a percentile is at most 9 % too high, whatever the times are, and two histograms are put together by adding
// counts, so that minutes make hours and channels make a whole. 256 steps reach beyond a year.

/// <summary>How often something took how long. Never changes.</summary>
public sealed class LatencyHistogram : IEquatable<LatencyHistogram>
{
    private const int PerDoubling = 8;
    private const int Steps = 256;
    private const double LeastMicroseconds = 100;

    // Pairs of a step and its count, by step.
    private readonly (int Step, long Count)[] _counts;

    private LatencyHistogram((int Step, long Count)[] counts) => _counts = counts;

    /// <summary>Of nothing.</summary>
    public static LatencyHistogram Empty { get; } = new([]);

    /// <summary>How many there were.</summary>
    public long Count => _counts.Sum(pair => pair.Count);

    /// <summary>The step that a time belongs to; the index into what <see cref="Of(ReadOnlySpan{long})"/> takes.</summary>
    /// <param name="took">The time.</param>
    /// <returns>0 to 255.</returns>
    public static int StepOf(TimeSpan took)
    {
        double ratio = took.TotalMicroseconds / LeastMicroseconds;
        return ratio <= 1 ? 0 : Math.Min(Steps - 1, (int)Math.Ceiling(PerDoubling * Math.Log2(ratio)));
    }

    /// <summary>Makes one of counts by step.</summary>
    /// <param name="counts">How many for each step, from 0.</param>
    /// <returns>The histogram.</returns>
    public static LatencyHistogram Of(ReadOnlySpan<long> counts)
    {
        List<(int, long)> pairs = [];
        for (int step = 0; step < counts.Length; step++)
        {
            if (counts[step] > 0)
                pairs.Add((step, counts[step]));
        }

        return pairs.Count == 0 ? Empty : new([.. pairs]);
    }

    /// <summary>Puts two together.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Their sum.</returns>
    public LatencyHistogram With(LatencyHistogram other)
    {
        if (other._counts.Length == 0)
            return this;
        long[] sums = new long[Steps];
        foreach ((int step, long count) in _counts.Concat(other._counts))
            sums[step] += count;
        return Of(sums);
    }

    /// <summary>The time that a share of all did not take longer than.</summary>
    /// <param name="share">The share, from 0 to 1: 0.95 for 95 of 100.</param>
    /// <returns>The time, at most 9 % too long; zero for nothing.</returns>
    public TimeSpan Percentile(double share)
    {
        long left = (long)Math.Ceiling(share * Count);
        foreach ((int step, long count) in _counts)
        {
            left -= count;
            if (left <= 0)
                return EndOf(step);
        }

        return TimeSpan.Zero;
    }

    /// <summary>How long all took together, at most 9 % too long.</summary>
    public TimeSpan Total => _counts.Aggregate(TimeSpan.Zero, (sum, pair) => sum + (EndOf(pair.Step) * pair.Count));

    /// <summary>How many took no longer than a time, to the step that it is in.</summary>
    /// <param name="most">The time.</param>
    /// <returns>Their number.</returns>
    public long CountUpTo(TimeSpan most) => _counts.Where(pair => EndOf(pair.Step) <= most).Sum(pair => pair.Count);

    /// <summary>What was added to an earlier state of the same.</summary>
    /// <param name="earlier">The earlier state.</param>
    /// <returns>How many took how long, to the end of the step that it is in.</returns>
    public IEnumerable<(TimeSpan Took, long Count)> Since(LatencyHistogram earlier)
    {
        Dictionary<int, long> before = earlier._counts.ToDictionary(pair => pair.Step, pair => pair.Count);
        return _counts.Select(pair => (EndOf(pair.Step), pair.Count - before.GetValueOrDefault(pair.Step))).Where(pair => pair.Item2 > 0);
    }

    /// <summary>The bytes that <see cref="FromBytes"/> reads: pairs of numbers of a varying length.</summary>
    /// <returns>The bytes; none for nothing.</returns>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        foreach ((int step, long count) in _counts)
        {
            writer.Write7BitEncodedInt(step);
            writer.Write7BitEncodedInt64(count);
        }

        return stream.ToArray();
    }

    /// <summary>Reads bytes. What is damaged is left out.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The histogram.</returns>
    public static LatencyHistogram FromBytes(byte[] bytes)
    {
        long[] counts = new long[Steps];
        using MemoryStream stream = new(bytes);
        using BinaryReader reader = new(stream);
        try
        {
            while (stream.Position < stream.Length)
            {
                int step = reader.Read7BitEncodedInt();
                long count = reader.Read7BitEncodedInt64();
                if (step is >= 0 and < Steps && count > 0)
                    counts[step] += count;
            }
        }
        catch (Exception exception) when (exception is FormatException or EndOfStreamException)
        {
            // One row that a disk changed must not hold up all others.
        }

        return Of(counts);
    }

    /// <inheritdoc/>
    public bool Equals(LatencyHistogram? other) => other is not null && _counts.AsSpan().SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LatencyHistogram);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_counts.Length, Count);

    private static TimeSpan EndOf(int step) => TimeSpan.FromMicroseconds(LeastMicroseconds * Math.Pow(2, (double)step / PerDoubling));
}

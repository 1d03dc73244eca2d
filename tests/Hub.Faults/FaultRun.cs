using Hub.Faults.Checks;

namespace Hub.Faults;

/// <summary>One run of one scenario.</summary>
/// <param name="Count">How many faults to make.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="Breaks">What is broken on purpose.</param>
internal sealed record FaultRun(int Count, int Seed, BreakKind Breaks)
{
    /// <summary>What was found.</summary>
    public Verdict Verdict { get; } = new();

    /// <summary>Parts the faults into sites, so that a failure is small to repeat: the first site has the run's seed, each further one the next.</summary>
    /// <param name="most">Most faults a site meets.</param>
    public IEnumerable<(int Seed, int Faults)> Sites(int most)
    {
        for (int done = 0, seed = Seed; done < Count; done += most, seed++)
            yield return (seed, Math.Min(most, Count - done));
    }
}

using Hub.Faults.Checks;

namespace Hub.Faults;

/// <summary>What is broken on purpose, to show that a scenario can fail.</summary>
internal enum BreakKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A recorder answers one message in eleven and does not keep it, as if the Hub had lost it.</summary>
    Forget,

    /// <summary>A recorder keeps one message in eleven with a byte changed.</summary>
    Alter,

    /// <summary>A recorder keeps one message in eleven before the one that came before it.</summary>
    Swap,

    /// <summary>A recorder keeps one message in eleven twice.</summary>
    Repeat,

    /// <summary>Syncs return and do nothing, as on a disk that lies.</summary>
    Lie,
}

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

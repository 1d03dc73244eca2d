using Hub.Faults.Checks;
using Hub.Faults.Scenarios;

namespace Hub.Faults;

/// <summary>One run of one scenario.</summary>
/// <param name="Count">How many faults to make.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="Breaks">What is broken on purpose.</param>
/// <param name="Slots">Bounds how many sites there are at once, of all scenarios together.</param>
internal sealed record FaultRun(int Count, int Seed, BreakKind Breaks, SemaphoreSlim Slots)
{
    private long _began;
    private long _ended;

    /// <summary>What was found.</summary>
    public Verdict Verdict { get; } = new();

    /// <summary>From the first site's begin to the last one's end.</summary>
    public TimeSpan Took => _ended == 0 ? TimeSpan.Zero : TimeProvider.System.GetElapsedTime(_began, _ended);

    /// <summary>
    /// Parts the faults into sites, so that a failure is small to repeat: the first site has the run's seed, each further one the next.
    /// Several are at work at once. A site that fails in a way that nobody planned does not keep the others from going on.
    /// </summary>
    /// <param name="most">Most faults a site meets.</param>
    /// <param name="act">Does the faults of a site: given its seed, and how many.</param>
    public Task OnSitesAsync(int most, Func<int, int, Task> act)
    {
        List<Task> sites = [];
        for (int done = 0, seed = Seed; done < Count; done += most, seed++)
            sites.Add(OnSiteAsync(seed, Math.Min(most, Count - done), act));
        return Task.WhenAll(sites);
    }

    /// <summary>Does all faults on one site.</summary>
    public Task OnSiteAsync(Func<Task> act) => OnSiteAsync(Seed, Count, (_, _) => act());

    /// <summary>Does a scenario; what it fails of itself is a broken promise too.</summary>
    public async Task DoAsync(Scenario scenario)
    {
        try
        {
            await scenario.RunAsync(this);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Verdict.Break($"the scenario itself failed: {exception}");
        }
    }

    private async Task OnSiteAsync(int seed, int faults, Func<int, int, Task> act)
    {
        await Slots.WaitAsync();
        Interlocked.CompareExchange(ref _began, TimeProvider.System.GetTimestamp(), 0);
        try
        {
            // Off this thread: much of a site's beginning is not asynchronous.
            await Task.Run(() => act(seed, faults));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Verdict.Break($"the scenario itself failed at --seed {seed} --count {faults}: {exception}");
        }
        finally
        {
            Interlocked.Exchange(ref _ended, TimeProvider.System.GetTimestamp());
            Slots.Release();
        }
    }
}

using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>The site of a long run whose Hub is killed, or whose power is cut, in turn; the next one starts at once.</summary>
/// <param name="site">The site.</param>
/// <param name="run">The run.</param>
internal sealed class SoakHarm(Site site, FaultRun run)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Shim _shim = new(site, run.Breaks);
    private readonly Random _random = new(site.Seed);
    private HubProcess? _hub;
    private int _number;

    /// <summary>Starts the Hub.</summary>
    public async Task StartAsync() => _hub = await site.StartAsync(_shim.Around(_random.Next()));

    /// <summary>Ends it, and starts the next one.</summary>
    public async Task NextAsync()
    {
        await using (HubProcess hub = _hub!)
        {
            if (_number++ % 2 == 0)
                await KillAsync(hub);
            else
                await CutAsync(hub);
        }

        await StartAsync();
        await site.GoesOnAsync(1, "after the Hub ended");
    }

    /// <summary>Lets all that is left be delivered, and checks it.</summary>
    public async Task FinishAsync()
    {
        await _hub!.DisposeAsync();
        await site.FinishAsync();
    }

    private async Task KillAsync(HubProcess hub)
    {
        run.Verdict.Count("kills");
        await hub.KillAsync();
    }

    private async Task CutAsync(HubProcess hub)
    {
        run.Verdict.Count("power cuts");
        _shim.Order("cut");
        Task<int> ended = hub.EndedAsync();
        if (await Task.WhenAny(ended, Task.Delay(s_patience, TimeProvider.System)) != ended)
            site.Break("the power was not cut");
        _shim.Withdraw();
    }
}

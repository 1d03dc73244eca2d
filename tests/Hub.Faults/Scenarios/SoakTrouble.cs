using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults.Scenarios;

/// <summary>The site of a long run whose Hub stays, and whose surroundings are in trouble.</summary>
internal sealed class SoakTrouble
{
    private const int IdleConnections = 300;
    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(1);

    private readonly Site _site;
    private readonly FaultRun _run;
    private readonly List<ChaosProxy> _proxies;
    private readonly Shim _shim;
    private readonly string _clock;
    private readonly (string Name, Func<Task> Act)[] _troubles;
    private HubProcess? _hub;
    private int _number;

    /// <summary>Makes it.</summary>
    /// <param name="site">The site.</param>
    /// <param name="run">The run.</param>
    /// <param name="proxies">What stands before its receivers.</param>
    public SoakTrouble(Site site, FaultRun run, List<ChaosProxy> proxies)
    {
        _site = site;
        _run = run;
        _proxies = proxies;
        _shim = new(site, run.Breaks);
        _clock = site.Folder.Path("clock");
        _troubles =
        [
            ("times receivers were in trouble", () => DuringAsync(plan => plan.IsCalm = false, plan => plan.IsCalm = true)),
            ("failed syncs", () => FailAsync("sync 5 1")),
            ("times receivers were down", () => DuringAsync(plan => plan.IsDown = true, plan => plan.IsDown = false)),
            ("times the disk was full", () => FailAsync("write 28 0")),
            ("bursts of idle connections", IdleAsync),
            ("new keys", () => AskAsync("rotate-key")),
            ("jumps of the clock", JumpAsync),
            ("times retention was asked for", () => AskAsync("prune", "--clock-is-right", "--channels", site.Folder.Path("channels"), "--secrets", site.Folder.Path("secrets"))),
        ];
    }

    /// <summary>What the Hub has resident; null when it ended.</summary>
    public double? ResidentMegabytes
    {
        get
        {
            try
            {
                return _hub is { HasEnded: false } hub ? hub.ResidentMegabytes : null;
            }
            catch (InvalidOperationException)
            {
                // It ended in between.
                return null;
            }
        }
    }

    /// <summary>Starts the Hub.</summary>
    public async Task StartAsync()
    {
        Shim.SetClock(_clock, TimeSpan.Zero);
        HubSurroundings around = _shim.Around(_site.Seed);
        _hub = await _site.StartAsync(around with { Environment = new Dictionary<string, string>(around.Environment) { ["HUB_FAULTS_CLOCK"] = _clock } });
    }

    /// <summary>Makes the next trouble, and waits until it is over and messages go on.</summary>
    public async Task NextAsync()
    {
        (string name, Func<Task> act) = _troubles[_number++ % _troubles.Length];
        await act();
        _run.Verdict.Count(name);
        if (_hub is { HasEnded: true } hub)
        {
            if (await hub.EndedAsync() == 0)
                _site.Break($"{name}: the Hub ended with 0, so no supervisor starts it again: {hub.Errors}");
            _run.Verdict.Count("ends of the Hub by itself");
            _hub = null;
            await hub.DisposeAsync();
            await StartAsync();
        }

        await _site.GoesOnAsync(1, $"after trouble ({name})");
    }

    /// <summary>Lets all that is left be delivered, and checks it.</summary>
    public async Task FinishAsync()
    {
        _site.StopSending();
        await _site.DrainAsync(_hub!);
        await _hub!.DisposeAsync();
        await _site.CheckAsync();
    }

    private async Task DuringAsync(Action<ChaosPlan> begin, Action<ChaosPlan> end)
    {
        _proxies.ForEach(proxy => begin(proxy.Plan));
        await Task.Delay(s_while, TimeProvider.System);
        _proxies.ForEach(proxy => end(proxy.Plan));
    }

    private async Task FailAsync(string order)
    {
        _shim.Order(order);
        await Task.Delay(s_short, TimeProvider.System);
        _shim.Withdraw();
    }

    private async Task IdleAsync()
    {
        await using Idlers idlers = new();
        await idlers.ConnectAsync(_hub!.Port("adt"), IdleConnections);
        await Task.Delay(s_while, TimeProvider.System);
    }

    private async Task JumpAsync()
    {
        Shim.SetClock(_clock, TimeSpan.FromHours(1));
        await Task.Delay(s_while, TimeProvider.System);
        Shim.SetClock(_clock, TimeSpan.Zero);
    }

    private async Task AskAsync(string command, params string[] more)
    {
        CommandResult result = await HubProcess.RunAsync(["journal", command, "--data", _site.Data, .. more]);
        if (result.Exit != 0)
            _site.Break($"hub journal {command} ended with {result.Exit}: {result.Output}{result.Errors}");
    }
}

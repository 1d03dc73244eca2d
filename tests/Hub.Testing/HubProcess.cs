using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hub.Testing;

/// <summary>What a command of <c>hub</c> left behind.</summary>
/// <param name="Exit">Exit status.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
public sealed record CommandResult(int Exit, string Output, string Errors);

/// <summary>The built <c>hub</c> as a process of its own: one command, or a running Hub that can be stopped and killed.</summary>
public sealed partial class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly List<string> _lines = [];

    private HubProcess(Process process) => _process = process;

    /// <summary>Everything on standard output up to <c>Hub ready</c>.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Runs one command to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(HubSurroundings.None, arguments);

    /// <summary>Runs one command in surroundings to its end.</summary>
    public static Task<CommandResult> RunAsync(HubSurroundings around, params string[] arguments) => RunAsync(around, s_patience, arguments);

    /// <summary>Runs one command in surroundings to its end, for which it has so long.</summary>
    public static async Task<CommandResult> RunAsync(HubSurroundings around, TimeSpan patience, params string[] arguments)
    {
        using Process process = Start(around, arguments);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(patience);
        await process.WaitForExitAsync().WaitAsync(patience);
        return new(process.ExitCode, output, await errors);
    }

    /// <summary>Starts a Hub in a folder and waits until it is ready.</summary>
    /// <exception cref="HubEndedException">It ended before; the text is what it said.</exception>
    public static Task<HubProcess> StartAsync(TestFolder folder, params string[] arguments) => StartAsync(folder, HubSurroundings.None, arguments);

    /// <summary>Starts a Hub in a folder and in surroundings, and waits until it is ready.</summary>
    /// <exception cref="HubEndedException">It ended before; the text is what it said.</exception>
    public static async Task<HubProcess> StartAsync(TestFolder folder, HubSurroundings around, params string[] arguments)
    {
        HubProcess hub = new(Start(
            around,
            ["run", "--channels", folder.Path("channels"), "--data", folder.Path("data"), "--secrets", folder.Path("secrets"), "--alerts", folder.Path("alerts"), "--urls", "http://127.0.0.1:0", .. arguments]));
        hub._process.ErrorDataReceived += (_, data) => hub.Keep(data.Data);
        hub._process.BeginErrorReadLine();
        while (await hub._process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) is { } line)
        {
            if (line == "Hub ready")
                return hub;
            hub._lines.Add(line);
        }

        await hub._process.WaitForExitAsync();
        throw new HubEndedException(hub._process.ExitCode, hub.Errors);
    }

    /// <summary>Most memory it had resident, in MB.</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1_000_000d;
        }
    }

    /// <summary>Memory it has resident now, in MB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1_000_000d;
        }
    }

    /// <summary>Processor time it took so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The port a channel listens on.</summary>
    public int Port(string channel) => int.Parse(
        Address().Match(_lines.Single(line => line.StartsWith(channel + " ", StringComparison.Ordinal))).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Completes with its exit status when it has ended.</summary>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Tells it to stop, as <c>kill</c> does, and waits.</summary>
    /// <returns>Its exit status.</returns>
    /// <exception cref="TimeoutException">It goes on for longer than a minute, where it promises ten seconds.</exception>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>Starts a command and hands its process over.</summary>
    public static Process Start(params string[] arguments) => Start(HubSurroundings.None, arguments);

    private static Process Start(HubSurroundings around, string[] arguments)
    {
        string[] command = [.. around.Wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "hub.dll"), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["COLUMNS"] = "200";
        foreach ((string name, string value) in around.Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Keep(string? line)
    {
        lock (_errors)
            _errors.AppendLine(line);
    }

    [GeneratedRegex(@":(\d+)\s*$")]
    private static partial Regex Address();
}

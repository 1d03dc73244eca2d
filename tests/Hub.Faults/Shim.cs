using System.Buffers.Binary;
using System.Globalization;
using Hub.Testing;

namespace Hub.Faults;

/// <summary>The disk of <c>shim/powercut.c</c>, which can lose its power or fail, put before one Hub.</summary>
internal sealed class Shim
{
    private const string Variable = "HUB_FAULTS_SHIM";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _control;
    private readonly string _root;
    private readonly BreakKind _breaks;

    /// <summary>Prepares it for a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="breaks">Whether it lies.</param>
    public Shim(Site site, BreakKind breaks)
    {
        _root = site.Folder.Root;
        // Beside the folder: the disk that fails is not the one that says how.
        _control = _root + ".control";
        _breaks = breaks;
    }

    /// <summary>Why it cannot be used; null when it can.</summary>
    public static string? FindObstacle() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && File.Exists(path)
        ? null
        : $"{Variable} names no library. Run tests/faults.sh, which builds it with gcc on Linux.";

    /// <summary>What a Hub has to be started in.</summary>
    /// <param name="seed">Seed of what is lost.</param>
    /// <param name="cutAfter">After how many calls the power fails; 0: not by itself.</param>
    public HubSurroundings Around(int seed, int cutAfter = 0) => new()
    {
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Environment.GetEnvironmentVariable(Variable)!,
            ["HUB_FAULTS_ROOT"] = _root,
            ["HUB_FAULTS_SEED"] = seed.ToString(CultureInfo.InvariantCulture),
            ["HUB_FAULTS_CUT_AFTER"] = cutAfter.ToString(CultureInfo.InvariantCulture),
            ["HUB_FAULTS_LIE"] = _breaks == BreakKind.Lie ? "1" : "0",
            ["HUB_FAULTS_CONTROL"] = _control,
        },
    };

    /// <summary>What a Hub has to be started in that ends at a named point.</summary>
    /// <param name="seed">Seed of what is lost.</param>
    /// <param name="point">The point, as <c>points.c</c> has it.</param>
    /// <param name="after">At which time that it is reached.</param>
    /// <param name="cuts">Whether the power is cut there, or the process killed.</param>
    public HubSurroundings AtPoint(int seed, string point, int after, bool cuts)
    {
        HubSurroundings around = Around(seed);
        return around with
        {
            Environment = new Dictionary<string, string>(around.Environment)
            {
                ["HUB_FAULTS_POINT"] = point,
                ["HUB_FAULTS_POINT_AFTER"] = after.ToString(CultureInfo.InvariantCulture),
                ["HUB_FAULTS_POINT_END"] = cuts ? "cut" : "kill",
            },
        };
    }

    /// <summary>What a Hub has to be started in whose time of day this file moves; its disk is good.</summary>
    /// <param name="clock">The file, see <see cref="SetClock"/>.</param>
    public static HubSurroundings AroundClock(string clock) => new()
    {
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = Environment.GetEnvironmentVariable(Variable)!, ["HUB_FAULTS_CLOCK"] = clock },
    };

    /// <summary>Sets how far the clock is ahead of the true time, in place, because the Hub has the file mapped.</summary>
    public static void SetClock(string clock, TimeSpan ahead)
    {
        byte[] seconds = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(seconds, (long)ahead.TotalSeconds);
        using FileStream file = new(clock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(seconds);
    }

    /// <summary>Orders a fault, from the next call on.</summary>
    /// <param name="order">As <c>powercut.c</c> has it: <c>cut</c>, or operation, error number and how often.</param>
    public void Order(string order)
    {
        string part = _control + ".part";
        File.WriteAllText(part, order);
        File.Move(part, _control, overwrite: true);
    }

    /// <summary>Waits until a fault that happens once has happened.</summary>
    /// <returns>False when it did not.</returns>
    public async Task<bool> HappensAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        while (File.Exists(_control) && TimeProvider.System.GetElapsedTime(start) < s_patience)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return !File.Exists(_control);
    }

    /// <summary>Ends what was ordered.</summary>
    public void Withdraw() => File.Delete(_control);
}

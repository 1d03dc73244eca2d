using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// Watches the room on the disk of the journal. Below one limit it warns, below another nothing new is taken: senders are told so politely and
/// keep their messages, while what was taken is delivered and recorded with the room that is left. It goes on by itself when there is room again.
/// </summary>
internal sealed partial class DiskGuard : IDisposable
{
    private const long Gibibyte = 1024 * 1024 * 1024;

    private readonly HubOptions _options;
    private readonly Func<string, DiskSpace?> _space;
    private readonly TimeProvider _clock;
    private readonly ILogger<DiskGuard> _log;
    private readonly Lock _looking = new();
    private ITimer? _timer;
    private volatile string? _warning;
    private volatile string? _refusal;
    private volatile string? _trouble;
    private bool _isBlind;

    /// <param name="options">The folder and the limits.</param>
    /// <param name="space">Tells the room of a folder's disk.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">For people.</param>
    public DiskGuard(HubOptions options, Func<string, DiskSpace?> space, TimeProvider clock, ILogger<DiskGuard> log) =>
        (_options, _space, _clock, _log) = (options, space, clock, log);

    /// <summary>What to tell people about little room; null while there is enough.</summary>
    public string? Warning => _warning;

    /// <summary>What to tell senders, when nothing new is taken; null while it is. Asked for every message.</summary>
    public string? Refusal => _refusal;

    /// <summary>What to tell people, when nothing new is taken: the folder, its room and what to do. Null while it is.</summary>
    public string? Trouble => _trouble;

    /// <summary>Begins to watch, after a first look.</summary>
    public void Start()
    {
        Look();
        _timer = _clock.CreateTimer(_ => Look(), null, _options.DiskInterval, _options.DiskInterval);
    }

    /// <summary>Looks at the room now.</summary>
    public void Look()
    {
        lock (_looking)
        {
            if (_space(_options.Data) is not { } space || space.Total <= 0)
            {
                if (!_isBlind)
                    Log.Blind(_log, _options.Data);
                _isBlind = true;
                return;
            }

            if (_isBlind)
                Log.Sees(_log, _options.Data);
            _isBlind = false;
            long refuse = _options.DiskRefuseBytes ?? Math.Min(space.Total / 50, Gibibyte / 4);
            long warn = Math.Max(refuse, _options.DiskWarnBytes ?? Math.Min(space.Total / 10, 2 * Gibibyte));
            Warn(space, warn);
            Refuse(space, refuse);
        }
    }

    public void Dispose() => _timer?.Dispose();

    // An eighth more than the limit ends it, so that it does not come and go with every message.
    private static bool IsBelow(long free, long limit, bool wasBelow) => free < (wasBelow ? limit + (limit / 8) : limit);

    private void Warn(DiskSpace space, long limit)
    {
        bool was = _warning is not null;
        bool isBelow = IsBelow(space.Free, limit, was);
        _warning = isBelow ? $"The disk of {_options.Data} has {Size(space.Free)} of {Size(space.Total)} left. Make room there, or keep messages for less time (retention)." : null;
        if (isBelow && !was)
            Log.Little(_log, _warning!);
        else if (!isBelow && was)
            Log.Enough(_log, _options.Data, Size(space.Free));
    }

    private void Refuse(DiskSpace space, long limit)
    {
        bool was = _refusal is not null;
        bool isBelow = IsBelow(space.Free, limit, was);
        _trouble = isBelow ? $"The disk of {_options.Data} is nearly full: it has {Size(space.Free)} left, less than {Size(limit)}, so new messages are refused; those that were taken are delivered. Make room there, or keep messages for less time (retention); the Hub then takes messages again by itself." : null;
        // A sender is told no folder of ours.
        _refusal = isBelow ? "The disk of the Hub is nearly full, so it takes no new message now. Nothing of this one was stored; send it again later." : null;
        if (isBelow && !was)
            Log.Refuses(_log, _options.Data, Size(space.Free), Size(limit));
        else if (!isBelow && was)
            Log.TakesAgain(_log, _options.Data, Size(space.Free));
    }

    private static string Size(long bytes) => bytes >= Gibibyte ? FormattableString.Invariant($"{(double)bytes / Gibibyte:0.0} GiB") : FormattableString.Invariant($"{bytes / (1024 * 1024)} MiB");

    private static partial class Log
    {
        [LoggerMessage(5080, LogLevel.Warning, "{Problem}")]
        public static partial void Little(ILogger log, string problem);

        [LoggerMessage(5081, LogLevel.Information, "The disk of {Folder} has enough room again: {Free}")]
        public static partial void Enough(ILogger log, string folder, string free);

        [LoggerMessage(5082, LogLevel.Error, "The disk of {Folder} has only {Free} left, less than {Limit}: new messages are refused, those that were taken are delivered. Make room; the Hub then takes messages again by itself")]
        public static partial void Refuses(ILogger log, string folder, string free, string limit);

        [LoggerMessage(5083, LogLevel.Warning, "The disk of {Folder} has {Free} again, and new messages are taken")]
        public static partial void TakesAgain(ILogger log, string folder, string free);

        [LoggerMessage(5084, LogLevel.Warning, "How much room the disk of {Folder} has cannot be found out, so nobody is warned when it gets full")]
        public static partial void Blind(ILogger log, string folder);

        [LoggerMessage(5085, LogLevel.Information, "How much room the disk of {Folder} has is known again")]
        public static partial void Sees(ILogger log, string folder);
    }
}

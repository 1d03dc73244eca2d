using Hub.Alerts;
using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Alerting;

/// <summary>All that tells people: where events come from, the alerts that are made of them, and the files that say who is told.</summary>
internal sealed partial class AlertService : IAsyncDisposable
{
    private readonly HubOptions _options;
    private readonly IJournal _journal;
    private readonly EventSink _sink;
    private readonly StatusEvents _statuses;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Settings _settings;
    private readonly FileVersions _versions;
    private readonly CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;
    private string _told = "";
    private bool _isLoaded;
    private bool _isServerNamed;

    /// <summary>Makes it; nothing is begun yet.</summary>
    /// <param name="options">Where the folder is.</param>
    /// <param name="journal">The journal, open by the time of <see cref="Start"/>.</param>
    /// <param name="sink">Where events of log lines go.</param>
    /// <param name="runbook">What a channel's file says to do.</param>
    /// <param name="clock">The time.</param>
    /// <param name="loggers">Makes loggers.</param>
    public AlertService(HubOptions options, IJournal journal, EventSink sink, Func<string, string?> runbook, TimeProvider clock, ILoggerFactory loggers)
    {
        (_options, _journal, _sink, _clock) = (options, journal, sink, clock);
        _log = loggers.CreateLogger<AlertService>();
        _statuses = new(sink, clock);
        _versions = new(journal, clock, loggers.CreateLogger<FileVersions>());
        _settings = SettingsOf(options);
        Alerter = new(journal, AlertSettings.None(clock.LocalTimeZone), runbook, clock, loggers.CreateLogger<Alerter>());
    }

    /// <summary>Makes incidents of events.</summary>
    public Alerter Alerter { get; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Raised after the files were read again: whether they are used.</summary>
    public event Action<bool>? Followed;

    /// <summary>Where files of alerts get their values.</summary>
    public static Settings SettingsOf(HubOptions options) =>
        new(options.Secrets, site: options.Environment is null ? null : SiteEnvironment.Choose(options.Environments, options.Environment));

    /// <summary>Takes how channels stand.</summary>
    public void Look(IReadOnlyList<ChannelStatus> statuses) => _statuses.Look(statuses);

    /// <summary>The incident that lasts of a certificate or a list of revoked ones; null when there is none, or the journal cannot be read.</summary>
    /// <param name="cause">Which, as <see cref="LogEvents.Cause"/> has it.</param>
    public Incident? ToldOfCertificate(string cause)
    {
        try
        {
            return _journal.FindIncidents(new() { Cause = new() { Kind = EventKind.CertificateExpires, Fingerprint = cause, At = Now } }) is [var told, ..] ? told : null;
        }
        catch (JournalException)
        {
            // Twice is better than not at all.
            return null;
        }
    }

    /// <summary>Begins, with an open journal.</summary>
    public void Start()
    {
        // Before the files are read: what is written meanwhile is seen too.
        FolderWatch watch = new([_options.Alerts, _options.Secrets], () => [], _clock);
        watch.Start();
        Follow();
        if (!_isServerNamed)
            Log.NobodyIsMailed(_log);
        _sink.Start(_journal, Alerter.TellDirectlyAsync, _clock, _log);
        Alerter.Start();
        _following = Task.Run(() => FollowAsync(watch));
    }

    /// <summary>Reads the files again. Those that have problems change nothing; at first, when there is nothing to go on with, they are used as far as they are right.</summary>
    public void Follow()
    {
        LoadedAlerts loaded = AlertFiles.Load(_options.Alerts, _settings, Environment.GetEnvironmentVariable, _clock.LocalTimeZone);
        string all = string.Join('\n', loaded.Problems);
        foreach (string problem in all == _told ? [] : loaded.Problems)
            Log.Problem(_log, problem + UntilThen(loaded));
        if (all.Length == 0 && _told.Length > 0)
            Log.Usable(_log);
        _told = all;
        _isServerNamed = loaded.IsServerNamed;
        _isLoaded |= loaded.Settings is not null;
        if ((loaded.Settings ?? (_isLoaded ? null : loaded.AtStart)) is { } used)
            Alerter.Use(used, loaded.Templates);
        _versions.Look(FoundFile.OfAlerts(_options.Alerts));
        Followed?.Invoke(loaded.Settings is not null);
    }

    // What holds until a problem is put right; one of a template says so itself.
    private string UntilThen(LoadedAlerts loaded) => loaded switch
    {
        { Settings: not null } => "",
        _ when _isLoaded => " The alerts go on as the files said before",
        _ when loaded.AtStart.Resolve([], Now).Count > 0 => " Until it is put right, the Hub's own rules hold, and all mails go to those whom mail.json or HUB_MAIL_TO names",
        { IsServerNamed: true } => " Until it is put right, nobody is mailed",
        _ => " Until it is put right, the Hub's own rules hold",
    };

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _versions.KeptAsync();
        await _sink.DisposeAsync();
        await Alerter.DisposeAsync();
    }

    private async Task FollowAsync(FolderWatch watch)
    {
        using FolderWatch ending = watch;
        while (true)
        {
            await watch.ChangedAsync(_stopping.Token);
            try
            {
                Follow();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Log.NotRead(_log, _options.Alerts, exception.Message);
                _told = exception.Message;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "{Problem}")]
        public static partial void Problem(ILogger log, string problem);

        [LoggerMessage(6005, LogLevel.Warning, "Nobody is mailed about incidents, because no mail server is named: write alerts/mail.json, or set HUB_SMTP_HOST, HUB_MAIL_FROM and HUB_MAIL_TO. Incidents are kept and shown all the same: hub incidents")]
        public static partial void NobodyIsMailed(ILogger log);

        [LoggerMessage(6200, LogLevel.Information, "The files of alerts can all be used again")]
        public static partial void Usable(ILogger log);

        [LoggerMessage(6000, LogLevel.Error, "The folder {Folder} cannot be read, and the alerts go on as before. {Reason}")]
        public static partial void NotRead(ILogger log, string folder, string reason);
    }
}

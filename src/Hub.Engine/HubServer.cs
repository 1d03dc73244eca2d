using Hub.Alerts.Config;
using Hub.Channels;
using Hub.Channels.Cases;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Hub.Engine.Admin;
using Hub.Engine.Alerting;
using Hub.Engine.Delivery;
using Hub.Engine.Statistics;
using Hub.Engine.Syslog;
using Hub.Engine.Telemetry;
using Hub.Engine.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>The running Hub: journal, channels and admin interface, started and stopped in the order that loses nothing.</summary>
internal sealed partial class HubServer : IAsyncDisposable
{
    private static readonly TimeSpan s_bindAgain = TimeSpan.FromSeconds(5);

    private readonly HubOptions _options;
    private readonly IJournal _journal;
    private readonly TimeProvider _clock;
    private readonly ILogger<HubServer> _log;
    private readonly Certificates _certificates;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Pauses _pauses = new();
    private readonly ChannelStops _stops = new();
    private readonly MemoryBudget _budget;
    private Task _following = Task.CompletedTask;
    private readonly HubView _view;
    private readonly FileVersions _files;
    private AdminApi? _admin;
    private readonly StatisticsLoop? _statistics;
    private TelemetryExport? _telemetry;
    private SyslogSender? _syslog;
    private bool _stopped;

    /// <summary>Makes a Hub; nothing is opened yet.</summary>
    /// <param name="options">Where it finds and keeps its things.</param>
    /// <param name="journal">The journal, not yet open.</param>
    /// <param name="clock">The time.</param>
    /// <param name="loggers">Makes loggers.</param>
    public HubServer(HubOptions options, IJournal journal, TimeProvider clock, ILoggerFactory loggers)
    {
        _options = options;
        _journal = journal;
        _clock = clock;
        EventLog events = loggers as EventLog ?? new(loggers, clock);
        loggers = events;
        _log = loggers.CreateLogger<HubServer>();
        _certificates = new(clock, loggers) { Told = cause => Alerts?.ToldOfCertificate(cause) };
        Disk = new(options, DiskSpace.Of, clock, loggers.CreateLogger<DiskGuard>());
        ComponentCatalog catalog = Wiring.Catalog(options.ReadingMemoryBytes);
        ChannelParts parts = new(
            catalog,
            journal,
            _budget = new(options.QueueMemoryBytes),
            new DeliveryWaiters(),
            _pauses,
            (channel, destination) => catalog.CreateDestination(destination.Config, new(channel, clock, loggers) { Certificates = _certificates.In(destination.Folder, channel) }),
            new ControlIds(clock).Next,
            _certificates,
            Disk,
            clock,
            loggers);
        Channels = new(options.Channels, Wiring.Loader(catalog, options), new(new ChannelTester(catalog, clock), clock), parts, _stops, loggers.CreateLogger<ChannelHost>());
        Deliveries = new(journal, Channels.FindDeliveries, Channels.IsLeaving, Channels.Find, parts.Waiters, clock, loggers.CreateLogger<DeliveryOperator>());
        Destinations = new(journal, _pauses, () => Channels.Models, Channels.FindDeliveries, clock, loggers.CreateLogger<DestinationOperator>());
        Replayer = new(journal, Channels.Find, clock, loggers.CreateLogger<Replayer>());
        Replays = new(journal, Replayer, Channels.Find, () => Disk.Trouble, clock, loggers.CreateLogger<ReplayBatches>());
        Retention = new(journal, () => Channels.Models.Select(model => model.Config), options, clock, loggers.CreateLogger<Retention>());
        ChannelOperator operations = new(journal, _stops, () => Channels.FollowAsync(_stopping.Token), clock, loggers.CreateLogger<ChannelOperator>());
        _view = new(new(Channels, operations, Deliveries, Destinations, Replayer, Replays, Retention, () => Alerts?.Alerter), journal, _certificates, clock, loggers.CreateLogger<HubView>()) { Options = options };
        Channels.Followed += _view.Look;
        _files = new(journal, clock, loggers.CreateLogger<FileVersions>());
        Channels.Followed += _ => _files.Look(FoundFile.Beside(options, Channels.Files));
        if (!options.HasAlerts)
            return;
        Head = new(journal, loggers.CreateLogger<AuditHeadLog>());
        Alerts = new(options, journal, events.Sink, id => Channels.Find(id)?.Config.Runbook, clock, loggers);
        Channels.Followed += Alerts.Look;
        _statistics = new(journal, new(journal, () => Alerts.Alerter.Settings, () => [.. Channels.Models.Select(model => model.Id)]) { HasFile = id => Channels.Loaded.ContainsKey(id), IsSo = _certificates.IsSo, NotRead = (watch, exception) => Log.WatchStands(_log, watch, exception.Message), UpByPlanSince = (channel, destination) => Channels.FindDeliveries(channel)?.Gate(destination) is { } gate ? gate.UpByPlanSince : DateTimeOffset.MinValue }, new(() => _view.Health(Disk.Trouble is null), () => Channels.Models, Channels.AddressOf, journal.CountSinceOpened, loggers.CreateLogger<Liveness>()), Alerts.Alerter, clock, loggers.CreateLogger<StatisticsLoop>()) { Beside = Head.Tell };
    }

    /// <summary>Does at once what is done each minute.</summary>
    public Task DoMinuteAsync() => _statistics?.DoAsync() ?? Task.CompletedTask;

    /// <summary>Tells people of errors; null where nobody is to be told.</summary>
    public AlertService? Alerts { get; }

    /// <summary>The channels.</summary>
    public ChannelHost Channels { get; }

    /// <summary>Does to deliveries what people ask for.</summary>
    public DeliveryOperator Deliveries { get; }

    /// <summary>Pauses and resumes destinations, and tells how they stand.</summary>
    public DestinationOperator Destinations { get; }

    /// <summary>Takes stored messages up again.</summary>
    public Replayer Replayer { get; }

    /// <summary>Takes many up again.</summary>
    public ReplayBatches Replays { get; }

    /// <summary>Removes messages that are past their time.</summary>
    public Retention Retention { get; }

    /// <summary>The running Hub as pages and the API see it.</summary>
    public IHub View => _view;

    /// <summary>Watches the disk of the journal.</summary>
    public DiskGuard Disk { get; init; }

    /// <summary>Tells the head of the audit to the log; null where nothing is done each minute.</summary>
    public AuditHeadLog? Head { get; }

    /// <summary>Who may use the Hub.</summary>
    public HubAccess Access => _view.Access;

    /// <summary>All addresses of the admin interface, once started.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _admin?.Endpoints ?? [];

    /// <summary>The address of the admin interface, once started.</summary>
    public string AdminUrl => _admin?.Url ?? "";

    /// <summary>How many bytes of waiting content all queues together hold in memory.</summary>
    public long QueuedBytes => _budget.Held;

    /// <summary>Opens the journal, then the channels, then the admin interface.</summary>
    /// <param name="stopping">Fires when the start is to be given up.</param>
    /// <returns>How each channel stands.</returns>
    /// <exception cref="JournalException">The journal cannot be opened.</exception>
    /// <exception cref="IOException">The admin address cannot be bound.</exception>
    public async Task<IReadOnlyList<ChannelStatus>> StartAsync(CancellationToken stopping)
    {
        await _journal.OpenAsync(Channels.Add, stopping, Channels.Take);
        _telemetry = TelemetryExport.Start(_options, _journal, _clock, Environment.GetEnvironmentVariable, _log);
        Alerts?.Start();
        Disk.Start();
        Retention.LookAtClock();
        foreach (DestinationPause pause in _journal.ReadPauses())
            _pauses.Add(pause);
        foreach (ChannelStop stop in _journal.ReadChannelStops())
            _stops.Add(stop);
        _view.Admin = AdminFile.Load(_options.Admin, AlertService.SettingsOf(_options));
        AdminTls? tls = _view.Admin.Tls is { } files ? new(files, _certificates.In(Path.GetDirectoryName(Path.GetFullPath(_options.Admin))!)) : null;
        _admin = await AdminApi.StartAsync(_options, new(Disk, _journal, _clock, _view) { Config = _view.Admin, Tls = tls }, stopping);
        _admin.Readiness.FindTrouble = _journal.FindTroubleAsync;
        IReadOnlyList<ChannelStatus> statuses = await Channels.FollowAsync(stopping);
        await Channels.VersionsKeptAsync();
        await _files.KeptAsync();
        _certificates.Look();
        _following = FollowAsync();
        await Replays.StartAsync();
        Retention.Start();
        _statistics?.Start();
        if (SyslogFile.Load(_options.Syslog, AlertService.SettingsOf(_options), _log) is { } syslog)
        {
            _syslog = new(syslog, _journal, _certificates.In(Path.GetDirectoryName(Path.GetFullPath(_options.Syslog))!), _clock, _log);
            _syslog.Start();
        }

        _admin.Readiness.IsStarted = true;
        return statuses;
    }

    /// <summary>Stops: listeners unbind, connections finish their messages, senders the send in hand, the journal closes last.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        if (_admin is not null)
            _admin.Readiness.IsStarted = false;
        using CancellationTokenSource grace = new(_options.StopDeadline * 0.75, _clock);
        await _stopping.CancelAsync();
        await _following;
        await Replays.DisposeAsync();
        await Retention.DisposeAsync();
        await Channels.StopAsync(grace.Token);
        await _files.KeptAsync();
        if (_admin is not null)
            await _admin.DisposeAsync();
        _telemetry?.Dispose();
        if (_statistics is not null)
            await _statistics.DisposeAsync();
        Head?.Tell();
        if (_syslog is not null)
            await _syslog.DisposeAsync();
        if (Alerts is not null)
            await Alerts.DisposeAsync();
        await _journal.DisposeAsync();
        Disk.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Channels.Dispose();
        _certificates.Dispose();
        _view.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        using FolderWatch watch = new([_options.Channels, _options.Environments, _options.Secrets], () => Channels.Files, _clock);
        watch.Start();
        // Not before the Hub is ready, and not in the way of changes.
        Task tests = Task.Run(() => TestStartedAsync(_stopping.Token));
        await FollowAsync(watch);
        await tests;
    }

    private async Task FollowAsync(FolderWatch watch)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ChangedOrUnboundAsync(watch);
                _certificates.Look();
                await Channels.FollowAsync(_stopping.Token);
                await Channels.TestAgainAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The channels that run go on; the next change is looked at again.
                Log.FollowFailed(_log, exception);
            }
        }
    }

    private async Task TestStartedAsync(CancellationToken stopping)
    {
        try
        {
            await Channels.TestStartedAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
        catch (Exception exception)
        {
            Log.TestsFailed(_log, exception);
        }
    }

    // An address that another program had may be free by now; nobody is told of that.
    private async Task ChangedOrUnboundAsync(FolderWatch watch)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task changed = watch.ChangedAsync(waiting.Token);
        TimeSpan most = Channels.HasUnbound ? s_bindAgain : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(changed, Task.Delay(most, _clock, waiting.Token));
        await waiting.CancelAsync();
        await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private static partial class Log
    {
        [LoggerMessage(1904, LogLevel.Error, "The channel folder could not be followed; what runs goes on")]
        public static partial void FollowFailed(ILogger log, Exception exception);

        [LoggerMessage(6023, LogLevel.Error, "What the watch for {Watch} goes by cannot be read, so it stands; the others go on. {Reason}")]
        public static partial void WatchStands(ILogger log, WatchKind watch, string reason);

        [LoggerMessage(1906, LogLevel.Error, "The tests of the channels that were started could not be run; what runs goes on")]
        public static partial void TestsFailed(ILogger log, Exception exception);
    }
}

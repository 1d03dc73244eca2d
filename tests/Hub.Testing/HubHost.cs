using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Hub.Engine;
using Hub.Engine.Alerting;
using Hub.Engine.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Testing;

/// <summary>
/// A Hub in this process for a test: channel files in, ports out, a journal in a folder of its own. Everything is the product's
/// own; only the journal is wrapped, so that a test can hold its writes and await what it has written.
/// </summary>
public sealed class HubHost : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly HubServer _server;
    private IReadOnlyList<ChannelStatus> _statuses = [];

    private HubHost(TestFolder folder, TimeProvider clock, ILoggerFactory loggers, long? warnsBelow)
    {
        Folder = folder;
        HubOptions options = new()
        {
            Channels = folder.Path("channels"),
            Data = folder.Path("data"),
            Secrets = folder.Path("secrets"),
            Environments = folder.Path("environments"),
            Environment = SiteEnvironment.Names(folder.Path("environments")) is [string first, ..] ? first : null,
            Urls = "http://127.0.0.1:0",
            Alerts = folder.Path("alerts"),
            Syslog = folder.Path("syslog.json"),
            Admin = folder.Path("admin.json"),
            // Their timers would be counted by tests that move the time and are about something else.
            HasAlerts = Path.Exists(folder.Path("alerts")),
            DiskWarnBytes = warnsBelow,
        };
        loggers = new EventLog(loggers, clock);
        Log = loggers.CreateLogger("test");
        Journal = new(Wiring.Journal(options.Data, loggers));
        _server = new(options, Journal, clock, loggers);
        _server.Channels.Followed += statuses => Changed(statuses);
    }

    /// <summary>The folder with <c>channels</c>, <c>data</c>, <c>secrets</c> and <c>environments</c>; the Hub runs in the first of these.</summary>
    public TestFolder Folder { get; }

    /// <summary>The log of the Hub, for lines that no peer of a test can bring about.</summary>
    public ILogger Log { get; }

    /// <summary>Does at once what is done each minute.</summary>
    public Task MinuteAsync() => _server.DoMinuteAsync();

    /// <summary>The journal, wrapped.</summary>
    public ObservedJournal Journal { get; }

    private TaskCompletionSource<IReadOnlyList<ChannelStatus>> _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts a Hub on channel files.</summary>
    /// <param name="channels">The texts of the files; each is stored under its channel's id.</param>
    public static Task<HubHost> StartAsync(params string[] channels) => StartAsync(new TestFolder(), channels);

    /// <summary>Starts a Hub in a folder that may have been used before.</summary>
    public static Task<HubHost> StartAsync(TestFolder folder, params string[] channels) => StartAsync(folder, TimeProvider.System, NullLoggerFactory.Instance, channels);

    /// <summary>Starts a Hub with a clock and a log of the test's own.</summary>
    public static Task<HubHost> StartAsync(TestFolder folder, TimeProvider clock, ILoggerFactory loggers, params string[] channels) => StartAsync(folder, clock, loggers, warnsBelow: null, channels);

    /// <summary>Starts a Hub that warns of its disk, as with <c>--disk-warn</c>.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="clock">The time.</param>
    /// <param name="loggers">Its log.</param>
    /// <param name="warnsBelow">Below how many bytes; null for the default.</param>
    /// <param name="channels">The texts of the files.</param>
    public static async Task<HubHost> StartAsync(TestFolder folder, TimeProvider clock, ILoggerFactory loggers, long? warnsBelow, params string[] channels)
    {
        Directory.CreateDirectory(folder.Path("channels"));
        foreach (string channel in channels)
            folder.WriteChannel(channel);
        HubHost host = new(folder, clock, loggers, warnsBelow);
        host._statuses = await host._server.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>The port a channel listens on.</summary>
    public int Port(string channel) => int.Parse(_statuses.Single(status => status.Id == channel).Address!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How a channel stands: Running, Stopped, Refused; with the problems of its file.</summary>
    public (string State, IReadOnlyList<string> Problems) Status(string channel)
    {
        ChannelStatus status = _statuses.Single(candidate => candidate.Id == channel);
        return (status.State, status.Problems);
    }

    /// <summary>Whether the Hub has the channel at all.</summary>
    public bool Has(string channel) => _statuses.Any(status => status.Id == channel);

    /// <summary>Does something to the channel files and waits until the running Hub has followed.</summary>
    public async Task ChangeFilesAsync(Action change)
    {
        _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        change();
        await _followed.Task.WaitAsync(s_patience);
    }

    /// <summary>Waits until the versions of channel files that were found are in the journal.</summary>
    public Task VersionsKeptAsync() => _server.Channels.VersionsKeptAsync();

    /// <summary>Does something to the files of alerts and waits until the running Hub has read them.</summary>
    /// <returns>Whether it uses them.</returns>
    public async Task<bool> ChangeAlertsAsync(Action change)
    {
        TaskCompletionSource<bool> followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        change();
        // The clock of the test may stand still: what the operating system tells is not waited for.
        void Take(bool isUsed) => followed.TrySetResult(isUsed);
        _server.Alerts!.Followed += Take;
        _server.Alerts.Follow();
        _server.Alerts.Followed -= Take;
        return await followed.Task.WaitAsync(s_patience);
    }

    /// <summary>Waits until the journal, after one of its writes, fulfils a condition.</summary>
    public Task UntilAsync(Func<IJournalReader, bool> condition) => Journal.UntilAsync(condition).WaitAsync(s_patience);

    /// <summary>Waits until this many deliveries are in a state.</summary>
    public Task UntilAsync(DeliveryState state, long count) =>
        UntilAsync(journal => journal.Find(new() { Delivery = state, Limit = int.MaxValue }).Sum(message => message.Deliveries.Count(delivery => delivery.State == state)) >= count);

    /// <summary>The admin address.</summary>
    public string AdminUrl => _server.AdminUrl;

    /// <summary>Who may use the Hub.</summary>
    public HubAccess Access => _server.Access;

    /// <summary>All addresses of the admin interface.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _server.Endpoints;

    /// <summary>The Hub as pages and the API see it.</summary>
    public IHub View => _server.View;

    /// <summary>What a request to it carries as <c>Authorization</c> to be let in as a command of this machine is.</summary>
    public string AdminAuthorization => $"Bearer {AdminAddress.Read(Folder.Path("data"))!.Token}";

    /// <summary>Asks for a page as commands of this machine do.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="fingerprint">The certificate that is expected; null for the one that the Hub wrote down.</param>
    public async Task<string> GetAsCommandAsync(string path, string? fingerprint = null)
    {
        AdminAddress address = AdminAddress.Read(Folder.Path("data"))!;
        using HttpClient client = (fingerprint is null ? address : address with { Fingerprint = fingerprint, Data = null }).CreateClient();
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }

    /// <summary>Replays a message, as the command does.</summary>
    public async Task ReplayAsync(MessageId id, string? destination = null) => await _server.Replayer.ReplayAsync(id, destination);

    /// <summary>Does something to deliveries, as the command does; the outcomes in the order of the numbers given.</summary>
    public async Task<IReadOnlyList<(bool Done, string Outcome)>> OperateAsync(DeliveryOperation operation, IReadOnlyList<long> deliveries, string? to = null, byte[]? content = null, string? reason = null)
    {
        IReadOnlyList<OperationResult> results = await _server.Deliveries.RunAsync(new() { Operation = operation, Deliveries = deliveries, By = "tester", To = to, Content = content, Reason = reason });
        return [.. results.Select(result => (result.Done, result.Outcome))];
    }

    /// <summary>Pauses a destination, or lets it send again, as the command does.</summary>
    public Task PauseAsync(string channel, string destination, bool isPaused) => _server.Destinations.RunAsync(new(channel, destination, isPaused, "tester", null));

    /// <summary>Does something to an incident, as the command does.</summary>
    public Task OperateAsync(long incident, IncidentOperation operation, double? hours = null) => _server.Alerts!.Alerter.OperateAsync(new IncidentRequest(incident, operation, "tester", hours).ToEntry(_server.Alerts.Now));

    /// <summary>How a destination stands: its state, and what waits, is parked and maybe delivered.</summary>
    public (string State, DateTimeOffset? Until, long Queued, long Parked, long MaybeDelivered) Look(string channel, string destination)
    {
        DestinationStatus status = _server.Destinations.Look().Single(one => one.Channel == channel && one.Destination == destination);
        return (status.State, status.Until, status.Queued, status.Parked, status.MaybeDelivered);
    }

    /// <summary>How many bytes of waiting content all queues together hold in memory.</summary>
    public long QueuedBytes => _server.QueuedBytes;

    /// <summary>Stops the Hub and leaves its folder.</summary>
    public Task StopAsync() => _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Folder.Dispose();
    }

    private void Changed(IReadOnlyList<ChannelStatus> statuses)
    {
        _statuses = statuses;
        _followed.TrySetResult(statuses);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// One channel at work: its listener, its intake, its deliveries. A new version of its file is taken in place: the listener and its
/// connections stay when what concerns them is unchanged, and messages go through the new version from the next one on.
/// Nothing here waits for a receiver but <see cref="StopSendingAsync"/>: what a version has in hand it finishes by itself, and the next one begins to send then.
/// Called by <see cref="ChannelHost"/>, one call at a time.
/// </summary>
/// <param name="parts">What it shares with other channels.</param>
/// <param name="handOvers">Asks other channels.</param>
/// <param name="before">Ends when a channel of the same id that ran before sends no more.</param>
/// <param name="cutting">Fires when what is in hand is given up; it stays queued.</param>
[SuppressMessage("Design", "CA1001", Justification = "StopProcessingAsync disposes of the backlog, at its place among the steps of a stop.")]
internal sealed class RunningChannel(ChannelParts parts, HandOvers handOvers, Task before, CancellationToken cutting)
{
    // A reload waits no longer for connections; the channels beside it have changes too.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly Backlog _backlog = new(parts.Journal, handOvers, parts.Clock, parts.Loggers.CreateLogger<Backlog>());
    private readonly Fragments _fragments = new(parts.Journal, parts.Clock, parts.Loggers.CreateLogger<Fragments>());
    private RunningSource? _source;
    private volatile ChannelDeliveries? _deliveries;

    /// <summary>The version that runs; null before the first.</summary>
    public ChannelModel? Model { get; private set; }

    /// <summary>The file that it was made from.</summary>
    public string File { get; private set; } = "";

    /// <summary>The hash of that file.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Where it listens; null while it does not, and for one that opens no port.</summary>
    public IPEndPoint? Address { get; private set; }

    /// <summary>Whether its source is at work.</summary>
    public bool IsListening => _source is not null;

    /// <summary>Its messages that are stored and not yet processed.</summary>
    public Backlog Backlog => _backlog;

    /// <summary>Hands a committed delivery to its queue. Called on the journal's writer thread.</summary>
    public void Add(QueuedDelivery delivery) => _deliveries?.Add(delivery);

    /// <summary>The deliveries of the version that runs; null before the first.</summary>
    public ChannelDeliveries? Deliveries => _deliveries;

    /// <summary>Takes the turn of a message that another channel handed over. Called by the journal's writer.</summary>
    public void Take(HandedMessage message) => _backlog.Take(message);

    /// <summary>Starts with a version, or goes over to it.</summary>
    /// <param name="model">The version.</param>
    /// <param name="loaded">The file it was made from.</param>
    /// <param name="stopping">Fires when the Hub stops.</param>
    /// <exception cref="IOException">Its address cannot be bound; what ran before goes on.</exception>
    public async Task UseAsync(ChannelModel model, LoadedChannel loaded, CancellationToken stopping)
    {
        bool isFirst = Model is null;
        RunningSource? old = null;
        if (isFirst)
            await BindAsync(model, stopping);
        else if (_source is null || !ListensAlike(Model!.Config.Source, model.Config.Source))
            old = await RebindAsync(model, stopping);
        // Only what has its address runs. What came since then is in the journal, where both find it.
        Swap(model);
        if (isFirst)
        {
            _backlog.Start(model);
            _fragments.Start();
        }

        Model = model;
        (File, Hash) = (loaded.File, loaded.Hash);
        if (old is not null)
            await WithGraceAsync(old.StopAsync, stopping);
    }

    /// <summary>Knows from now on that its version is in another file: the one before was renamed.</summary>
    public void Use(string file) => File = file;

    /// <summary>Takes no new connection and gives those there a moment to finish what they have read, as long as a reload may wait.</summary>
    public Task LeaveAddressAsync(CancellationToken stopping) => WithGraceAsync(StopListeningAsync, stopping);

    /// <summary>Takes no new connection and lets those there are finish what they have read.</summary>
    /// <param name="deadline">Fires when they are cut; those that wait for a receiver's answer then end without one (A12).</param>
    public async Task StopListeningAsync(CancellationToken deadline)
    {
        if (Interlocked.Exchange(ref _source, null) is not { } source)
            return;
        Address = null;
        await source.StopAsync(deadline);
    }

    /// <summary>Runs no stored message through the pipeline any more, after <see cref="StopListeningAsync"/>.</summary>
    public async Task StopProcessingAsync()
    {
        await _fragments.DisposeAsync();
        await _backlog.DisposeAsync();
    }

    /// <summary>Sends no further message and waits for those in hand. What waits stays queued.</summary>
    public Task StopSendingAsync() => _deliveries is { } deliveries ? EndAsync(deliveries) : before;

    private static bool ListensAlike(ListenerConfig left, ListenerConfig right) => RecordComparison.SayTheSame(Essence(left), Essence(right));

    // What the pipeline and the intake obey does not concern the listener.
    private static ListenerConfig Essence(ListenerConfig config) => config with
    {
        Accept = null,
        Acknowledge = default,
        AcknowledgeBy = null,
        AcknowledgeTimeoutSeconds = 0,
        RequireControlId = true,
        DuplicateWindowHours = 0,
        FallbackCharacterSet = "",
        DataType = default,
        Delimited = null,
        FixedWidth = null,
        Xml = null,
        HeaderPaths = null,
        ApplicationAckWantsAnswer = false,
        SequenceNumbers = false,
        Reassemble = true,
        ReassembleTimeoutSeconds = 0,
    };

    // New queues read from the journal, so nothing is lost between the old and the new.
    private void Swap(ChannelModel model)
    {
        ChannelDeliveries fresh = new(model, parts);
        _source!.Intake.Use(model, _backlog, _fragments);
        _fragments.Use(model.Id, model.Config.Source, _source.Intake);
        _backlog.Use(model);
        Task ended = StopSendingAsync();
        _deliveries = fresh;
        fresh.Start(ended);
    }

    private async Task EndAsync(ChannelDeliveries deliveries)
    {
        await deliveries.StopAsync(cutting);
        await deliveries.DisposeAsync();
    }

    private async Task WithGraceAsync(Func<CancellationToken, Task> stop, CancellationToken stopping)
    {
        using CancellationTokenSource limit = new(s_grace, parts.Clock);
        using CancellationTokenSource grace = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        await stop(grace.Token);
    }

    // What comes from now on goes through this version at once, whatever the version that still sends.
    private async Task BindAsync(ChannelModel model, CancellationToken stopping)
    {
        Intake intake = new(parts.Journal, handOvers, parts.Waiters, parts.Disk, parts.Clock, parts.Loggers.CreateLogger<Intake>());
        intake.Use(model, _backlog, _fragments);
        ListenerHost host = new(model.Id, intake, parts.Clock, parts.NextControlId, parts.Loggers) { Certificates = parts.Certificates.In(model.Folder, model.Id) };
        RunningSource source = new(parts.Catalog.CreateListener(model.Config.Source, host), intake);
        try
        {
            Address = await source.Listener.StartAsync(stopping) is { Port: > 0 } bound ? bound : null;
            _source = source;
        }
        catch
        {
            await source.Listener.DisposeAsync();
            throw;
        }
    }

    // Another address is bound before the old one is let go, by the caller; the same address has to be let go first.
    private async Task<RunningSource?> RebindAsync(ChannelModel model, CancellationToken stopping)
    {
        ChannelModel running = Model!;
        if (_source is { } old && running.Config.Source.Listen != model.Config.Source.Listen)
        {
            await BindAsync(model, stopping);
            return old;
        }

        await LeaveAddressAsync(stopping);
        try
        {
            await BindAsync(model, stopping);
        }
        catch (IOException)
        {
            await BindAsync(running, stopping);
            throw;
        }

        return null;
    }
}

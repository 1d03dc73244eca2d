using Hub.Alerts;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Engine.Alerting;
using Hub.Engine.Delivery;
using Hub.Engine.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Admin;

/// <summary>What does what pages and the API ask for.</summary>
/// <param name="Channels">The channels.</param>
/// <param name="ChannelOperations">Stops and starts them.</param>
/// <param name="Deliveries">Does what people want done to deliveries.</param>
/// <param name="Destinations">… and to destinations.</param>
/// <param name="Replayer">Takes a message up again.</param>
/// <param name="Replays">Takes many up again.</param>
/// <param name="Retention">Removes messages.</param>
/// <param name="Alerter">Makes incidents; null where it does not run.</param>
internal sealed record HubParts(ChannelHost Channels, ChannelOperator ChannelOperations, DeliveryOperator Deliveries, DestinationOperator Destinations, Replayer Replayer, ReplayBatches Replays, Retention Retention, Func<Alerter?> Alerter);

/// <summary>The running Hub as pages and the API see it.</summary>
internal sealed partial class HubView(HubParts parts, IJournal journal, Certificates certificates, TimeProvider clock, ILogger<HubView> log) : IHub
{
    private volatile IReadOnlyList<ChannelStatus> _statuses = [];

    public IJournalReader Journal => journal;

    public TimeProvider Clock => clock;

    public IReadOnlyList<ChannelView> Channels => [.. _statuses.Select(View).OrderBy(view => view.Id, StringComparer.Ordinal)];

    public IReadOnlyList<DestinationView> Destinations => [.. parts.Destinations.Look().Select(status => new DestinationView(
        status.Channel, status.Destination, status.State, status.Since, status.Until, status.By, status.Reason,
        new(status.Channel, status.Destination, status.Queued, status.Parked, status.MaybeDelivered)))];

    public async Task<IReadOnlyList<DeliveryOutcome>> OperateAsync(DeliveryAction action) =>
        [.. (await parts.Deliveries.RunAsync(new() { Operation = action.Operation, Deliveries = action.Deliveries, By = action.By, Reason = action.Reason, To = action.To, Content = action.Content }))
            .Select(result => new DeliveryOutcome(result.Delivery, result.Done, result.Outcome, result.NewDelivery))];

    public Task<Incident> OperateAsync(long incident, IncidentOperation operation, string by, double? hours) =>
        (parts.Alerter() ?? throw new JournalException("This Hub runs without alerts.")).OperateAsync(new IncidentRequest(incident, operation, by, hours).ToEntry(clock.GetUtcNow()));

    public Task PauseAsync(string channel, string destination, bool isPaused, string by, string? reason) => parts.Destinations.RunAsync(new(channel, destination, isPaused, by, reason));

    public Task ReplayAsync(MessageId message, string? destination, string by) => parts.Replayer.ReplayAsync(message, destination, by: by);

    /// <summary>Takes note of how the channels stand.</summary>
    public void Look(IReadOnlyList<ChannelStatus> statuses)
    {
        _statuses = statuses;
        Interlocked.Increment(ref _followed);
    }

    /// <summary>How the channels are for their senders.</summary>
    /// <param name="canStore">Whether anything can be stored.</param>
    public Dictionary<string, ChannelHealth> Health(bool canStore) => _statuses.DistinctBy(status => status.Id).ToDictionary(status => status.Id, status =>
        status.State == "Stopped" ? ChannelHealth.Off : canStore && !status.IsUnbound && parts.Channels.Find(status.Id) is not null ? ChannelHealth.Up : ChannelHealth.Down);

    private ChannelView View(ChannelStatus status)
    {
        ChannelView view = new(status.Id, status.State, status.Address, status.Problems) { Stop = status.Stop, Tests = parts.Channels.TestsOf(status.Id) is { } tests ? new(tests.At, tests.Cases, tests.Failed, tests.Problems) : null };
        if (parts.Channels.Loaded.GetValueOrDefault(status.Id) is not { } loaded)
            return view;
        view = view with { File = Path.GetFullPath(loaded.File) };
        // What runs, or else what its file says.
        return (parts.Channels.Find(status.Id)?.Config ?? loaded.Config) is not { } config ? view : view with
        {
            SourceType = config.Source.Type,
            Description = config.Description ?? "",
            Runbook = config.Runbook ?? "",
            Owner = config.Owner ?? "",
            Senders = config.Source.Accept?.SendingApplications ?? [],
            Destinations = [.. config.Destinations.Select(destination => new ChannelDestinationView(destination.Id, destination.Type, Endpoints.Of(destination)))],
        };
    }
}

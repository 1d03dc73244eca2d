using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>The queues and senders of one version of a channel, one queue a destination.</summary>
internal sealed class ChannelDeliveries : IAsyncDisposable
{
    private readonly Dictionary<string, DestinationQueue> _queues = [];
    private readonly List<Sender> _senders = [];
    private Task _running = Task.CompletedTask;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cutting = new();

    public ChannelDeliveries(ChannelModel model, IJournal journal, MemoryBudget budget, DeliveryWaiters waiters, Func<string, DestinationModel, IDestination> open, TimeProvider clock, ILoggerFactory loggers)
    {
        foreach (DestinationModel destination in model.Destinations)
        {
            DestinationQueue queue = new(model.Id, destination.Id, journal, budget, BackOff.Longest(destination.Config.Retry), clock);
            _queues.Add(destination.Id, queue);
            for (int i = 0; i < destination.MaxConnections; i++)
                _senders.Add(new(model.Id, destination.Config, () => open(model.Id, destination), queue, journal, waiters, clock, loggers.CreateLogger<Sender>()));
        }
    }

    /// <summary>Takes a delivery that was just committed. One to a destination that the channel no longer has stays queued in the journal.</summary>
    public void Add(QueuedDelivery delivery) => _queues.GetValueOrDefault(delivery.Destination)?.Add(delivery);

    /// <summary>Begins to send; what waits in the journal first.</summary>
    /// <param name="before">Ends when the version before has finished what it has in hand: order is kept, and nobody waits for it here.</param>
    public void Start(Task before) => _running = Task.Run(() => RunAsync(before));

    /// <summary>Sends no further message, finishes those in hand and records them.</summary>
    /// <param name="deadline">Fires when those in hand are given up; they stay queued.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        await _stopping.CancelAsync();
        await using (deadline.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cutting))
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DestinationQueue queue in _queues.Values)
            queue.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _stopping.Dispose();
        _cutting.Dispose();
    }

    private async Task RunAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stopping.IsCancellationRequested)
            await Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.RunAsync(_stopping.Token, _cutting.Token))));
    }
}

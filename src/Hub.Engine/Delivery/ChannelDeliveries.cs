using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>The queues and senders of one version of a channel, one queue a destination.</summary>
internal sealed class ChannelDeliveries : IAsyncDisposable
{
    private static readonly TimeSpan s_readAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly string _channel;
    private readonly Dictionary<string, DestinationQueue> _queues = [];
    private readonly Dictionary<string, DestinationGate> _gates = [];
    private readonly List<Sender> _senders = [];
    private readonly List<LaneChange> _laneChanges = [];
    private readonly IJournal _journal;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _oneOperation = new(1);
    private Task _running = Task.CompletedTask;
    private volatile Task? _before;
    private volatile bool _sends;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cutting = new();

    /// <summary>Makes them; nothing is sent yet.</summary>
    /// <param name="model">The version.</param>
    /// <param name="parts">What it shares with other channels.</param>
    public ChannelDeliveries(ChannelModel model, ChannelParts parts)
    {
        (_channel, _journal, _clock) = (model.Id, parts.Journal, parts.Clock);
        ILogger<Sender> log = parts.Loggers.CreateLogger<Sender>();
        ILogger<LaneChange> laneLog = parts.Loggers.CreateLogger<LaneChange>();
        foreach (DestinationModel destination in model.Destinations)
        {
            DestinationQueue queue = new(model.Id, destination.Id, parts.Journal, parts.Budget, BackOff.Longest(destination.Config.Retry), parts.Clock);
            DestinationGate gate = new(model.Id, destination.Config, parts.Pauses, parts.Clock, log);
            _queues.Add(destination.Id, queue);
            _gates.Add(destination.Id, gate);
            if (destination.HandsTo is null)
                _laneChanges.Add(new(model.Id, destination, parts.Journal, parts.Clock, laneLog));
            for (int i = 0; i < destination.MaxConnections; i++)
                _senders.Add(new(model.Id, destination.Config, () => parts.Open(model.Id, destination), queue, gate, parts.Pauses, parts.Journal, parts.Waiters, parts.Clock, log));
        }
    }

    /// <summary>Why a destination sends nothing now; null for one that the channel does not have.</summary>
    public DestinationGate? Gate(string destination) => _gates.GetValueOrDefault(destination);

    /// <summary>Takes a delivery that was just committed. One to a destination that the channel no longer has stays queued in the journal.</summary>
    public void Add(QueuedDelivery delivery) => _queues.GetValueOrDefault(delivery.Destination)?.Add(delivery);

    /// <summary>Keeps deliveries of a destination from its senders while something is done to them, and then gives back those that are queued.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="numbers">The deliveries.</param>
    /// <param name="work">Does it to those that it is given.</param>
    /// <returns>Those that nothing could be done to now: they are being sent, or an earlier version of the channel has them.</returns>
    public async Task<IReadOnlySet<long>> OperateAsync(string destination, IReadOnlySet<long> numbers, Func<IReadOnlySet<long>, Task> work)
    {
        await _oneOperation.WaitAsync();
        try
        {
            if (!_queues.TryGetValue(destination, out DestinationQueue? queue))
            {
                // The version before may have had the destination, and what is asked about in hand.
                if (_before is not { IsCompleted: true } || _stopping.IsCancellationRequested)
                    return numbers;
                await work(numbers);
                return new HashSet<long>();
            }

            if (!_sends)
                return numbers;
            await FreeAsync(queue, numbers);
            IReadOnlySet<long> busy = queue.Withdraw(numbers);
            HashSet<long> free = [.. numbers.Except(busy)];
            try
            {
                await work(free);
            }
            finally
            {
                queue.TakeBack(free, await ReadQueuedAsync(destination, free));
            }

            return busy;
        }
        finally
        {
            _oneOperation.Release();
        }
    }

    /// <summary>Begins to send; what waits in the journal first.</summary>
    /// <param name="before">Ends when the version before has finished what it has in hand: order is kept, and nobody waits for it here.</param>
    public void Start(Task before)
    {
        _before = before;
        _running = Task.Run(() => RunAsync(before));
    }

    /// <summary>Sends no further message, finishes those in hand and records them.</summary>
    /// <param name="deadline">Fires when those in hand are given up; they stay queued.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        _sends = false;
        await _stopping.CancelAsync();
        // What is being done to deliveries is done first; the version after this one then reads what came of it.
        await _oneOperation.WaitAsync(CancellationToken.None);
        _oneOperation.Release();
        await using (deadline.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cutting))
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DestinationQueue queue in _queues.Values)
            queue.Close();
        foreach (DestinationGate gate in _gates.Values)
            gate.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _stopping.Dispose();
        _cutting.Dispose();
    }

    // A send that is just ending, or an outcome on its way to the disk, is worth a moment; a receiver that does not answer is not.
    private async Task FreeAsync(DestinationQueue queue, IReadOnlySet<long> numbers)
    {
        using CancellationTokenSource patience = new(s_patience, _clock);
        while (!patience.IsCancellationRequested && queue.BusyOf(numbers) is { IsFaulted: false } busy)
            await busy.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A delivery that is in no lane would wait until the next start, so a journal that cannot be read now is asked again.
    private async Task<IReadOnlyList<QueuedDelivery>> ReadQueuedAsync(string destination, IReadOnlySet<long> numbers)
    {
        while (true)
        {
            try
            {
                return [.. numbers.Order().SelectMany(number => _journal.ReadQueued(_channel, destination, number - 1, 1).Where(row => row.Delivery == number))];
            }
            catch (JournalException)
            {
                await Task.Delay(s_readAgain, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_stopping.IsCancellationRequested)
                    return [];
            }
        }
    }

    private async Task RunAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_laneChanges.Select(change => change.RunAsync(_stopping.Token)));
        if (_stopping.IsCancellationRequested)
            return;
        _sends = true;
        await Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.RunAsync(_stopping.Token, _cutting.Token))));
    }
}

using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What people do to deliveries just while a sender takes a lane, or while the journal has yet to tell of them.</summary>
public sealed class DestinationQueueTests : IAsyncLifetime, IDisposable
{
    private static readonly HashSet<long> s_first = [1];

    private readonly TestFolder _folder = new();
    private readonly List<QueuedDelivery> _told = [];
    private readonly IJournal _journal;
    private readonly DestinationQueue _queue;

    public DestinationQueueTests()
    {
        _journal = Wiring.Journal(_folder.Path("data"), NullLoggerFactory.Instance);
        _queue = new("adt", "lab", _journal, new(0), TimeSpan.FromHours(1), new ManualTime());
    }

    public Task InitializeAsync() => _journal.OpenAsync(_told.Add, CancellationToken.None);

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_passes_a_delivery_that_is_withdrawn_after_a_sender_took_its_lane()
    {
        await QueueAsync();
        _queue.Refill();
        Lane lane = _queue.TryTake()!;
        Assert.Empty(_queue.Withdraw(s_first));
        Assert.Empty(_queue.First(lane, 1));
        _queue.Return(lane, finished: 0);
        Assert.Null(_queue.TryTake());
        TakeBack(1);
        Assert.Equal([1, 2], First());
    }

    [Fact]
    public async Task Nothing_passes_a_delivery_that_came_back_after_a_sender_took_its_lane()
    {
        await QueueAsync();
        _queue.Refill();
        Lane lane = _queue.TryTake()!;
        _queue.Withdraw(s_first);
        TakeBack(1);
        Assert.Empty(_queue.First(lane, 1));
        _queue.Return(lane, finished: 0);
        Assert.Equal([1, 2], First());
    }

    [Fact]
    public async Task Nothing_passes_a_delivery_that_is_withdrawn_before_it_was_read()
    {
        await QueueAsync();
        _queue.Withdraw(s_first);
        _queue.Refill();
        Assert.Null(_queue.TryTake());
        TakeBack(1);
        Assert.Equal([1, 2], First());
    }

    [Fact]
    public async Task A_lane_of_which_only_what_was_withdrawn_is_known_is_served_when_more_comes()
    {
        _queue.Refill();
        await QueueAsync();
        _queue.Withdraw(s_first);
        _queue.Add(_told[0]);
        _queue.TakeBack(s_first, []);
        _queue.Add(_told[1]);
        Assert.Equal([2], First());
    }

    [Fact]
    public async Task A_delivery_that_nothing_was_done_to_before_the_journal_told_of_it_strands_nothing()
    {
        _queue.Refill();
        await QueueAsync();
        _queue.Withdraw(new HashSet<long> { 2 });
        TakeBack(2);
        // Whoever sends is woken, reads, and finds both in their order; what is told then is not sent twice.
        Assert.True(_queue.WaitAsync(CancellationToken.None).AsTask().IsCompleted);
        Assert.Null(_queue.TryTake());
        _queue.Add(_told[0]);
        _queue.Refill();
        _queue.Add(_told[1]);
        Assert.Equal([1, 2], First());
    }

    [Fact]
    public void However_much_waits_in_lanes_that_stand_little_of_it_is_held_and_another_lane_passes()
    {
        const int Bytes = 100;
        MemoryBudget budget = new(long.MaxValue);
        ManualTime clock = new();
        DestinationQueue queue = new("adt", "lab", _journal, budget, TimeSpan.FromHours(1), clock);
        queue.Refill();
        long number = 0;
        void Tell(long lane) => queue.Add(new(++number, new(number), "adt", "lab", lane, 0, null, null, new byte[Bytes]));
        for (int i = 0; i < 200_000; i++)
        {
            Tell(1 + (i % 1_000));
            if (queue.TryTake() is not { } lane)
                continue;
            WaitingDelivery head = queue.First(lane, 1).Single();
            head.Attempts++;
            head.Due = clock.Steady() + TimeSpan.FromHours(1);
            queue.Return(lane, finished: 0);
        }

        Assert.InRange(budget.Held, 1_000 * Bytes, 20_000 * Bytes);
        Tell(1_001);
        Assert.Equal([number], queue.First(queue.TryTake()!, 10).Select(delivery => delivery.Number));
    }

    // Two deliveries of one lane, of which the journal tells; the queue is not told.
    private async Task QueueAsync()
    {
        await _journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), "A", "lab"));
        await _journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), "B", "lab"));
    }

    private void TakeBack(long number) => _queue.TakeBack(new HashSet<long> { number }, _journal.ReadQueued("adt", "lab", number - 1, 1));

    private IEnumerable<long> First() => _queue.First(_queue.TryTake()!, 10).Select(delivery => delivery.Number);
}

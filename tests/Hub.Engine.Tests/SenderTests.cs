using Hub.Channels.Destinations.File;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What a sender makes of answers and of trouble with the journal, with time in the test's hand.</summary>
public sealed class SenderTests : IAsyncLifetime, IDisposable
{
    private static readonly FileDestinationConfig s_config = new() { Id = "lab", Type = "file", Folder = "out" };
    private static readonly DeliveryResult s_down = DeliveryResult.Retry("The receiver is down.");
    private static readonly DeliveryResult s_reject = DeliveryResult.Retry("The receiver said AR.", "AR", retryFor: TimeSpan.FromHours(24));

    private readonly TestFolder _folder = new();
    private readonly ManualTime _clock = new();
    private readonly RecordedLog _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ObservedJournal _journal;
    private readonly Receiver _receiver = new();
    private Task _running = Task.CompletedTask;

    public SenderTests() => _journal = new(Wiring.Journal(_folder.Path("data"), NullLoggerFactory.Instance));

    public async Task InitializeAsync()
    {
        await _journal.OpenAsync(_ => { }, CancellationToken.None);
        await _journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), "A", "lab"));
        await _journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), "B", "lab"));
    }

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _journal.DisposeAsync();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task S05_the_24_hours_of_AR_begin_with_the_first_AR_and_not_with_the_first_try()
    {
        _receiver.Results = new([s_down, s_reject, s_reject, s_reject]);
        Start();
        await TriedAsync(1);
        await AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal(DeliveryState.Queued, (await TriedAsync(2)).State);
        await AdvanceAsync(TimeSpan.FromHours(23));
        Assert.Equal(DeliveryState.Queued, (await TriedAsync(3)).State);
        await AdvanceAsync(TimeSpan.FromHours(2));
        StoredDelivery last = await TriedAsync(4);
        Assert.Equal((DeliveryState.Parked, "Given up after 24 hours. The receiver said AR."), (last.State, last.Reason));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_for_a_moment_parks_nothing_and_order_is_kept()
    {
        bool isBroken = true;
        _journal.BeforeReadContent = () =>
        {
            if (isBroken)
                throw new JournalException("The journal cannot be read: too many open files.");
        };
        Start();
        Assert.Contains("too many open files", await _log.NextAsync(4005), StringComparison.Ordinal);
        isBroken = false;
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await TriedAsync(1);
        await _journal.UntilAsync(journal => journal.Read(new(2))!.Deliveries[0].State == DeliveryState.Sent).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((DeliveryState.Sent, 1), (Delivery(_journal).State, Delivery(_journal).History.Count));
        Assert.Equal([1, 2], _receiver.Messages);
    }

    [Fact]
    public async Task An_outcome_that_could_not_be_written_is_written_again_while_nothing_is_to_be_sent()
    {
        using WriteHold hold = _journal.HoldWrites();
        _journal.Refuse = entry => entry is DeliveryAttempted ? new JournalException("The disk is full.") : null;
        Start();
        await _receiver.TakenAsync(2);
        hold.Release();
        Assert.Contains("The disk is full.", await _log.NextAsync(4004), StringComparison.Ordinal);
        _journal.Refuse = null;
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(DeliveryState.Sent, (await TriedAsync(1)).State);
        await _journal.UntilAsync(journal => journal.Read(new(2))!.Deliveries[0].State == DeliveryState.Sent).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal([1, 2], _receiver.Messages);
    }

    [Fact]
    public async Task A_pause_that_a_rule_asked_for_and_that_could_not_be_written_is_written_again_while_the_destination_is_paused()
    {
        _receiver.Results = new([s_down with { PausedBy = "rule 1" }]);
        using WriteHold hold = _journal.HoldWrites();
        _journal.Refuse = entry => entry is DeliveryAttempted or DestinationPaused ? new JournalException("The disk is full.") : null;
        Start();
        await hold.Reached;
        hold.Release();
        await _log.NextAsync(4004);
        _journal.Refuse = null;
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await TriedAsync(1);
        Assert.Equal("rule 1", Assert.Single(_journal.ReadPauses()).By);
        Assert.Equal([1], _receiver.Messages);
    }

    [Fact]
    public async Task Content_that_is_damaged_for_good_is_parked()
    {
        _journal.BeforeReadContent = () => throw new DamagedContentException("The content of delivery 1 is damaged.");
        Start();
        StoredDelivery delivery = await TriedAsync(1);
        Assert.Equal((DeliveryState.Parked, "The content of delivery 1 is damaged."), (delivery.State, delivery.Reason));
        Assert.Empty(_receiver.Messages);
    }

    [Fact]
    public async Task A_destination_that_takes_several_at_once_gets_them_in_order_and_again_from_the_first_that_was_not_sent()
    {
        BatchReceiver receiver = new(new([[DeliveryResult.Sent(), s_down], [DeliveryResult.Refused("No.")], [DeliveryResult.Sent()]]));
        for (int i = 3; i <= 6; i++)
            await _journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), $"{i}", "lab"));
        Start(receiver);
        await _journal.UntilAsync(journal => journal.Read(new(2))!.Deliveries[0].Attempts == 1).WaitAsync(TimeSpan.FromSeconds(60));
        await AdvanceAsync(TimeSpan.FromHours(1));
        await _journal.UntilAsync(journal => journal.Read(new(6))!.Deliveries[0].State == DeliveryState.Sent).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["1 2 3 4 5 6", "2 3 4 5 6", "3 4 5 6", "4 5 6"], receiver.Batches);
        Assert.Equal([1, 2, 1, 1, 1, 1], Enumerable.Range(1, 6).Select(id => _journal.Read(new(id))!.Deliveries[0].Attempts));
        Assert.Equal(DeliveryState.Parked, _journal.Read(new(2))!.Deliveries[0].State);
    }

    private static StoredDelivery Delivery(IJournalReader journal) => journal.Read(new(1))!.Deliveries.Single();

    private void Start(IDestination? destination = null)
    {
        DestinationQueue queue = new("adt", "lab", _journal, new(0), TimeSpan.FromHours(1), _clock);
        Pauses pauses = new();
        DestinationGate gate = new("adt", s_config, pauses, _clock, _log);
        Sender sender = new("adt", s_config, () => destination ?? _receiver, queue, gate, pauses, _journal, new(), _clock, new Logger<Sender>(_log));
        _running = Task.Run(() => sender.RunAsync(_stopping.Token, _stopping.Token));
    }

    private async Task AdvanceAsync(TimeSpan span)
    {
        await _clock.TimersSetAsync();
        _clock.Advance(span);
    }

    private async Task<StoredDelivery> TriedAsync(int attempts)
    {
        await _journal.UntilAsync(journal => Delivery(journal).Attempts == attempts).WaitAsync(TimeSpan.FromSeconds(60));
        return Delivery(_journal);
    }

    /// <summary>A receiver that gives the first message these results and takes everything after them.</summary>
    private sealed class Receiver : IDestination
    {
        private readonly SemaphoreSlim _taken = new(0);

        public Queue<DeliveryResult> Results { get; set; } = new();

        public List<long> Messages { get; } = [];

        /// <summary>Completes when the next messages, this many, have come.</summary>
        public async Task TakenAsync(int count)
        {
            for (int i = 0; i < count; i++)
                await _taken.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
        {
            Messages.Add(message.Id.Value);
            _taken.Release();
            return Task.FromResult(Results.TryDequeue(out DeliveryResult? result) ? result : DeliveryResult.Sent());
        }

        public ValueTask DisposeAsync()
        {
            _taken.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A receiver that takes messages together, gives these results and takes everything after them.</summary>
    private sealed class BatchReceiver(Queue<DeliveryResult[]> results) : IBatchDestination
    {
        public List<string> Batches { get; } = [];

        public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => throw new NotSupportedException();

        public Task<IReadOnlyList<DeliveryResult>> SendAllAsync(IReadOnlyList<OutboundMessage> messages, CancellationToken stopping)
        {
            Batches.Add(string.Join(' ', messages.Select(message => message.Id.Value)));
            return Task.FromResult<IReadOnlyList<DeliveryResult>>(results.TryDequeue(out DeliveryResult[]? next) ? next : [.. messages.Select(_ => DeliveryResult.Sent())]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using System.Threading.Channels;
using Hub.Channels.Destinations.File;
using Hub.Channels.Values;
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
    private static readonly Duration s_aDay = Duration.Parse("24h");
    private static readonly FileDestinationConfig s_slow = s_config with { Retry = new() { FirstDelaySeconds = 36_000, MaxDelaySeconds = 36_000 } };
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(12);
    private static readonly DeliveryResult s_late = DeliveryResult.Retry("The receiver is late.");
    private static readonly DeliveryResult s_down = DeliveryResult.Retry("The receiver is down.");
    private static readonly DeliveryResult s_reject = DeliveryResult.Retry("The receiver said AR.", "AR", retryFor: TimeSpan.FromHours(24));

    private readonly TestFolder _folder = new();
    private readonly ManualTime _clock = new();
    private readonly RecordedLog _log = new();
    private CancellationTokenSource _stopping = new();
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
        await StopAsync();
        await _journal.DisposeAsync();
    }

    public void Dispose()
    {
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S05_a_clock_that_is_set_ahead_ends_neither_the_24_hours_of_AR_nor_parkAfter(bool isRejected)
    {
        DeliveryResult result = isRejected ? s_reject : s_down;
        _receiver.Results = new([result, result, result]);
        Start(config: isRejected ? s_config : s_config with { Retry = new() { ParkAfter = s_aDay } });
        await TriedAsync(1);
        _clock.Ahead = TimeSpan.FromDays(400);
        await AdvanceAsync(TimeSpan.FromHours(23));
        Assert.Equal(DeliveryState.Queued, (await TriedAsync(2)).State);
        await AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(DeliveryState.Parked, (await TriedAsync(3)).State);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task A_clock_that_is_set_under_a_running_Hub_holds_up_no_lane(int days)
    {
        _receiver.Results = new([s_down]);
        Start();
        await TriedAsync(1);
        await _clock.TimersSetAsync();
        _clock.Ahead = TimeSpan.FromDays(days);
        await AdvanceAsync(TimeSpan.FromSeconds(1.3));
        Assert.Equal(DeliveryState.Sent, (await TriedAsync(2)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S05_what_was_tried_before_a_restart_counts_for_the_24_hours_of_AR_and_for_parkAfter(bool isRejected)
    {
        (DeliveryResult result, FileDestinationConfig config) = isRejected ? (s_reject, s_slow) : (s_down, s_slow with { Retry = s_slow.Retry with { ParkAfter = s_aDay } });
        DeliveryResult[] before = isRejected ? [s_late, result, result] : [result, result];
        _receiver.Results = new([.. before, result]);
        Start(config: config);
        for (int i = 1; i <= before.Length; i++)
        {
            Assert.Equal(DeliveryState.Queued, (await TriedAsync(i)).State);
            if (i < before.Length)
                await AdvanceAsync(s_longestWait);
        }

        await StopAsync();
        Start(config: config);
        await AdvanceAsync(s_longestWait);
        StoredDelivery last = await TriedAsync(before.Length + 1);
        Assert.Equal((DeliveryState.Parked, $"Given up after 24 hours. {result.Reason}"), (last.State, last.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S05_the_time_in_which_no_Hub_ran_counts_neither_for_the_24_hours_of_AR_nor_for_parkAfter(bool isRejected)
    {
        (DeliveryResult result, FileDestinationConfig config) = isRejected ? (s_reject, s_slow) : (s_down, s_slow with { Retry = s_slow.Retry with { ParkAfter = s_aDay } });
        _receiver.Results = new([result, result, result]);
        Start(config: config);
        await TriedAsync(1);
        await StopAsync();
        _clock.Advance(TimeSpan.FromDays(3));

        Start(config: config);
        Assert.Equal(DeliveryState.Queued, (await TriedAsync(2)).State);
        await AdvanceAsync(s_longestWait);
        Assert.Equal(DeliveryState.Parked, (await TriedAsync(3)).State);
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
        _journal.Refuse = entry => entry is DeliveryAttempted ? new JournalException("The disk is full.") { IsTrouble = true } : null;
        Start();
        await _receiver.TakenAsync(2);
        hold.Release();
        Assert.Contains("The disk is full.", await _log.NextAsync(4004), StringComparison.Ordinal);
        _journal.Refuse = null;
        await PassPauseAsync();
        Assert.Equal(DeliveryState.Sent, (await TriedAsync(1)).State);
        await _journal.UntilAsync(journal => journal.Read(new(2))!.Deliveries[0].State == DeliveryState.Sent).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal([1, 2], _receiver.Messages);
    }

    [Fact]
    public async Task A_pause_that_a_rule_asked_for_and_that_could_not_be_written_is_written_again_while_the_destination_is_paused()
    {
        _receiver.Results = new([s_down with { PausedBy = "rule 1" }]);
        using WriteHold hold = _journal.HoldWrites();
        _journal.Refuse = entry => entry is DeliveryAttempted or DestinationPaused ? new JournalException("The disk is full.") { IsTrouble = true } : null;
        Start();
        await hold.Reached;
        hold.Release();
        await _log.NextAsync(4004);
        _journal.Refuse = null;
        await PassPauseAsync();
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

    private void Start(IDestination? destination = null, FileDestinationConfig? config = null)
    {
        config ??= s_config;
        _stopping = new();
        DestinationQueue queue = new("adt", "lab", _journal, new(0), BackOff.Longest(config.Retry), _clock);
        Pauses pauses = new();
        DestinationGate gate = new("adt", config, pauses, _clock, _log);
        Sender sender = new("adt", config, () => destination ?? _receiver, queue, gate, pauses, _journal, new(), _clock, new Logger<Sender>(_log));
        CancellationToken stopping = _stopping.Token;
        _running = Task.Run(() => sender.RunAsync(stopping, stopping));
    }

    // What waits stays queued; whoever starts next reads it from the journal.
    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task AdvanceAsync(TimeSpan span)
    {
        await _clock.TimersSetAsync();
        _clock.Advance(span);
    }

    // Until outcomes are written again: another timer may have been set before.
    private async Task PassPauseAsync()
    {
        TimeSpan pause = TimeSpan.FromSeconds(1);
        await _clock.TimerSetAsync(_clock.GetUtcNow() + pause);
        _clock.Advance(pause);
    }

    private async Task<StoredDelivery> TriedAsync(int attempts)
    {
        await _journal.UntilAsync(journal => Delivery(journal).Attempts == attempts).WaitAsync(TimeSpan.FromSeconds(60));
        return Delivery(_journal);
    }

    /// <summary>A receiver that gives the first message these results and takes everything after them.</summary>
    private sealed class Receiver : IDestination
    {
        private readonly Channel<long> _taken = Channel.CreateUnbounded<long>();

        public Queue<DeliveryResult> Results { get; set; } = new();

        public List<long> Messages { get; } = [];

        /// <summary>Completes when the next messages, this many, have come.</summary>
        public async Task TakenAsync(int count)
        {
            for (int i = 0; i < count; i++)
                await _taken.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }

        public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
        {
            Messages.Add(message.Id.Value);
            _taken.Writer.TryWrite(message.Id.Value);
            return Task.FromResult(Results.TryDequeue(out DeliveryResult? result) ? result : DeliveryResult.Sent());
        }

        // The sender that starts next has the same one.
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
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

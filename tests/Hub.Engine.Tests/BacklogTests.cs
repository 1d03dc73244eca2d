using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>Messages that are stored and answered first (<c>acknowledge: received</c>) are processed once and in order, also when they are more than memory holds.</summary>
public sealed class BacklogTests : IAsyncLifetime, IDisposable
{
    /// <summary>More than the backlog holds.</summary>
    private static readonly string s_large = $"OBX|1|ED|||{new string('x', 9 * 1024 * 1024)}\r";

    private readonly TestFolder _folder = new();
    private readonly RecordedLog _log = new();
    private readonly ObservedJournal _journal;
    private readonly Backlog _backlog;

    public BacklogTests()
    {
        _journal = new(Wiring.Journal(_folder.Path("data"), NullLoggerFactory.Instance));
        _backlog = new(_journal, new(_ => null, _journal, TimeProvider.System, NullLogger<HandOvers>.Instance), TimeProvider.System, new Logger<Backlog>(_log));
    }

    public async Task InitializeAsync()
    {
        await _journal.OpenAsync(_ => { }, CancellationToken.None);
        _backlog.Start(TestModels.Make(_folder, Samples.PassThrough("adt", 1)));
        // It begins with what the journal has; from the first message on it takes from memory.
        (MessageId id, byte[] content) = await StoreAsync("0");
        _backlog.Add(id, content, Stored());
        await ProcessedAsync(1);
    }

    public async Task DisposeAsync()
    {
        await _backlog.DisposeAsync();
        await _journal.DisposeAsync();
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_outcome_on_its_way_to_the_disk_is_not_worked_out_again_when_it_falls_behind()
    {
        (MessageId first, byte[] firstContent) = await StoreAsync("1");
        (MessageId second, byte[] secondContent) = await StoreAsync("2", s_large);
        TaskCompletionSource<AppendResult> stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _backlog.Add(first, firstContent, stored.Task);
        _backlog.Add(second, secondContent, Stored());
        using (WriteHold hold = _journal.HoldWrites())
        {
            stored.SetResult(AppendResult.Stored);
            await hold.Reached;
        }

        (MessageId last, byte[] lastContent) = await StoreAsync("3");
        _backlog.Add(last, lastContent, Stored());
        await ProcessedAsync(4);
        Assert.DoesNotContain(_log.Take(), line => line.Id == 3003);
    }

    [Fact]
    public async Task A_message_that_was_read_from_the_journal_before_it_was_added_is_processed_once()
    {
        (MessageId first, byte[] firstContent) = await StoreAsync("1");
        _backlog.Add(_journal.NextMessageId(), Samples.Bytes(Samples.Adt("refused")), Task.FromException<AppendResult>(new JournalException("too much waits")));
        await ProcessedAsync(2);
        _backlog.Add(first, firstContent, Stored());
        (MessageId second, byte[] secondContent) = await StoreAsync("2");
        _backlog.Add(second, secondContent, Stored());
        await ProcessedAsync(3);
        Assert.DoesNotContain(_log.Take(), line => line.Id == 3003);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D04_a_message_that_is_on_disk_although_its_append_failed_is_processed_in_its_turn(bool atOnce)
    {
        (MessageId first, byte[] firstContent) = await StoreAsync("1");
        (MessageId second, byte[] secondContent) = await StoreAsync("2");
        TaskCompletionSource<AppendResult> failing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        JournalException failure = new("disk I/O error");
        if (atOnce)
            failing.SetException(failure);
        _backlog.Add(first, firstContent, failing.Task);
        _backlog.Add(second, secondContent, Stored());
        failing.TrySetException(failure);
        await ProcessedAsync(3);
        Assert.True(_journal.Read(first)!.Deliveries.Single().Delivery < _journal.Read(second)!.Deliveries.Single().Delivery);
    }

    [Fact]
    public async Task An_append_that_is_refused_does_not_make_it_miss_the_one_before()
    {
        // Keeps it busy until the others are there.
        (MessageId busy, byte[] content) = await StoreAsync("busy");
        TaskCompletionSource<AppendResult> busyStored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _backlog.Add(busy, content, busyStored.Task);
        MessageId first = _journal.NextMessageId();
        TaskCompletionSource<AppendResult> stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _backlog.Add(first, Samples.Bytes(Samples.Adt("1") + s_large), stored.Task);
        _backlog.Add(_journal.NextMessageId(), Samples.Bytes(Samples.Adt("2")), Task.FromException<AppendResult>(new JournalException("too much waits")));
        busyStored.SetResult(AppendResult.Stored);
        await ProcessedAsync(2);
        await StoreAsync("1", s_large, first);
        stored.SetResult(AppendResult.Stored);
        await ProcessedAsync(3);
    }

    [Fact]
    public async Task A_message_whose_bytes_are_damaged_is_rejected_and_does_not_hold_the_next()
    {
        int read = 0;
        _journal.BeforeReadContent = () =>
        {
            if (read++ == 0)
                throw new DamagedContentException("The content of message 2 is damaged.");
        };
        (MessageId first, _) = await StoreAsync("1");
        (MessageId second, byte[] content) = await StoreAsync("2", s_large);
        _backlog.Add(second, content, Stored());
        await ProcessedAsync(2);
        Assert.Equal((MessageState.Rejected, "The content of message 2 is damaged."), (_journal.Read(first)!.State, _journal.Read(first)!.Problems.Single().Text));
    }

    private static Task<AppendResult> Stored() => Task.FromResult(new AppendResult(null, 0));

    private async Task<(MessageId Id, byte[] Content)> StoreAsync(string controlId, string more = "", MessageId? id = null)
    {
        byte[] content = Samples.Bytes(Samples.Adt(controlId) + more);
        MessageArrived arrived = JournalSamples.Accepted(id ?? _journal.NextMessageId(), controlId) with { State = MessageState.Received, Content = content };
        await _journal.AppendAsync(arrived);
        return (arrived.Id, content);
    }

    private Task ProcessedAsync(int accepted) =>
        _journal.UntilAsync(journal => journal.Find(new() { State = MessageState.Accepted }).Count >= accepted).WaitAsync(TimeSpan.FromSeconds(60));
}

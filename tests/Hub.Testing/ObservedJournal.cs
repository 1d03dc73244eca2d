using Hub.Contracts;

namespace Hub.Testing;

/// <summary>A journal that lets a test hold its writes, and await what has been written. Everything else is the journal beneath.</summary>
public sealed partial class ObservedJournal(IJournal journal) : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<(Func<IJournalReader, bool> Condition, TaskCompletionSource Met)> _waiting = [];
    private WriteHold? _hold;

    /// <summary>Runs before content is read; what it throws is what reading throws.</summary>
    public Action? BeforeReadContent { get; set; }

    /// <summary>Runs before statistics are read; what it throws is what reading throws.</summary>
    public Action? BeforeReadStatistics { get; set; }

    /// <summary>Holds every entry that is appended from now on, before the journal has it, until released.</summary>
    public WriteHold HoldWrites() => _hold = new();

    /// <summary>Completes when a condition holds, now or after one of the next writes.</summary>
    public Task UntilAsync(Func<IJournalReader, bool> condition)
    {
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Add((condition, met));
        Look();
        return met.Task;
    }

    /// <summary>What is wrong with the disk, as far as health checks see; null asks the journal beneath.</summary>
    public string? Trouble { get; set; }

    public Task<JournalException> Lost => journal.Lost;

    public Task<string?> FindTroubleAsync() => Trouble is null ? journal.FindTroubleAsync() : Task.FromResult<string?>(Trouble);

    public async Task<AppendResult> AppendAsync(JournalEntry entry, bool waits = false)
    {
        if (_hold is { } hold)
            await hold.WaitAsync();
        if (Refuse?.Invoke(entry) is { } failure)
            throw failure;
        AppendResult result = await journal.AppendAsync(entry, waits);
        Look();
        if (Lose?.Invoke(entry) is { } lost)
            throw lost;
        return result;
    }

    public Task OpenAsync(Action<QueuedDelivery> committed, CancellationToken stopping, Action<HandedMessage>? handed = null) => journal.OpenAsync(committed, stopping, handed);

    public MessageId NextMessageId() => journal.NextMessageId();

    public IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit) => CountQueued(journal.ReadQueued(channel, destination, after, limit));

    public IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit) => CountMessages(journal.ReadUnprocessed(channel, after, limit));

    public IReadOnlyList<OpenFragment> ReadFragments(string channel, int limit) => journal.ReadFragments(channel, limit);

    public IReadOnlyList<StoredMessage> Find(MessageQuery query) => CountMessages(journal.Find(query));

    public MessagePage FindPage(MessageQuery query, int rows) => journal.FindPage(query, rows);

    public StoredMessage? Read(MessageId id) => journal.Read(id);

    public IReadOnlyList<FoundDelivery> FindDeliveries(DeliveryQuery query) => journal.FindDeliveries(query);

    public IReadOnlyList<DestinationCounts> CountDeliveries() => journal.CountDeliveries();

    public string? ReadLane(string channel, string destination) => journal.ReadLane(channel, destination);

    public IReadOnlyList<DestinationPause> ReadPauses() => journal.ReadPauses();

    public ReadOnlyMemory<byte>? ReadContentBefore(long delivery, int operation) => journal.ReadContentBefore(delivery, operation);

    public ReadOnlyMemory<byte>? ReadContent(MessageId id)
    {
        BeforeReadContent?.Invoke();
        return journal.ReadContent(id);
    }

    public ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery)
    {
        BeforeReadContent?.Invoke();
        return journal.ReadDeliveryContent(delivery);
    }

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private void Look()
    {
        lock (_lock)
        {
            foreach ((Func<IJournalReader, bool> condition, TaskCompletionSource met) in _waiting.ToList())
            {
                if (!condition(journal))
                    continue;
                met.TrySetResult();
                _waiting.RemoveAll(waiting => waiting.Met == met);
            }
        }
    }
}

/// <summary>A hold on the writes of a journal.</summary>
public sealed class WriteHold : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when an entry is being held.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets everything through.</summary>
    public void Release() => _released.TrySetResult();

    public void Dispose() => Release();

    internal Task WaitAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}

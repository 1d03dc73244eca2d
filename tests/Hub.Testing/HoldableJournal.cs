using Hub.Contracts;

namespace Hub.Testing;

/// <summary>A journal whose writes a test can hold back and let go. Reads pass; what is held is appended in the order of the calls.</summary>
/// <param name="inner">The real journal; disposed with this one.</param>
public sealed class HoldableJournal(IJournal inner) : IJournal
{
    private readonly Lock _gate = new();
    private HeldWrites? _held;

    /// <summary>Holds everything that is appended from now on. One hold at a time.</summary>
    /// <returns>The hold; disposing it lets go.</returns>
    public HeldWrites HoldWrites()
    {
        lock (_gate)
            return _held = _held is null ? new(this) : throw new InvalidOperationException("The writes are held already.");
    }

    /// <inheritdoc/>
    public Task OpenAsync(Action<QueuedDelivery> committed, CancellationToken stopping) => inner.OpenAsync(committed, stopping);

    /// <inheritdoc/>
    public MessageId NextMessageId() => inner.NextMessageId();

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(JournalEntry entry)
    {
        lock (_gate)
            return _held?.Add(entry) ?? inner.AppendAsync(entry);
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit) =>
        inner.ReadQueued(channel, destination, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit) => inner.ReadUnprocessed(channel, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<StoredMessage> Find(MessageQuery query) => inner.Find(query);

    /// <inheritdoc/>
    public StoredMessage? Read(MessageId id) => inner.Read(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadContent(MessageId id) => inner.ReadContent(id);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery) => inner.ReadDeliveryContent(delivery);

    /// <inheritdoc/>
    public IReadOnlyList<DeliveryCount> CountDeliveries() => inner.CountDeliveries();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _held?.Release();
        return inner.DisposeAsync();
    }

    /// <summary>Writes that are held back.</summary>
    public sealed class HeldWrites : IDisposable
    {
        private readonly HoldableJournal _journal;
        private readonly List<(JournalEntry Entry, TaskCompletionSource<AppendResult> Waiter)> _entries = [];
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal HeldWrites(HoldableJournal journal) => _journal = journal;

        /// <summary>Ends when the first entry is held.</summary>
        public Task Reached => _reached.Task;

        /// <summary>Appends what was held, in its order, and holds nothing more.</summary>
        public void Release()
        {
            lock (_journal._gate)
            {
                if (_journal._held != this)
                    return;
                _journal._held = null;
                foreach ((JournalEntry entry, TaskCompletionSource<AppendResult> waiter) in _entries)
                    _ = Pass(_journal.Inner.AppendAsync(entry), waiter);
            }
        }

        /// <inheritdoc/>
        public void Dispose() => Release();

        internal Task<AppendResult> Add(JournalEntry entry)
        {
            TaskCompletionSource<AppendResult> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _entries.Add((entry, waiter));
            _reached.TrySetResult();
            return waiter.Task;
        }

        private static async Task Pass(Task<AppendResult> appended, TaskCompletionSource<AppendResult> waiter)
        {
            try
            {
                waiter.SetResult(await appended);
            }
            catch (JournalException e)
            {
                waiter.SetException(e);
            }
        }
    }

    private IJournal Inner => inner;
}

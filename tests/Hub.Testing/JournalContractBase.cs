using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Testing;

/// <summary>One open journal in a store of its own, and what it told the lanes.</summary>
public abstract class JournalContractBase : IAsyncLifetime
{
    /// <summary>The journal, open.</summary>
    protected IJournal Journal { get; private set; } = null!;

    /// <summary>The deliveries that the journal told of since it was opened.</summary>
    protected ConcurrentQueue<QueuedDelivery> Told { get; } = [];

    /// <summary>The messages handed to other channels that the journal told of since it was opened.</summary>
    protected ConcurrentQueue<HandedMessage> Handed { get; } = [];

    /// <inheritdoc/>
    public Task InitializeAsync() => OpenAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Journal.DisposeAsync();

    /// <summary>Makes a journal on this test's store, not yet open.</summary>
    protected abstract IJournal Create();

    /// <summary>Opens this test's store for reading only.</summary>
    protected abstract IJournalReader OpenReader();

    /// <summary>Closes the journal and opens it anew.</summary>
    protected async Task RestartAsync()
    {
        await Journal.DisposeAsync();
        Told.Clear();
        Handed.Clear();
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        Journal = Create();
        await Journal.OpenAsync(Told.Enqueue, CancellationToken.None, Handed.Enqueue);
    }
}

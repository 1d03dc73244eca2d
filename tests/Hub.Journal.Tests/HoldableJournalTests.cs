using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The journal that tests of other projects hold back.</summary>
public sealed class HoldableJournalTests
{
    [Fact]
    public async Task Held_writes_are_stored_in_their_order_after_the_release()
    {
        using TemporaryFolder folder = new();
        await using HoldableJournal journal = new(new SqliteJournal(folder.Path, NullLoggerFactory.Instance));
        List<QueuedDelivery> told = [];
        await journal.OpenAsync(told.Add, CancellationToken.None);
        using HoldableJournal.HeldWrites held = journal.HoldWrites();
        Task<AppendResult> first = journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"));
        Task<AppendResult> second = journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab"));
        await held.Reached;
        Assert.False(first.IsCompleted);
        Assert.Empty(journal.Find(new()));
        held.Release();
        Task<AppendResult> third = journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C", "lab"));
        await Task.WhenAll(first, second, third);
        Assert.Equal([1, 2, 3], told.Select(delivery => delivery.Message.Value));
    }
}

using Hub.Contracts;

namespace Hub.Testing;

/// <summary>How much was read, for tests of what a start costs; and entries that are refused.</summary>
public sealed partial class ObservedJournal
{
    private long _queuedRead;
    private long _messagesRead;

    /// <summary>How many waiting deliveries were read so far.</summary>
    public long QueuedRead => Volatile.Read(ref _queuedRead);

    /// <summary>How many messages were read in lists so far.</summary>
    public long MessagesRead => Volatile.Read(ref _messagesRead);

    /// <summary>The longest list of messages that was read.</summary>
    public int MostMessagesRead { get; private set; }

    /// <summary>Asked before an entry is appended; what it gives is thrown, and the journal never has the entry.</summary>
    public Func<JournalEntry, JournalException?>? Refuse { get; set; }

    /// <summary>Asked after an entry is on disk; what it gives is thrown, so that nobody learns that it is there (protocol D04).</summary>
    public Func<JournalEntry, JournalException?>? Lose { get; set; }

    private IReadOnlyList<QueuedDelivery> CountQueued(IReadOnlyList<QueuedDelivery> read)
    {
        Interlocked.Add(ref _queuedRead, read.Count);
        return read;
    }

    private IReadOnlyList<StoredMessage> CountMessages(IReadOnlyList<StoredMessage> read)
    {
        Interlocked.Add(ref _messagesRead, read.Count);
        MostMessagesRead = Math.Max(MostMessagesRead, read.Count);
        return read;
    }
}

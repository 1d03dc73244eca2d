namespace Hub.Contracts;

/// <summary>
/// Keeps every message and its deliveries. The only thing that all stages touch: one stage sees another's work only through it.
/// Entries are written in the order in which they were appended, many a commit.
/// </summary>
public partial interface IJournal : IJournalReader
{
    /// <summary>
    /// Opens the journal for writing and claims it for this process. Called once, before anything else.
    /// </summary>
    /// <param name="committed">
    /// Told of every committed delivery that waits to be sent, in the order of the commits, before the task of its entry completes.
    /// Called between a commit and the next: it must return at once, never throw, and append nothing.
    /// </param>
    /// <param name="stopping">Fires when the start is to be given up.</param>
    /// <param name="handed">Told of every message that one channel handed to another, under the same rules.</param>
    /// <returns>A task that ends when the journal can be written.</returns>
    /// <exception cref="JournalException">Another Hub has it, the folder cannot be written, or the file is not a journal of this version; the text says what to do.</exception>
    Task OpenAsync(Action<QueuedDelivery> committed, CancellationToken stopping, Action<HandedMessage>? handed = null);

    /// <summary>Gives the number of the next message.</summary>
    /// <returns>A number that was never given before.</returns>
    MessageId NextMessageId();

    /// <summary>
    /// Writes one entry. The call itself takes the entry's place in the order; the task completes after the disk has it.
    /// </summary>
    /// <param name="entry">What happened.</param>
    /// <param name="waits">
    /// True for a caller that appends nothing more before this one is stored. The journal may then write it within the call,
    /// which lasts as long as one sync of the disk.
    /// </param>
    /// <returns>What became of it.</returns>
    /// <exception cref="JournalException">It could not be stored (disk full, closed, too much waiting). Nothing of the entry is in effect.</exception>
    Task<AppendResult> AppendAsync(JournalEntry entry, bool waits = false);

    /// <summary>
    /// Says whether anything can be stored. After a write that failed each call tries another one, so that a journal to which nobody sends, because it is not
    /// ready, is known to work again. Called by health checks, every few seconds.
    /// </summary>
    /// <returns>Why nothing can be stored now and what to do; null while nothing is known to be wrong.</returns>
    Task<string?> FindTroubleAsync();

    /// <summary>Completes when this process can never store anything again, with why: its file was replaced by that of another journal. Whoever opened it ends then, and is started anew.</summary>
    Task<JournalException> Lost { get; }

    /// <summary>Called after a commit with events in it, by whoever wrote it: it must return at once and never throw. Null: nobody wants to know.</summary>
    Action? EventsCommitted { get; set; }

    /// <summary>What was counted since the journal was opened, by channel and destination, of all types. For pages of metrics.</summary>
    /// <returns>One row for each; their minute says nothing.</returns>
    IReadOnlyList<MinuteStatistics> CountSinceOpened();
}

/// <summary>
/// Reads what a journal keeps. Works in the process that writes, beside it in another process, and when nothing writes; it never changes anything.
/// Calls may come from several threads at once; each sees what was committed when it began.
/// </summary>
public partial interface IJournalReader : IAsyncDisposable
{
    /// <summary>Reads deliveries that wait to be sent, oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="destination">Its destination.</param>
    /// <param name="after">Only deliveries with a higher number.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The deliveries, by number, without their content (<see cref="QueuedDelivery.Content"/> is null).</returns>
    IReadOnlyList<QueuedDelivery> ReadQueued(string channel, string destination, long after, int limit);

    /// <summary>Reads messages that were stored and not yet processed (<c>acknowledge: received</c>), oldest first, without content.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="after">Only messages that arrived later.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The messages.</returns>
    IReadOnlyList<StoredMessage> ReadUnprocessed(string channel, MessageId after, int limit);

    /// <summary>Reads the fragments of a channel that are a part of no message yet and were not given up, oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The fragments.</returns>
    IReadOnlyList<OpenFragment> ReadFragments(string channel, int limit);

    /// <summary>Finds messages, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The messages with their deliveries, without attempts.</returns>
    IReadOnlyList<StoredMessage> Find(MessageQuery query);

    /// <summary>Reads one message with its deliveries and all their attempts.</summary>
    /// <param name="id">The message.</param>
    /// <returns>The message, or null when the journal has none of that number.</returns>
    StoredMessage? Read(MessageId id);

    /// <summary>Finds deliveries, in the order of their numbers.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The deliveries, without attempts.</returns>
    IReadOnlyList<FoundDelivery> FindDeliveries(DeliveryQuery query);

    /// <summary>Counts what waits for people and receivers. Reads only what is not at its end, however long the journal is.</summary>
    /// <returns>One row for each destination that has something waiting, parked or maybe delivered.</returns>
    IReadOnlyList<DestinationCounts> CountDeliveries();

    /// <summary>Reads what the lanes of a destination were made of when what waits for it was given its lanes last.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="destination">Its destination.</param>
    /// <returns>As <see cref="LanesChanged.Lane"/>; null when that is not known.</returns>
    string? ReadLane(string channel, string destination);

    /// <summary>Reads which destinations are paused.</summary>
    /// <returns>The pauses that were not ended.</returns>
    IReadOnlyList<DestinationPause> ReadPauses();

    /// <summary>Reads the bytes of a message as they were received.</summary>
    /// <param name="id">The message.</param>
    /// <returns>The bytes, or null when there is no such message.</returns>
    /// <exception cref="DamagedContentException">The bytes do not have the hash they were stored with; the text names the message.</exception>
    /// <exception cref="JournalException">They cannot be read now.</exception>
    ReadOnlyMemory<byte>? ReadContent(MessageId id);

    /// <summary>Reads the bytes that a delivery sends.</summary>
    /// <param name="delivery">The delivery's number.</param>
    /// <returns>The bytes, or null when there is no such delivery.</returns>
    /// <exception cref="DamagedContentException">The bytes do not have the hash they were stored with; the text names the delivery.</exception>
    /// <exception cref="JournalException">They cannot be read now.</exception>
    ReadOnlyMemory<byte>? ReadDeliveryContent(long delivery);

    /// <summary>Reads the bytes that a delivery had before an edit.</summary>
    /// <param name="delivery">The delivery's number.</param>
    /// <param name="operation">The place of the edit among its operations, from 1.</param>
    /// <returns>The bytes, or null when that is no edit of it.</returns>
    /// <exception cref="DamagedContentException">The bytes do not have the hash they were stored with; the text names the delivery.</exception>
    /// <exception cref="JournalException">They cannot be read now.</exception>
    ReadOnlyMemory<byte>? ReadContentBefore(long delivery, int operation);
}

/// <summary>The journal cannot do what was asked. The text is for a person and says what to do; it never holds message content.</summary>
public class JournalException : Exception
{
    /// <summary>
    /// True: the journal is in trouble as a whole (its disk is full, another program holds it, it cannot be written), and the same is worth another
    /// try later. False: it refuses this and nothing else. Default: false.
    /// </summary>
    public bool IsTrouble { get; init; }

    /// <summary>True: no later try of this process fares better (<see cref="IJournal.Lost"/>). Default: false.</summary>
    public bool IsLost { get; init; }

    /// <summary>Makes one without a text; for the runtime.</summary>
    public JournalException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public JournalException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

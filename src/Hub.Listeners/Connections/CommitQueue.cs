using System.Buffers;

namespace Hub.Listeners.Connections;

// MLLP release 2 (protocol F12): the peer commits to each of our answers, and the next one waits for that. What came before the
// commit is not sent again here: a peer that did not take its answer sends its message again and hears the same (protocol D01).

/// <summary>The answers of one connection on which each waits for the peer's commit to the one before.</summary>
/// <param name="protocol">Writes them.</param>
/// <param name="clock">The time.</param>
/// <param name="wake">Ends the read that is waited for when the peer's time is over.</param>
internal sealed class CommitQueue(IStreamProtocol protocol, TimeProvider clock, Action wake) : IDisposable
{
    /// <summary>Some minutes of a sender that sends ahead; one that takes no answers is closed.</summary>
    private const int MostWaiting = 1_000;

    // TRMLLP R2 §1.2.3 lets a source wait 5 to 30 s for a commit and wants a destination to wait at least twice as long.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Queue<byte[]> _waiting = [];
    private readonly ITimer _timer = clock.CreateTimer(static wake => ((Action)wake!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private long? _sentAt;

    /// <summary>Whether an answer can be written now.</summary>
    public bool HasNext => _sentAt is null && _waiting.Count > 0;

    /// <summary>Commits to a block of the peer, ahead of all answers.</summary>
    public void Commit(IBufferWriter<byte> output, bool isStored) => protocol.WriteCommit(output, isStored);

    /// <summary>Takes an answer's turn.</summary>
    public void Add(byte[] answer) => _waiting.Enqueue(answer);

    /// <summary>Writes the next answer when the peer has committed to the one before.</summary>
    public void WriteNext(IBufferWriter<byte> output)
    {
        if (!HasNext)
            return;
        protocol.TryWrite(output, _waiting.Dequeue());
        _sentAt = clock.GetTimestamp();
        _timer.Change(s_patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes the peer's commit.</summary>
    /// <param name="isStored">What it says.</param>
    /// <returns>Why the connection is to be closed; null when it goes on.</returns>
    public string? Take(bool isStored)
    {
        // One that nothing waits for is dropped.
        if (_sentAt is null)
            return null;
        _sentAt = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return isStored ? null : "it could not store an answer; it is to send its message again";
    }

    /// <summary>Why the connection is to be closed.</summary>
    /// <returns>The reason; null when the peer keeps the limits.</returns>
    public string? Complaint()
    {
        if (_waiting.Count > MostWaiting)
            return $"it left more than {MostWaiting} answers without a commit. Does it speak release 2 of MLLP?";
        return _sentAt is { } sent && clock.GetElapsedTime(sent) >= s_patience
            ? $"it did not commit to an answer within {s_patience.TotalSeconds:0} s. Does it speak release 2 of MLLP?"
            : null;
    }

    public void Dispose() => _timer.Dispose();
}

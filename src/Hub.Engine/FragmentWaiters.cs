using System.Collections.Concurrent;
using Hub.Contracts;

namespace Hub.Engine;

/// <summary>
/// Connections that are to tell what becomes of a message of which they have sent a part (protocol C02, C04): the application answer of enhanced mode comes
/// after the last part, or when the parts are set aside.
/// </summary>
internal sealed class FragmentWaiters
{
    /// <summary>More than this many are not told: it is for senders that wait for an answer, and each of them waits for few.</summary>
    private const int Most = 10_000;

    private static readonly Receipt s_nothing = Receipt.Accepted with { IsIncomplete = true };

    private readonly ConcurrentDictionary<MessageId, TaskCompletionSource<Receipt>> _waiting = [];

    /// <summary>Waits for what becomes of a part.</summary>
    /// <returns>A task that ends with what is to be told of it, which is nothing for all parts of a message but one; null when too many wait.</returns>
    public Task<Receipt>? Add(MessageId part) => _waiting.Count >= Most ? null
        : _waiting.GetOrAdd(part, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Tells what became of a part.</summary>
    public void Tell(MessageId part, Receipt outcome)
    {
        if (_waiting.TryRemove(part, out TaskCompletionSource<Receipt>? waiting))
            waiting.TrySetResult(outcome);
    }

    /// <summary>Ends a wait of which nothing is to be told: another part tells it, or somebody else did.</summary>
    public void TellNothing(MessageId part) => Tell(part, s_nothing);

    /// <summary>Ends all.</summary>
    public void TellNothing()
    {
        foreach (MessageId part in _waiting.Keys)
            TellNothing(part);
    }
}

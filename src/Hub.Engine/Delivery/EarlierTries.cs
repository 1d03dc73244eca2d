using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Engine.Delivery;

// How long a message was tried before a restart, or before its channel's file was changed, is told by the tries that the journal has. Between two
// tries no more counts than the longest wait: what is longer was a pause, maintenance, a time in which no Hub ran, or a clock that was set.

/// <summary>What the tries of a delivery that the journal has say about the times that its receiver is given.</summary>
internal static class EarlierTries
{
    /// <summary>Sets what the delivery does not know yet of its earlier tries, when the outcome of a try needs it.</summary>
    /// <param name="journal">Where the tries are.</param>
    /// <param name="head">The delivery.</param>
    /// <param name="retry">What the destination's file says.</param>
    /// <param name="now">The <see cref="DestinationGate.OpenTime"/>.</param>
    /// <param name="startedAt">When this try began.</param>
    /// <param name="result">What came of it.</param>
    public static void Recall(IJournalReader journal, WaitingDelivery head, RetryConfig retry, TimeSpan now, DateTimeOffset startedAt, DeliveryResult result)
    {
        bool asksTried = head.TriedSince is null && retry.ParkAfter is not null;
        bool asksRefused = head.RefusedSince is null && result.RetryFor is not null;
        if (!head.HasEarlierTries || result.Verdict != DeliveryVerdict.Retry || !(asksTried || asksRefused))
            return;
        StoredAttempt[] tries = [.. Read(journal, head)];
        if (asksTried)
            head.TriedSince = now - TimeSince(tries, startedAt, retry);
        // Of the same kind are those with the same words: no rule is taken for another one.
        if (asksRefused)
            head.RefusedSince = now - TimeSince([.. tries.SkipWhile(attempt => (attempt.AnswerCode, attempt.Reason) != (result.AnswerCode, result.Reason))], startedAt, retry);
    }

    // A journal that cannot be read now must not undo what was sent: the times begin anew.
    private static IEnumerable<StoredAttempt> Read(IJournalReader journal, WaitingDelivery head)
    {
        try
        {
            return journal.Read(head.Message)?.Deliveries.FirstOrDefault(delivery => delivery.Delivery == head.Number)?.History.Where(attempt => attempt.Attempt > head.Forgiven) ?? [];
        }
        catch (JournalException)
        {
            return [];
        }
    }

    private static TimeSpan TimeSince(StoredAttempt[] tries, DateTimeOffset now, RetryConfig retry)
    {
        TimeSpan all = TimeSpan.Zero;
        for (int i = 0; i < tries.Length; i++)
        {
            TimeSpan wait = (i + 1 < tries.Length ? tries[i + 1].StartedAt : now) - (tries[i].StartedAt + tries[i].Duration);
            all += tries[i].Duration + TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, BackOff.Longest(retry).Ticks));
        }

        return all;
    }
}

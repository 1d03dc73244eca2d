using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>The lanes in which deliveries wait for a destination, as far as the longest waiting tell.</summary>
/// <param name="Count">How many lanes.</param>
/// <param name="IsMore">Whether more waits than was looked at.</param>
/// <param name="Oldest">What waits longest; null when nothing waits.</param>
/// <param name="DueAt">When the next of them is tried; null when nothing waits for a time.</param>
/// <param name="Standing">The heads of lanes that were tried and did not get through: what is behind them waits for them.</param>
internal sealed record WaitingLanes(int Count, bool IsMore, QueuedDelivery? Oldest, DateTimeOffset? DueAt, IReadOnlyList<QueuedDelivery> Standing)
{
    /// <summary>How many deliveries are looked at: as many as tell lanes and the next try of all but the longest queues.</summary>
    private const int Most = 200;

    /// <summary>Those of a destination. Reads the journal when something waits.</summary>
    public static WaitingLanes Of(IJournalReader journal, DestinationView view)
    {
        IReadOnlyList<QueuedDelivery> queued = view.Counts.Queued == 0 ? [] : journal.ReadQueued(view.Channel, view.Destination, 0, Most);
        QueuedDelivery[] heads = [.. queued.DistinctBy(one => one.Lane)];
        DateTimeOffset? due = view.State == "Unreachable" ? view.Until : queued.Select(one => one.DueAt).Where(at => at is not null).DefaultIfEmpty().Min();
        return new(heads.Length, queued.Count == Most, queued is [var first, ..] ? first : null, due, [.. heads.Where(head => head.Attempts > 0)]);
    }

    /// <summary>How many lanes, with a plus when there may be more.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count}{(IsMore ? "+" : "")}");
}

using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts.Subscriptions;

/// <summary>Finds batches whose last delivery came to its end within a time. It looks at what is new since it looked last, and at what was not complete then.</summary>
internal sealed class BatchEnds(IJournalReader journal)
{
    private const int MostBatches = 1_000;
    private const int MostRows = 200_000;
    private const int Page = 1_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_overlap = TimeSpan.FromMinutes(10);

    // Of batches of the last week: where they end, null for those that have not come to it. A person who sends something again begins nothing anew.
    private readonly Dictionary<MessageId, (StoredMessage Batch, BatchEnd? End)> _known = [];
    private DateTimeOffset? _lookedTo;
    private DateTimeOffset? _from;

    /// <summary>Finds them.</summary>
    /// <param name="channels">Of these channels; none for all.</param>
    /// <param name="from">Complete from this time on.</param>
    /// <param name="to">… and before this.</param>
    public IEnumerable<SubscriptionLine> Find(IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to)
    {
        Look(to);
        return _known.Values
            .Where(known => (channels.Count == 0 || channels.Contains(known.Batch.Channel)) && known.End is { } end && end.At >= from && end.At < to)
            .OrderBy(known => known.Batch.Id)
            .Select(known => new SubscriptionLine(SubscribedEvent.BatchComplete, known.Batch.Channel, known.End!.Messages) { Batch = known.Batch.Id.Value, Failed = known.End.Failed });
    }

    private void Look(DateTimeOffset to)
    {
        if (to <= _lookedTo)
            return;
        DateTimeOffset oldest = to - s_longest;
        foreach (MessageId old in _known.Where(pair => pair.Value.Batch.ReceivedAt < oldest).Select(pair => pair.Key).ToList())
            _known.Remove(old);
        // A batch that waits to be divided becomes one later: while something waits for longer than the overlap, the next look begins no later than this one.
        DateTimeOffset since = _from > oldest ? _from.Value : oldest;
        bool isBacklog = journal.FindPage(new() { State = MessageState.Received, Since = since, Until = to - s_overlap, Limit = 1 }, MostRows).Messages.Count > 0;
        MessageQuery divided = new() { State = MessageState.Divided, Since = since, Until = to, Limit = MostBatches };
        MessagePage page = journal.FindPage(divided, MostRows);
        while (true)
        {
            foreach (StoredMessage batch in page.Messages)
                _known.TryAdd(batch.Id, (batch, null));
            // All of it, however much came: what is left out now is not looked at again.
            if (page.Next is null)
                break;
            page = journal.FindPage(divided with { Before = page.Next }, MostRows);
        }

        foreach ((MessageId id, (StoredMessage batch, BatchEnd? end)) in _known.Where(pair => pair.Value.End is null).ToList())
            _known[id] = (batch, EndOf(batch));
        _lookedTo = to;
        _from = isBacklog ? since : to - s_overlap;
    }

    private BatchEnd? EndOf(StoredMessage batch)
    {
        // Asked by an index first: a batch of thousands that waits for its last delivery is not read each minute.
        if (journal.Find(new() { Batch = batch.Id, Delivery = DeliveryState.Queued, Limit = 1 }).Count > 0)
            return null;
        // Of one of which nothing is wanted there is nothing but that it was divided.
        BatchEnd end = new(batch.ReceivedAt + (batch.Waited ?? TimeSpan.Zero) + (batch.Working ?? TimeSpan.Zero), 0, 0);
        MessageId? after = null;
        while (true)
        {
            IReadOnlyList<StoredMessage> messages = journal.Find(new() { Batch = batch.Id, After = after, Limit = Page });
            if (messages.Any(message => message.State == MessageState.Received || message.Deliveries.Any(delivery => delivery.State is DeliveryState.Queued)))
                return null;
            foreach (IReadOnlyList<StoredDelivery> deliveries in messages.Select(message => journal.Read(message.Id)?.Deliveries ?? []))
                end = new(deliveries.SelectMany(Times).Append(end.At).Max(), end.Messages, end.Failed + deliveries.Count(delivery => delivery.State != DeliveryState.Sent));
            end = end with { Messages = end.Messages + messages.Count };
            if (messages.Count < Page)
                return end;
            after = messages[^1].Id;
        }
    }

    private static IEnumerable<DateTimeOffset> Times(StoredDelivery delivery) =>
        delivery.History.Select(attempt => attempt.StartedAt + attempt.Duration).Concat(delivery.Operations.Select(operation => operation.At));

    private sealed record BatchEnd(DateTimeOffset At, long Messages, long Failed);
}

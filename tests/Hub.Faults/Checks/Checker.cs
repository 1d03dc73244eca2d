using Hub.Faults.Traffic;

namespace Hub.Faults.Checks;

/// <summary>
/// Compares three accounts of the same traffic: the senders' ledger, the recorders behind the destinations, and the journal.
/// It runs after everything could be delivered, so what is still queued, parked or unprocessed needs a hand, which is a fault of its own.
/// </summary>
/// <param name="verdict">Where it writes.</param>
/// <param name="ledger">What senders sent and were told.</param>
/// <param name="journal">What the journal says, oldest first.</param>
internal sealed class Checker(Verdict verdict, Ledger ledger, IReadOnlyList<JournalMessage> journal)
{
    private readonly ILookup<NumberedMessage?, JournalMessage> _accepted =
        journal.Where(message => message.State == "Accepted").ToLookup(message => NumberedMessage.Parse(message.ControlId));

    /// <summary>Checks what senders were told, and the channel that they speak to.</summary>
    public void CheckIntake()
    {
        verdict.AddAcknowledged(ledger.Count);
        verdict.Break("an answer names another message", ledger.StrangeAnswers);
        verdict.Break(
            "an acknowledged message is not in the journal",
            [.. ledger.Acknowledged.Where(entry => !_accepted.Contains(entry.Message)).Select(entry => $"{entry.Message.ControlId} of run {entry.Run}")]);
        verdict.Count("resends known as duplicates", journal.Count(message => message.State == "Duplicate"));
        CheckMessages();
    }

    /// <summary>Checks the messages of a channel, of one that others hand over to as well.</summary>
    public void CheckMessages()
    {
        verdict.Break(
            "a resend was taken for a new message",
            [.. _accepted.Where(same => same.Count() > 1).Select(same => $"{same.Key?.ControlId} as {string.Join(" and ", same.Select(message => message.Id))}")]);
        verdict.Break(
            "a message in the journal was sent by nobody",
            [.. journal.Where(message => !IsSent(NumberedMessage.Parse(message.ControlId))).Select(message => $"{message.Id} ({message.ControlId})")]);
        verdict.Break(
            "a message needs a hand",
            [.. journal.Where(message => message.State is not ("Accepted" or "Duplicate")).Select(message => $"{message.Id} is {message.State}")]);
    }

    /// <summary>Checks a destination.</summary>
    /// <param name="destination">The destination.</param>
    public void Check(Destination destination)
    {
        Dictionary<NumberedMessage, JournalDelivery> deliveries = _accepted
            .Where(same => same.Key is not null)
            .Select(same => (same.Key!.Value, Delivery: same.First().Deliveries.FirstOrDefault(delivery => delivery.Destination == destination.Id)))
            .Where(pair => pair.Delivery is not null)
            .ToDictionary(pair => pair.Value, pair => pair.Delivery!);
        HashSet<NumberedMessage> arrived = [.. destination.Arrivals.Where(arrival => arrival.Message is not null).Select(arrival => arrival.Message!.Value)];
        CheckContent(destination);
        CheckNothingIsMissing(destination.Id, deliveries, arrived);
        CheckRepeats(destination);
        if (destination.Lane is { } lane)
            CheckOrder(destination, lane, deliveries);
    }

    private bool IsSent(NumberedMessage? message) => message is { } known && known.Number > 0 && known.Number <= ledger.LastSentOf(known.Sender);

    /// <summary>Checks that nothing came to a destination that nobody sent, and no other bytes.</summary>
    public void CheckContent(Destination destination)
    {
        verdict.Break(
            $"{destination.Id} has what nobody sent",
            [.. destination.Arrivals.Where(arrival => !IsSent(arrival.Message)).Select(arrival => $"{arrival.Message?.ControlId ?? $"{arrival.Length} bytes"} in run {arrival.Run}")]);
        verdict.Break(
            $"{destination.Id} has other bytes than it should",
            [.. destination.Arrivals.Where(arrival => arrival.Message is not null && !arrival.IsRight).Select(arrival => arrival.Message!.Value.ControlId)]);
    }

    private void CheckNothingIsMissing(string id, Dictionary<NumberedMessage, JournalDelivery> deliveries, HashSet<NumberedMessage> arrived)
    {
        string[] lost = [.. ledger.Acknowledged
            .Where(entry => !arrived.Contains(entry.Message) && deliveries.GetValueOrDefault(entry.Message)?.State is not ("Queued" or "Parked"))
            .Select(entry => $"{entry.Message.ControlId} of run {entry.Run} ({deliveries.GetValueOrDefault(entry.Message)?.State ?? "not in the journal"})")];
        verdict.AddLost(lost.Length);
        verdict.Break($"an acknowledged message was lost on its way to {id}", lost);
        verdict.Break(
            $"a delivery to {id} is Sent and never came",
            [.. deliveries.Where(pair => pair.Value.State == "Sent" && !arrived.Contains(pair.Key)).Select(pair => $"{pair.Key.ControlId} as {pair.Value.Delivery}")]);
        verdict.Break(
            $"a delivery to {id} needs a hand",
            [.. deliveries.Where(pair => pair.Value.State != "Sent").Select(pair => $"{pair.Key.ControlId} as {pair.Value.Delivery} is {pair.Value.State}")]);
    }

    private void CheckRepeats(Destination destination)
    {
        HashSet<NumberedMessage> seen = [];
        HashSet<(int, NumberedMessage)> onConnection = [];
        Dictionary<int, int> ofRun = [];
        List<string> withoutFault = [];
        foreach (Arrival arrival in destination.Arrivals)
        {
            if (arrival.Message is not { } message || seen.Add(message))
            {
                if (arrival.Message is { } first)
                    onConnection.Add((arrival.Connection, first));
                continue;
            }

            verdict.AddRepeats(1);
            ofRun[arrival.Run] = ofRun.GetValueOrDefault(arrival.Run) + 1;
            if (!onConnection.Add((arrival.Connection, message)))
                withoutFault.Add($"{message.ControlId} on connection {arrival.Connection} of run {arrival.Run}");
        }

        verdict.Break($"{destination.Id} got a message twice with no fault between", withoutFault);
        // In the first run no Hub has ended yet: what comes again has no fault before it.
        verdict.Break(
            $"{destination.Id} got more messages again than can have been under way",
            [.. ofRun.Where(pair => destination.MostRepeats is { } most && pair.Value > (pair.Key == 1 ? 0 : most)).Select(pair => $"{pair.Value} in run {pair.Key}")]);
    }

    /// <summary>The first arrivals of each lane have to come in the order in which the journal has them, which in turn is that of each sender.</summary>
    private void CheckOrder(Destination destination, Func<NumberedMessage, string> lane, Dictionary<NumberedMessage, JournalDelivery> deliveries)
    {
        HashSet<NumberedMessage> seen = [];
        Dictionary<string, NumberedMessage> last = [];
        Dictionary<(string, int), NumberedMessage> lastOfSender = [];
        List<string> problems = [];
        foreach (NumberedMessage message in destination.Arrivals.Where(arrival => arrival.Message is not null).Select(arrival => arrival.Message!.Value).Where(seen.Add))
        {
            string name = lane(message);
            if (last.TryGetValue(name, out NumberedMessage before) && deliveries.GetValueOrDefault(before)?.Delivery > deliveries.GetValueOrDefault(message)?.Delivery)
                problems.Add($"{message.ControlId} came after {before.ControlId}, which the journal has later");
            if (message.IsInOrder && lastOfSender.TryGetValue((name, message.Sender), out NumberedMessage earlier) && earlier.Number > message.Number)
                problems.Add($"{message.ControlId} came after {earlier.ControlId}");
            last[name] = message;
            lastOfSender[(name, message.Sender)] = message;
        }

        verdict.Break($"{destination.Id} is not in order", problems);
    }
}

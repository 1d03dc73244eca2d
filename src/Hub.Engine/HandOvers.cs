using System.Collections.Immutable;
using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// A message that one channel hands to another is run through the other one before it is stored, where that one has nothing else to
// process: then a single transaction holds the way of the message through both. Otherwise it is stored as Received and has its turn in the
// other channel's backlog. Order is kept: from the moment a message is sent to the backlog until the backlog is through with it, those
// that follow go there too.

/// <summary>Asks the other channel, when one hands a message over, what becomes of it there.</summary>
/// <param name="find">Finds a channel that runs.</param>
/// <param name="journal">Gives numbers.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
internal sealed class HandOvers(Func<string, RunningChannel?> find, IJournal journal, TimeProvider clock, ILogger<HandOvers> log)
{
    /// <summary>Processes what goes to other channels.</summary>
    /// <param name="from">The channel that hands over.</param>
    /// <param name="deliveries">The deliveries of a message.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="waiting">The backlogs that are to have some of it, for <see cref="ArriveAsync"/>; null for none.</param>
    /// <returns>The deliveries, with what became of those that were handed over and processed.</returns>
    public IReadOnlyList<NewDelivery> Process(string from, IReadOnlyList<NewDelivery> deliveries, ReadOnlyMemory<byte> content, out List<Backlog>? waiting)
    {
        waiting = null;
        return ProcessAll(ImmutableStack.Create(from), deliveries, content, ref waiting);
    }

    /// <summary>Processes what goes to other channels of the messages of a batch.</summary>
    /// <param name="from">The channel that hands over.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="waiting">The backlogs that are to have some of it; those that are named already stay.</param>
    /// <returns>The messages, with what became of those that were handed over and processed.</returns>
    public IReadOnlyList<BatchedMessage> Process(string from, IReadOnlyList<BatchedMessage> messages, ref List<Backlog>? waiting)
    {
        if (messages.Count == 0)
            return messages;
        List<BatchedMessage> processed = new(messages.Count);
        foreach (BatchedMessage message in messages)
        {
            IReadOnlyList<NewDelivery> deliveries = ProcessAll(ImmutableStack.Create(from), message.Deliveries, message.Content, ref waiting);
            processed.Add(deliveries == message.Deliveries ? message : message with { Deliveries = deliveries });
        }

        return processed;
    }

    /// <summary>Tells backlogs that what they were to have is stored, and theirs, or is not. To be called whenever <c>Process</c> named some.</summary>
    /// <param name="stored">Ends when the message is stored.</param>
    /// <param name="waiting">The backlogs.</param>
    /// <returns>The same outcome.</returns>
    public static Task<AppendResult> ArriveAsync(Task<AppendResult> stored, List<Backlog>? waiting) => waiting is null ? stored : ArriveInTurnAsync(stored, waiting);

    /// <summary>Tells of deliveries that other channels set aside. Called when the message is stored.</summary>
    /// <param name="deliveries">The deliveries of a message.</param>
    public void Tell(IReadOnlyList<NewDelivery> deliveries)
    {
        foreach (NewDelivery delivery in deliveries)
        {
            if (delivery.To is not { Outcome: { } outcome } to)
                continue;
            ParkedBeforeSending.Tell(log, null, to.Channel, outcome.Id, outcome.Deliveries);
            Tell(outcome.Deliveries);
        }
    }

    /// <summary>Tells of deliveries of the messages of a batch that were set aside, here or by other channels.</summary>
    /// <param name="channel">Their channel.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="stored">What the journal says of the batch: of duplicates nothing was set aside.</param>
    public void Tell(string channel, IReadOnlyList<BatchedMessage> messages, AppendResult stored)
    {
        if (messages.Count == 0)
            return;
        // A batch may have as many as it has messages.
        HashSet<MessageId> duplicates = [.. stored.Duplicates];
        foreach (BatchedMessage message in messages)
        {
            if (duplicates.Contains(message.Id))
                continue;
            ParkedBeforeSending.Tell(log, null, channel, message.Id, message.Deliveries);
            Tell(message.Deliveries);
        }
    }

    private static async Task<AppendResult> ArriveInTurnAsync(Task<AppendResult> stored, List<Backlog> waiting)
    {
        try
        {
            return await stored;
        }
        finally
        {
            waiting.ForEach(backlog => backlog.Arrived());
        }
    }

    // Files that lead in a circle are refused when they are loaded, but one of them may go on in the version of before.
    private IReadOnlyList<NewDelivery> ProcessAll(ImmutableStack<string> way, IReadOnlyList<NewDelivery> deliveries, ReadOnlyMemory<byte> content, ref List<Backlog>? waiting)
    {
        NewDelivery[]? processed = null;
        for (int i = 0; i < deliveries.Count; i++)
        {
            if (deliveries[i] is not { To: { Outcome: null } to, ParkedFor: null } delivery || find(to.Channel) is not { } channel)
                continue;
            // A batch becomes several messages there, which is done with the one that is stored.
            if (!way.Contains(to.Channel) && (channel.Model is null || !channel.Backlog.IsIdle || channel.Model.Pipeline.Divides(delivery.Content ?? content)))
            {
                channel.Backlog.Expect();
                (waiting ??= []).Add(channel.Backlog);
                continue;
            }

            processed ??= [.. deliveries];
            processed[i] = way.Contains(to.Channel)
                ? delivery with { ParkedFor = $"HUB{ProblemCodes.HandOver} Messages would go round for ever: {string.Join(" → ", way.Reverse().Append(to.Channel))}. Change one of these channels, then replay the message." }
                : delivery with { To = to with { Outcome = Run(channel.Model!, way.Push(to.Channel), delivery.Content ?? content, ref waiting) } };
        }

        return processed ?? deliveries;
    }

    private HandedOutcome Run(ChannelModel model, ImmutableStack<string> way, ReadOnlyMemory<byte> content, ref List<Backlog>? waiting)
    {
        MessageId id = journal.NextMessageId();
        PipelineOutcome outcome = Intake.Guard(model, id, clock, log, () => model.Pipeline.Run(id, content, clock.GetLocalNow()));
        return new(id, outcome.State, outcome.Problems, outcome.Flags, ProcessAll(way, outcome.Deliveries, content, ref waiting)) { Working = outcome.Working };
    }
}

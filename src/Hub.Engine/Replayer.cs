using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>What a replay came to.</summary>
/// <param name="Message">The message that was asked for.</param>
/// <param name="NewMessage">The message it became, when it went through its channel again.</param>
/// <param name="Deliveries">How many deliveries were queued.</param>
/// <param name="Outcome">In words.</param>
internal sealed record ReplayResult(string Message, string? NewMessage, int Deliveries, string Outcome);

/// <summary>
/// Takes stored messages up again: through the channel's present version as a new message, or, with a destination, by sending
/// that destination the bytes it was sent before. The duplicate check is off for both.
/// </summary>
internal sealed class Replayer(IJournal journal, Func<string, ChannelModel?> find, TimeProvider clock, ILogger<Replayer> log)
{
    /// <summary>Replays one message.</summary>
    /// <param name="id">The message.</param>
    /// <param name="destination">The destination to send it to again; null to take it through its channel.</param>
    /// <returns>What became of it, once that is on disk.</returns>
    /// <exception cref="JournalException">There is no such message or destination, the channel does not run, or it could not be stored; the text says which.</exception>
    public async Task<ReplayResult> ReplayAsync(MessageId id, string? destination)
    {
        StoredMessage message = journal.Read(id) ?? throw new JournalException($"There is no message {id} in the journal. Find it with: hub messages");
        if (destination is not null)
        {
            AppendResult repeated = await journal.AppendAsync(new DeliveriesRepeated(id, destination, clock.GetUtcNow()));
            return new(id.ToString(), null, repeated.Deliveries, $"queued again for {destination}");
        }

        ChannelModel model = find(message.Channel)
            ?? throw new JournalException($"Channel {message.Channel} of message {id} has no file that can be used. Put it right (hub check), or send to one destination again with --to.");
        ReadOnlyMemory<byte> content = journal.ReadContent(id)!.Value;
        if (message.State == MessageState.Fragment || model.Pipeline.PlaceOf(content) is not null)
            throw new JournalException(message.PartOf is { } whole
                ? $"Message {id} is a part of message {whole}. Replay that one."
                : $"Message {id} is a part of a message whose other parts are not here, and nothing is delivered in part. Let the sender send all parts again.");
        return await ProcessAsync(model, message, content);
    }

    private async Task<ReplayResult> ProcessAsync(ChannelModel model, StoredMessage message, ReadOnlyMemory<byte> content)
    {
        MessageId id = journal.NextMessageId();
        DateTimeOffset now = clock.GetLocalNow();
        PipelineOutcome outcome = Intake.Guard(model, id, log, () => model.Pipeline.Run(id, content, now));
        AppendResult stored = await journal.AppendAsync(new MessageArrived
        {
            Id = id,
            Channel = model.Id,
            Peer = $"replay of {message.Id}",
            ReceivedAt = now,
            Content = content,
            Header = outcome.Header,
            State = outcome.State,
            Answer = outcome.Answer,
            Problems = outcome.Problems,
            Flags = outcome.Flags,
            Deliveries = outcome.Deliveries,
            ReplayOf = message.Id,
        });
        ParkedBeforeSending.Tell(log, null, model.Id, id, outcome.Deliveries);
        return new(message.Id.ToString(), id.ToString(), stored.Deliveries, $"{outcome.State}{WhyNot(outcome)}");
    }

    // What a message was taken in spite of is told by hub show.
    private static string WhyNot(PipelineOutcome outcome)
    {
        string[] parked = [.. outcome.Deliveries.Where(delivery => delivery.ParkedFor is not null).Select(delivery => delivery.Destination).Distinct()];
        if (parked.Length > 0)
            return $", parked for {string.Join(", ", parked)}, which it is not valid for";
        return outcome.State == MessageState.Rejected && outcome.Problems.Count > 0 ? $": {outcome.Problems[0].Text}" : "";
    }
}

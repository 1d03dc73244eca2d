using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>What a replay of one message came to.</summary>
/// <param name="Message">The message that was asked for; of a file its name.</param>
/// <param name="NewMessage">The message it became, when it went through its channel again.</param>
/// <param name="Deliveries">How many deliveries were queued.</param>
/// <param name="Outcome">In words.</param>
internal sealed record ReplayResult(string Message, string? NewMessage, int Deliveries, string Outcome);

/// <summary>A message cannot be taken up, now or ever; the journal is well.</summary>
/// <param name="text">Why, and what to do.</param>
/// <param name="isOfChannel">Whether the next message of its channel would fare alike.</param>
internal sealed class ReplayRefusedException(string text, bool isOfChannel = false) : JournalException(text)
{
    /// <summary>Whether the next message of its channel would fare alike.</summary>
    public bool IsOfChannel => isOfChannel;
}

/// <summary>
/// Takes messages up again: through the channel's present version as a new message, or, with a destination, by sending
/// that destination the bytes it was sent before. The duplicate check is off for both.
/// </summary>
internal sealed class Replayer(IJournal journal, Func<string, ChannelModel?> find, TimeProvider clock, ILogger<Replayer> log)
{
    /// <summary>Replays one message.</summary>
    /// <param name="id">The message.</param>
    /// <param name="destination">The destination to send it to again; null to take it through its channel.</param>
    /// <param name="item">The replay that it is a part of.</param>
    /// <returns>What became of it, once that is on disk.</returns>
    /// <exception cref="ReplayRefusedException">There is no such message or destination, or the channel does not run; the text says which.</exception>
    /// <exception cref="JournalException">It could not be stored.</exception>
    public async Task<ReplayResult> ReplayAsync(MessageId id, string? destination, ReplayItem? item = null)
    {
        StoredMessage message = journal.Read(id) ?? throw new ReplayRefusedException($"There is no message {id} in the journal. Find it with: hub messages");
        if (destination is not null)
        {
            RequireDelivery(message, destination);
            AppendResult repeated = await journal.AppendAsync(new DeliveriesRepeated(id, destination, clock.GetUtcNow()) { Replay = item });
            return new(id.ToString(), null, repeated.Deliveries, $"queued again for {destination}");
        }

        ChannelModel model = Find(message.Channel, $"of message {id}", "or send to one destination again with --to.");
        ReadOnlyMemory<byte> content = ContentOf(id);
        if (message.State == MessageState.Fragment || model.Pipeline.PlaceOf(content) is not null)
        {
            throw new ReplayRefusedException(message.PartOf is { } whole
                ? $"Message {id} is a part of message {whole}. Replay that one."
                : $"Message {id} is a part of a message whose other parts are not here, and nothing is delivered in part. Let the sender send all parts again.");
        }

        MessageArrived entry = new()
        {
            Id = journal.NextMessageId(),
            Channel = model.Id,
            Peer = $"replay of {message.Id}",
            ReceivedAt = clock.GetLocalNow(),
            Content = content,
            Header = MessageHeader.Empty,
            State = MessageState.Rejected,
            Answer = ReceiptKind.Error,
            ReplayOf = message.Id,
            Replay = item,
        };
        return await ProcessAsync(model, entry, message.Id.ToString(), null);
    }

    /// <summary>Takes a message of a file through a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="name">The file, with the number of the message in it.</param>
    /// <param name="content">The message.</param>
    /// <param name="destination">The only destination that it goes to; null for all that the channel sends it to.</param>
    /// <param name="item">The replay that it is a part of.</param>
    /// <returns>What became of it, once that is on disk.</returns>
    /// <exception cref="ReplayRefusedException">The channel does not run, or the message is a part of another.</exception>
    /// <exception cref="JournalException">It could not be stored.</exception>
    public Task<ReplayResult> TakeInAsync(string channel, string name, ReadOnlyMemory<byte> content, string? destination, ReplayItem item)
    {
        ChannelModel model = Find(channel, "", "then go on with: hub replays resume");
        if (model.Pipeline.PlaceOf(content) is not null)
            throw new ReplayRefusedException("It is a part of a message (DSC or MSH-14), and parts are put together only when a sender sends them.");
        MessageArrived entry = new()
        {
            Id = journal.NextMessageId(),
            Channel = model.Id,
            Peer = $"file {name}",
            ReceivedAt = clock.GetLocalNow(),
            Content = content,
            Header = MessageHeader.Empty,
            State = MessageState.Rejected,
            Answer = ReceiptKind.Error,
            Replay = item,
        };
        return ProcessAsync(model, entry, name, destination);
    }

    private ChannelModel Find(string channel, string what, string remedy) => find(channel)
        ?? throw new ReplayRefusedException($"Channel {channel} {what}{(what.Length > 0 ? " " : "")}has no file that can be used. Put it right (hub check), {remedy}", isOfChannel: true);

    private ReadOnlyMemory<byte> ContentOf(MessageId id)
    {
        try
        {
            return journal.ReadContent(id)!.Value;
        }
        catch (Exception exception) when (exception is DamagedContentException or ContentRemovedException)
        {
            throw new ReplayRefusedException(exception.Message);
        }
    }

    private static void RequireDelivery(StoredMessage message, string destination)
    {
        if (message.ContentRemovedAt is { } at)
            throw new ReplayRefusedException(ContentRemovedException.Of($"message {message.Id}", at).Message);
        if (message.Deliveries.Any(delivery => delivery.Destination == destination))
            return;
        throw new ReplayRefusedException(message.Deliveries.Count > 0
            ? $"Message {message.Id} never went to {destination}. See where it went with: hub show {message.Id}"
            : $"Message {message.Id} never went to {destination}: it is {message.State}. See why with: hub show {message.Id}");
    }

    private async Task<ReplayResult> ProcessAsync(ChannelModel model, MessageArrived entry, string name, string? destination)
    {
        MessageId id = entry.Id;
        PipelineOutcome outcome = Intake.Guard(model, id, log, () => model.Pipeline.Run(id, entry.Content, entry.ReceivedAt));
        IReadOnlyList<NewDelivery> deliveries = destination is null ? outcome.Deliveries : [.. outcome.Deliveries.Where(delivery => delivery.Destination == destination)];
        AppendResult stored = await journal.AppendAsync(entry with
        {
            Header = outcome.Header,
            State = outcome.State,
            Answer = outcome.Answer,
            Problems = outcome.Problems,
            Flags = outcome.Flags,
            Deliveries = deliveries,
        });
        ParkedBeforeSending.Tell(log, null, model.Id, id, deliveries);
        return new(name, id.ToString(), stored.Deliveries, $"{outcome.State}{WhyNot(outcome)}");
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

using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

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
    /// <param name="by">Who asked for it; null when that is not known.</param>
    /// <returns>What became of it, once that is on disk.</returns>
    /// <exception cref="ReplayRefusedException">There is no such message or destination, or the channel does not run; the text says which.</exception>
    /// <exception cref="JournalException">It could not be stored.</exception>
    public async Task<ReplayResult> ReplayAsync(MessageId id, string? destination, ReplayItem? item = null, string? by = null)
    {
        StoredMessage message = journal.Read(id) ?? throw new ReplayRefusedException($"There is no message {id} in the journal. Find it with: hub messages");
        if (destination is not null)
        {
            RequireDelivery(message, destination);
            AppendResult repeated = await journal.AppendAsync(new DeliveriesRepeated(id, destination, clock.GetUtcNow()) { Replay = item, By = by, Lanes = LanesOf(message, destination) });
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

        return await ProcessAsync(model, content, $"replay of {id}{(by is null ? "" : $" by {by}")}", id, item, id.ToString(), null);
    }

    /// <summary>Takes a message through its channel again with bytes that a person changed. The first one stays as it is.</summary>
    /// <param name="id">The message.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="by">Who changed them.</param>
    /// <returns>What became of it, once that is on disk.</returns>
    /// <exception cref="ReplayRefusedException">There is no such message, its channel does not run, or the bytes are a part of a message.</exception>
    /// <exception cref="JournalException">It could not be stored.</exception>
    public async Task<ReplayResult> ReplayEditedAsync(MessageId id, ReadOnlyMemory<byte> content, string by)
    {
        StoredMessage message = journal.Read(id) ?? throw new ReplayRefusedException($"There is no message {id} in the journal. Find it with: hub messages");
        ChannelModel model = Find(message.Channel, $"of message {id}", "and send it again.");
        if (model.Pipeline.PlaceOf(content) is not null)
            throw new ReplayRefusedException("It is a part of a message (DSC or MSH-14), and parts are put together only when a sender sends them.");
        return await ProcessAsync(model, content, $"edit of {id} by {by}", id, null, id.ToString(), null);
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
    public async Task<ReplayResult> TakeInAsync(string channel, string name, ReadOnlyMemory<byte> content, string? destination, ReplayItem item)
    {
        ChannelModel model = Find(channel, "", "then go on with: hub replays resume");
        if (model.Pipeline.PlaceOf(content) is not null)
            throw new ReplayRefusedException("It is a part of a message (DSC or MSH-14), and parts are put together only when a sender sends them.");
        return await ProcessAsync(model, content, $"file {name}", null, item, name, destination);
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

    // The channel file may make other lanes than when it was sent: what goes to a lane of before would overtake, and be overtaken.
    private Dictionary<long, long> LanesOf(StoredMessage message, string destination)
    {
        if (find(message.Channel)?.Destinations.FirstOrDefault(one => one.Id == destination) is not { } target)
            return [];
        DateTimeOffset now = clock.GetLocalNow();
        return message.Deliveries.Where(delivery => delivery.Destination == destination)
            .Select(delivery => (delivery.Delivery, Lane: Readable.Lane(journal, target, message.Channel, message.Id, delivery, now)))
            .Where(pair => pair.Lane is not null)
            .ToDictionary(pair => pair.Delivery, pair => pair.Lane!.Value);
    }

    private static void RequireDelivery(StoredMessage message, string destination)
    {
        if (message.ContentRemovedAt is { } at)
            throw new ReplayRefusedException(ContentRemovedException.Of($"message {message.Id}", at).Message);
        if (message.Deliveries.Any(delivery => delivery.Destination == destination))
            return;
        if (message.State == MessageState.Divided)
            throw new ReplayRefusedException($"Message {message.Id} is a batch, and its messages went to {destination} one by one. Replay them with: hub replay --batch {message.Id} --to {destination}");
        throw new ReplayRefusedException(message.Deliveries.Count > 0
            ? $"Message {message.Id} never went to {destination}. See where it went with: hub show {message.Id}"
            : $"Message {message.Id} never went to {destination}: it is {message.State}. See why with: hub show {message.Id}");
    }

    private async Task<ReplayResult> ProcessAsync(ChannelModel model, ReadOnlyMemory<byte> content, string peer, MessageId? replayOf, ReplayItem? item, string name, string? destination)
    {
        MessageId id = journal.NextMessageId();
        DateTimeOffset now = clock.GetLocalNow();
        PipelineOutcome outcome = Intake.Guard(model, id, clock, log, () => model.Pipeline.Run(id, content, now, nextId: journal.NextMessageId));
        IReadOnlyList<NewDelivery> Chosen(IReadOnlyList<NewDelivery> all) => destination is null ? all : [.. all.Where(delivery => delivery.Destination == destination)];
        PipelineOutcome own = outcome.Stored;
        // It went to one destination alone: when its sender brings it, that is no duplicate.
        IReadOnlyList<string> Flagged(IReadOnlyList<string> flags) => destination is null ? flags : [.. flags, MessageFlags.ToOne];
        AppendResult stored = await journal.AppendAsync(new MessageArrived
        {
            Id = id,
            Channel = model.Id,
            Peer = peer,
            ReceivedAt = now,
            Content = content,
            ReplayOf = replayOf,
            Replay = item,
            Header = outcome.Header,
            State = own.State,
            Answer = outcome.Answer,
            Problems = own.Problems,
            Flags = Flagged(outcome.Flags),
            Waited = TimeSpan.Zero,
            Working = outcome.Working,
            Deliveries = Chosen(own.Deliveries),
            Messages = [.. outcome.Messages.Select(message => message with { Deliveries = Chosen(message.Deliveries), Flags = Flagged(message.Flags) })],
        });
        ParkedBeforeSending.Tell(log, null, model.Id, id, Chosen(own.Deliveries));
        foreach (BatchedMessage message in outcome.Messages)
            ParkedBeforeSending.Tell(log, null, model.Id, message.Id, Chosen(message.Deliveries));
        return new(name, id.ToString(), stored.Deliveries, $"{own.State}{(outcome.Messages.Count > 0 ? $" into {outcome.Messages.Count} messages" : "")}{WhyNot(outcome)}");
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

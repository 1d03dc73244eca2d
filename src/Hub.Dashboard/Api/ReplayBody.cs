using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>Which messages are taken up again, and how. One of messages, filter and files is given.</summary>
public sealed record ReplayBody
{
    /// <summary>Messages by their numbers, 1 to 1,000.</summary>
    public IReadOnlyList<long>? Messages { get; init; }

    /// <summary>Messages that fit.</summary>
    public MessageFilterBody? Filter { get; init; }

    /// <summary>Messages in files of the Hub's machine, in this order, 1 to 10,000. Needs the permission Change.</summary>
    public IReadOnlyList<ReplayFileBody>? Files { get; init; }

    /// <summary>The channel that takes messages of files.</summary>
    public string? Channel { get; init; }

    /// <summary>The only destination; without it messages go through their channels again.</summary>
    public string? Destination { get; init; }

    /// <summary>Most messages a second, 1 to 100,000; without it there is no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Whether more than 1,000 messages are meant. Default false.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Whether to answer when all are taken up. Default false.</summary>
    public bool Waits { get; init; }

    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }

    internal ReplayOrder ToOrder() => new()
    {
        Messages = Messages,
        Query = Filter?.ToQuery(),
        Files = Files?.Select(file => new ReplayFile(file.Path, file.Bytes, file.ChangedAt)).ToList(),
        Channel = Channel,
        Destination = Destination,
        Rate = Rate,
        IsConfirmed = Confirmed,
        Waits = Waits,
    };
}

/// <summary>A file whose messages are taken up, as it was when that was asked for: one that has changed since is not.</summary>
public sealed record ReplayFileBody
{
    /// <summary>Its full path.</summary>
    public required string Path { get; init; }

    /// <summary>Its length then.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it had last been written to then.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Which messages are meant, as at <c>/api/v1/messages</c>. Everything given must hold.</summary>
public sealed record MessageFilterBody
{
    /// <summary>Taken by this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>In this state.</summary>
    public MessageState? State { get; init; }

    /// <summary>With a delivery in this state.</summary>
    public DeliveryState? Delivery { get; init; }

    /// <summary>With a delivery to this destination.</summary>
    public string? Destination { get; init; }

    /// <summary>With this control id (MSH-10).</summary>
    public string? ControlId { get; init; }

    /// <summary>Of this type: <c>ADT</c>, or <c>ADT^A01</c>.</summary>
    public string? Type { get; init; }

    /// <summary>This message, and all that it became in other channels.</summary>
    public long? Trace { get; init; }

    /// <summary>Made by this replay, or sent again by it.</summary>
    public long? Replay { get; init; }

    /// <summary>The messages of this batch.</summary>
    public long? Batch { get; init; }

    /// <summary>True: blocks that are no messages at all.</summary>
    public bool Quarantine { get; init; }

    /// <summary>Received at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The same as a query.</summary>
    /// <exception cref="InvalidOperationException">The query asks for what a filter cannot say: left out, it would mean more messages.</exception>
    internal static MessageFilterBody Of(MessageQuery query)
    {
        MessageFilterBody body = Say(query);
        MessageQuery said = body.ToQuery();
        return said == query with { Limit = said.Limit } ? body : throw new InvalidOperationException("A filter of the API does not say all of this query. This is a mistake in the Hub; report it.");
    }

    private static MessageFilterBody Say(MessageQuery query) => new()
    {
        Channel = query.Channel,
        State = query.State,
        Delivery = query.Delivery,
        Destination = query.Destination,
        ControlId = query.ControlId,
        Type = query.Type,
        Trace = query.Trace?.Value,
        Replay = query.Replay,
        Batch = query.Batch?.Value,
        Quarantine = query.InQuarantine,
        Since = query.Since,
        Until = query.Until,
    };

    internal MessageQuery ToQuery() => new()
    {
        Channel = Channel,
        State = State,
        Delivery = Delivery,
        Destination = Destination,
        ControlId = ControlId,
        Type = Type,
        Trace = Trace is { } trace ? new MessageId(trace) : null,
        Replay = Replay,
        Batch = Batch is { } batch ? new MessageId(batch) : null,
        InQuarantine = Quarantine,
        Since = Since,
        Until = Until,
    };
}

/// <summary>Nothing to say but why.</summary>
public sealed record ReasonBody
{
    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }
}

/// <summary>A message of a replay that could not be taken up.</summary>
/// <param name="Item">The message's number; of a replay of files its place among their messages.</param>
/// <param name="Reason">Why not; null for those who read no reasons.</param>
public sealed record ReplayFailure(long Item, string? Reason);

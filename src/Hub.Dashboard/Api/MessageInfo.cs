using System.Globalization;
using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>A message without what it says: names, numbers, times and states.</summary>
public sealed record MessageInfo
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>The channel that took it.</summary>
    public required string Channel { get; init; }

    /// <summary>What became of it.</summary>
    public required MessageState State { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Message type and trigger event, <c>ADT^A01</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Message control id (MSH-10).</summary>
    public required string ControlId { get; init; }

    /// <summary>Sending application and facility.</summary>
    public required string Sender { get; init; }

    /// <summary>Version id (MSH-12.1).</summary>
    public required string Version { get; init; }

    /// <summary>The sender's address, or what it was replayed by.</summary>
    public required string Peer { get; init; }

    /// <summary>How the sender was answered.</summary>
    public required ReceiptKind Answer { get; init; }

    /// <summary>Length of the received bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>SHA-256 of the received bytes, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Oddities that were noticed.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>The message it is a duplicate of.</summary>
    public long? DuplicateOf { get; init; }

    /// <summary>The message it is a replay of.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>The latest replay that it was made by, or whose deliveries it has again.</summary>
    public long? Replay { get; init; }

    /// <summary>When retention removed its bytes.</summary>
    public DateTimeOffset? ContentRemovedAt { get; init; }

    /// <summary>The message from outside that became this one by way of other channels.</summary>
    public long? Trace { get; init; }

    /// <summary>The message whose delivery handed this one to the channel.</summary>
    public long? HandedFrom { get; init; }

    /// <summary>Of a fragment, the message that it is a part of.</summary>
    public long? PartOf { get; init; }

    /// <summary>From its arrival until the channel began to work on it, in milliseconds to three places; not there while it waits, and where that was not kept.</summary>
    public double? WaitedMs { get; init; }

    /// <summary>How long the channel worked on it (validate, filter, transform), in milliseconds to three places; not there where that was not kept.</summary>
    public double? WorkingMs { get; init; }

    /// <summary>From its arrival to the end of its processing or of the last try that it came with, in milliseconds, when one message is asked for; not there while anything of it waits.</summary>
    public double? WholeMs { get; init; }

    /// <summary>Why it was not accepted; otherwise what it was flagged with.</summary>
    public required IReadOnlyList<MessageProblemInfo> Problems { get; init; }

    /// <summary>Its deliveries, in the order of the channel file.</summary>
    public required IReadOnlyList<DeliveryInfo> Deliveries { get; init; }

    internal static MessageInfo Of(StoredMessage message, bool readsReasons) => Of(message, StageTimes.Of(message), readsReasons, withHistory: false);

    internal static MessageInfo OfOne(StoredMessage message, bool readsReasons) => Of(message, StageTimes.Of(message), readsReasons, withHistory: true);

    private static MessageInfo Of(StoredMessage message, StageTimes times, bool readsReasons, bool withHistory) => new()
    {
        Id = message.Id.Value,
        Channel = message.Channel,
        State = message.State,
        ReceivedAt = message.ReceivedAt,
        Type = message.Header.Type,
        ControlId = message.Header.ControlId,
        Sender = message.Header.Sender,
        Version = message.Header.Version,
        Peer = message.Peer,
        Answer = message.Answer,
        Bytes = message.Bytes,
        Sha256 = message.Sha256,
        Flags = message.Flags,
        DuplicateOf = message.DuplicateOf?.Value,
        ReplayOf = message.ReplayOf?.Value,
        Replay = message.Replay,
        ContentRemovedAt = message.ContentRemovedAt,
        Trace = message.Trace?.Value,
        HandedFrom = message.HandedFrom?.Value,
        PartOf = message.PartOf?.Value,
        WaitedMs = times.Waited?.TotalMilliseconds,
        WorkingMs = times.Working?.TotalMilliseconds,
        WholeMs = withHistory ? times.Whole?.TotalMilliseconds : null,
        Problems = [.. message.Problems.Select(problem => MessageProblemInfo.Of(problem, readsReasons))],
        Deliveries = [.. times.Deliveries.Select(one => DeliveryInfo.Of(one, message, readsReasons, withHistory))],
    };
}

/// <summary>Something wrong with a message.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">HL7 table 0357.</param>
/// <param name="Rule">The Hub's number of the rule that the message breaks: <c>HUB3101</c>.</param>
/// <param name="Path">Where.</param>
/// <param name="Text">What is wrong; null for those who read no reasons, unless a rule says it: a script may repeat what the message says.</param>
/// <param name="Remedy">What to do.</param>
public sealed record MessageProblemInfo(ProblemSeverity Severity, int Code, string? Rule, string? Path, string? Text, string? Remedy)
{
    internal static MessageProblemInfo Of(MessageProblem problem, bool readsReasons) => new(
        problem.Severity, problem.Code, problem.Rule is { } rule ? string.Create(CultureInfo.InvariantCulture, $"HUB{rule}") : null, problem.Path, problem.TextFor(readsReasons), problem.Remedy);
}

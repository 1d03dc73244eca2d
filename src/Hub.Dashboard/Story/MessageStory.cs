using Hub.Contracts;

namespace Hub.Dashboard.Story;

/// <summary>What happened to a message from its arrival on, through every channel that it went to.</summary>
/// <param name="Hops">The message in each channel, in the order of arrival.</param>
/// <param name="IsCut">Whether there are more than are told.</param>
public sealed record MessageStory(IReadOnlyList<StoryHop> Hops, bool IsCut)
{
    /// <summary>A message that becomes more than this many others is told as far as this.</summary>
    private const int MostHops = 20;

    private const int Rows = 100_000;

    /// <summary>Tells the story of a message.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="message">The message, with its history.</param>
    /// <param name="sees">Whether a channel is for who asks.</param>
    /// <param name="readsReasons">Whether what may repeat what messages say, as why tries failed, is for who asks.</param>
    public static MessageStory Of(IJournalReader journal, StoredMessage message, Func<string, bool> sees, bool readsReasons = true)
    {
        MessageId first = message.Trace ?? message.Id;
        IReadOnlyList<StoredMessage> family = journal.FindPage(new() { Trace = first, Limit = MostHops + 1 }, Rows).Messages;
        List<StoredMessage> told = [.. family.Where(one => one.Id != message.Id && sees(one.Channel)).OrderBy(one => one.Id).Take(MostHops - 1).Append(message).OrderBy(one => one.Id)];
        return new([.. told.Select(one => Hop(journal, one.Id == message.Id ? message : journal.Read(one.Id) ?? one, told, readsReasons))], family.Count > MostHops);
    }

    private static StoryHop Hop(IJournalReader journal, StoredMessage message, List<StoredMessage> told, bool readsReasons)
    {
        List<StoryEvent> events = [.. Arrival(journal, message, readsReasons)];
        foreach (StoredDelivery delivery in message.Deliveries)
            events.AddRange(Of(message, delivery, told).Select(happened => readsReasons ? happened : happened with { Text = "" }));
        // What happened at the same moment stays in the order in which it is told here.
        return new(message, [.. events.Select((one, i) => (One: one, i)).OrderBy(pair => pair.One.At).ThenBy(pair => pair.i).Select(pair => pair.One)]);
    }

    private static IEnumerable<StoryEvent> Arrival(IJournalReader journal, StoredMessage message, bool readsReasons)
    {
        DateTimeOffset at = message.ReceivedAt;
        yield return message.HandedFrom is { } from
            ? new(at, "handed-in", Tone.Plain, from) { Link = from }
            : new(at, "received", Tone.Plain, message.Peer, message.Bytes);
        yield return new(at, $"became-{message.State}", message.State switch { MessageState.Rejected => Tone.Bad, MessageState.Accepted => Tone.Good, _ => Tone.Plain })
        {
            Link = message.DuplicateOf ?? message.PartOf,
            Text = string.Join(' ', message.Problems.Take(3).Select(problem => (problem.Path, Text: problem.TextFor(readsReasons))).Where(told => told.Text is not null).Select(told => $"{(told.Path is null ? "" : $"{told.Path}: ")}{told.Text}")),
        };
        if (message.ReplayOf is { } original)
            yield return new(at, "replay-of", Tone.Plain, original) { Link = original };
        foreach (StoredMessage replay in journal.FindPage(new() { ReplayOf = message.Id, Limit = 10 }, Rows).Messages)
            yield return new(replay.ReceivedAt, "replayed-as", Tone.Plain, replay.Id) { Link = replay.Id, Text = replay.Peer };
        foreach (StoredMessage duplicate in journal.FindPage(new() { DuplicateOf = message.Id, Limit = 10 }, Rows).Messages)
            yield return new(duplicate.ReceivedAt, "duplicate-came", Tone.Plain, duplicate.Id) { Link = duplicate.Id };
        if (message.ContentRemovedAt is { } removed)
            yield return new(removed, "content-removed", Tone.Plain);
    }

    private static IEnumerable<StoryEvent> Of(StoredMessage message, StoredDelivery delivery, List<StoredMessage> told)
    {
        string destination = delivery.Part.IsWhole ? delivery.Destination : $"{delivery.Destination} ({delivery.Part.Number}/{delivery.Part.Of})";
        if (delivery.RepeatedAt is { } repeated)
            yield return delivery.RepeatedBy is { } by ? new(repeated, "sent-again-by", Tone.Plain, destination, by) : new(repeated, "sent-again", Tone.Plain, destination);
        DateTimeOffset before = delivery.RepeatedAt ?? message.ReceivedAt;
        foreach (StoredAttempt attempt in delivery.History)
        {
            TimeSpan waited = attempt.StartedAt - before;
            yield return new(attempt.StartedAt, attempt.State switch { DeliveryState.Sent => "try-sent", DeliveryState.Parked => "try-parked", DeliveryState.Skipped => "try-skipped", _ => "try-failed" },
                attempt.State switch { DeliveryState.Sent => Tone.Good, DeliveryState.Parked => Tone.Bad, _ => Tone.Warn }, destination, attempt.Attempt, Took(attempt.Duration), attempt.AnswerCode ?? "–")
            {
                Text = attempt.Reason ?? "",
                Waited = waited > TimeSpan.FromSeconds(1) ? waited : null,
                IsMaybe = attempt.MaybeDelivered,
            };
            before = attempt.StartedAt + attempt.Duration;
        }

        foreach (StoredOperation operation in delivery.Operations)
            yield return new(operation.At, $"did-{operation.Operation}", Tone.Plain, destination, operation.By, operation.Other ?? 0) { Text = operation.Reason ?? "" };
        if (delivery.History.Count > 0)
        {
            if (delivery is { State: DeliveryState.Queued, DueAt: { } due })
                yield return new(due, "next-try", Tone.Warn, destination) { IsAhead = true };
            yield break;
        }

        // What one channel hands to another is at its end at once, without a try.
        if (delivery.State == DeliveryState.Sent && told.Find(one => one.HandedFrom == message.Id) is { } handed)
            yield return new(handed.ReceivedAt, "handed-on", Tone.Good, destination, handed.Channel, handed.Id) { Link = handed.Id };
        else if (delivery.State != DeliveryState.Sent && delivery.Operations.Count == 0)
            yield return new(before, $"waits-{delivery.State}", delivery.State == DeliveryState.Parked ? Tone.Bad : Tone.Warn, destination) { Text = delivery.Reason ?? "" };
    }

    private static string Took(TimeSpan duration) => duration.TotalSeconds < 10
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.#} ms")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#} s");
}

/// <summary>A message in one channel.</summary>
/// <param name="Message">The message.</param>
/// <param name="Events">What happened to it, in the order of time.</param>
public sealed record StoryHop(StoredMessage Message, IReadOnlyList<StoryEvent> Events);

/// <summary>How something that happened is to be taken.</summary>
public enum Tone
{
    /// <summary>It happened.</summary>
    Plain,

    /// <summary>It went well.</summary>
    Good,

    /// <summary>It has to go better.</summary>
    Warn,

    /// <summary>It needs somebody.</summary>
    Bad,
}

/// <summary>Something that happened to a message.</summary>
/// <param name="At">When.</param>
/// <param name="Key">What, as a key of words: <c>story.received</c> without <c>story.</c>.</param>
/// <param name="Tone">How it is to be taken.</param>
/// <param name="Values">What the words are filled with.</param>
public sealed record StoryEvent(DateTimeOffset At, string Key, Tone Tone, params IReadOnlyList<object> Values)
{
    /// <summary>The message that it is about beside this one.</summary>
    public MessageId? Link { get; init; }

    /// <summary>Why, in words of the Hub or of a person.</summary>
    public string Text { get; init; } = "";

    /// <summary>How long it waited before.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>Whether the receiver may have it without having said so.</summary>
    public bool IsMaybe { get; init; }

    /// <summary>Whether it is still to come.</summary>
    public bool IsAhead { get; init; }
}

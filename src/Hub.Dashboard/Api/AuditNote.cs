using System.Globalization;
using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>What the audit keeps of what is about to be done: said once, for pages, the API and commands that do it while no Hub runs.</summary>
/// <param name="Act">Of what kind it is.</param>
/// <param name="Text">What exactly, without what messages say.</param>
/// <param name="Channel">The channel; empty when it is about none, or about several.</param>
/// <param name="Message">The message; null when it is about none.</param>
/// <param name="Reason">Why, in that person's words; empty for nothing said.</param>
internal sealed record AuditNote(AuditAct Act, string Text, string Channel = "", MessageId? Message = null, string Reason = "")
{
    /// <summary>The most deliveries or messages that are named one by one.</summary>
    private const int MostNamed = 100;

    /// <summary>The most places of an edit that are named.</summary>
    private const int MostPlaces = 20;

    /// <summary>A channel is stopped or started.</summary>
    public static AuditNote Of(string channel, ChannelChange change) => new(AuditAct.Operated, change.Runs ? "start" : "stop", channel, null, change.Reason ?? "");

    /// <summary>A destination is paused or sends again.</summary>
    public static AuditNote Of(string channel, string destination, DestinationChange change) =>
        new(AuditAct.Operated, $"{(change.Paused ? "pause" : "resume")} destination {destination}", channel, null, change.Reason ?? "");

    /// <summary>Something is done to an incident.</summary>
    /// <param name="incident">To which.</param>
    /// <param name="operation">What.</param>
    /// <param name="hours">For how long; null where it has no end.</param>
    /// <param name="reason">Why.</param>
    public static AuditNote Of(Incident incident, IncidentOperation operation, double? hours, string? reason) =>
        new(AuditAct.Operated, string.Create(CultureInfo.InvariantCulture, $"{operation} incident {incident.Id}{(hours is { } given ? $" for {given} h" : "")}"), incident.Channel, null, reason ?? "");

    /// <summary>What is past its time is removed.</summary>
    public static AuditNote Of(PruneBody body) => new(AuditAct.Changed, "prune the journal", Reason: body.Reason ?? "");

    /// <summary>The journal gets a new key.</summary>
    public static AuditNote OfNewKey(string? reason) => new(AuditAct.Changed, "make a new key of the journal", Reason: reason ?? "");

    /// <summary>Messages are taken up again.</summary>
    /// <param name="body">Which, and how.</param>
    /// <param name="journal">Where they are.</param>
    public static AuditNote Of(ReplayBody body, IJournalReader journal) => new(AuditAct.Replayed, WordsOf(body), Only([.. ChannelsOf(body, journal).Distinct()]), body.Messages is [var only] && only > 0 ? new(only) : null, body.Reason ?? "");

    /// <summary>A replay is paused, resumed or cancelled.</summary>
    /// <param name="replay">Its number.</param>
    /// <param name="change">What is done to it.</param>
    /// <param name="channels">The channels that it is about.</param>
    /// <param name="reason">Why.</param>
    public static AuditNote Of(long replay, ReplayChange change, IReadOnlyList<string> channels, string? reason) =>
        new(AuditAct.Replayed, string.Create(CultureInfo.InvariantCulture, $"{change} replay {replay}"), Only(channels), null, reason ?? "");

    /// <summary>Something is done to deliveries: a note a channel, so that who reads the audit of one finds it; of what is edited where, never what.</summary>
    /// <param name="order">What.</param>
    /// <param name="known">Those of its deliveries that are there.</param>
    /// <param name="journal">Where they are.</param>
    /// <param name="compare">Says where two contents differ.</param>
    public static IEnumerable<AuditNote> Of(DeliveryOrder order, IReadOnlyList<FoundDelivery> known, IJournalReader journal, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, IEnumerable<ContentDifference>> compare)
    {
        string reason = order.Reason ?? "";
        if (order.Operation == DeliveryOperation.Edit && known is [var one])
            return [new(AuditAct.Edited, $"{Named(known)}; changed: {Places(journal, one.Delivery.Delivery, order.Content, compare)}", one.Channel, one.Message, reason)];
        AuditAct act = order.Operation == DeliveryOperation.Edit ? AuditAct.Edited : AuditAct.Operated;
        string to = order.To is null ? "" : $", now to {order.To}";
        return known.Count == 0
            ? [new(act, $"{order.Operation} of deliveries {Numbers(order.Deliveries)}{to}, of which none is there", Reason: reason)]
            : known.GroupBy(found => found.Channel, (channel, same) => new AuditNote(act, $"{order.Operation} of {Named([.. same])}{to}", channel, MessageOf(same), reason));
    }

    /// <summary>What was received is edited and goes through its channel again: where, never what.</summary>
    /// <param name="message">What was received.</param>
    /// <param name="differences">Where the new content differs.</param>
    /// <param name="reason">Why.</param>
    public static AuditNote Of(StoredMessage message, IReadOnlyList<ContentDifference> differences, string? reason) =>
        new(AuditAct.Edited, $"as received, through its channel; changed: {Places(differences)}", message.Channel, message.Id, reason ?? "");

    /// <summary>The channels that a replay is about; an empty one stands for any.</summary>
    public static IEnumerable<string> ChannelsOf(ReplayBody body, IJournalReader journal)
    {
        if (body.Channel is not null)
            yield return body.Channel;
        if (body.Filter is { } filter)
            yield return filter.Channel ?? "";
        // More of them are refused by the plan. One that is not there yet may be of any channel when its turn comes.
        foreach (long message in body.Messages?.Take(1_000) ?? [])
            yield return message > 0 && journal.Read(new(message)) is { } found ? found.Channel : "";
    }

    /// <summary>The record.</summary>
    /// <param name="who">Who does it.</param>
    /// <param name="from">From where.</param>
    /// <param name="clock">The time.</param>
    public AuditRecord ToRecord(string who, string from, TimeProvider clock) => new()
    {
        At = clock.GetUtcNow(),
        Who = who,
        Act = Act,
        From = from,
        Channel = Channel,
        Message = Message,
        Text = Text,
        Reason = Reason,
    };

    private static string Only(IReadOnlyList<string> channels) => channels is [var only] ? only : "";

    private static string WordsOf(ReplayBody body)
    {
        string what = body.Files is { } files ? $"{files.Count} files" : body.Messages is { } named ? $"messages {Numbers(named)}" : "messages by a filter";
        return $"{what}{(body.Destination is null ? "" : $" to {body.Destination}")}";
    }

    // To give new bytes is the way out for a delivery whose bytes are damaged.
    private static string Places(IJournalReader journal, long delivery, ReadOnlyMemory<byte> content, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, IEnumerable<ContentDifference>> compare)
    {
        try
        {
            return journal.ReadDeliveryContent(delivery) is { } old ? Places(compare(old, content)) : "";
        }
        catch (DamagedContentException)
        {
            return "all, because what stood there is damaged";
        }
    }

    private static string Places(IEnumerable<ContentDifference> differences) => string.Join(", ", differences.Take(MostPlaces).Select(difference => difference.Place));

    private static string Named(IReadOnlyList<FoundDelivery> known) => known is [{ Delivery: var only }]
        ? $"delivery {only.Delivery} to {only.Destination}"
        : $"deliveries {Numbers([.. known.Select(found => found.Delivery.Delivery)])}";

    private static MessageId? MessageOf(IEnumerable<FoundDelivery> known) => known.Select(found => found.Message).Distinct().ToList() is [var only] ? only : null;

    private static string Numbers(IReadOnlyList<long> numbers) => $"{string.Join(", ", numbers.Take(MostNamed))}{(numbers.Count > MostNamed ? $" and {numbers.Count - MostNamed} more" : "")}";
}

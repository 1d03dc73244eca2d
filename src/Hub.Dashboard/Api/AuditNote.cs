using System.Globalization;
using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>What the audit keeps of what is about to be done: said once, for the API and for commands that do it while no Hub runs.</summary>
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
    public static AuditNote Of(Incident incident, IncidentOperation operation, string? reason) =>
        new(AuditAct.Operated, string.Create(CultureInfo.InvariantCulture, $"{operation} incident {incident.Id}"), incident.Channel, null, reason ?? "");

    /// <summary>What is past its time is removed.</summary>
    public static AuditNote Of(PruneBody body) => new(AuditAct.Changed, "prune the journal", Reason: body.Reason ?? "");

    /// <summary>The journal gets a new key.</summary>
    public static AuditNote OfNewKey(string? reason) => new(AuditAct.Changed, "make a new key of the journal", Reason: reason ?? "");

    /// <summary>Messages are taken up again.</summary>
    /// <param name="body">Which, and how.</param>
    /// <param name="journal">Where they are.</param>
    public static AuditNote Of(ReplayBody body, IJournalReader journal) => new(AuditAct.Replayed, WordsOf(body), Only([.. ChannelsOf(body, journal).Distinct()]), null, body.Reason ?? "");

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
    public static IEnumerable<AuditNote> Of(DeliveryOrder order, FoundDelivery[] known, IJournalReader journal, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, IEnumerable<ContentDifference>> compare)
    {
        string reason = order.Reason ?? "";
        if (order.Operation == DeliveryOperation.Edit && known is [var one])
            return [new(AuditAct.Edited, $"delivery {one.Delivery.Delivery} to {one.Delivery.Destination}; changed: {Places(journal, one.Delivery.Delivery, order.Content, compare)}", one.Channel, one.Message, reason)];
        AuditAct act = order.Operation == DeliveryOperation.Edit ? AuditAct.Edited : AuditAct.Operated;
        string what = $"{order.Operation}{(order.To is null ? "" : $" to {order.To}")} of deliveries";
        return known.Length == 0
            ? [new(act, $"{what} {Numbers(order.Deliveries)}, of which none is there", Reason: reason)]
            : known.GroupBy(found => found.Channel, (channel, same) => new AuditNote(act, $"{what} {Numbers([.. same.Select(found => found.Delivery.Delivery)])}", channel, null, reason));
    }

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
            return journal.ReadDeliveryContent(delivery) is { } old ? string.Join(", ", compare(old, content).Take(MostPlaces).Select(difference => difference.Place)) : "";
        }
        catch (DamagedContentException)
        {
            return "all, because what stood there is damaged";
        }
    }

    private static string Numbers(IReadOnlyList<long> numbers) => $"{string.Join(", ", numbers.Take(MostNamed))}{(numbers.Count > MostNamed ? $" and {numbers.Count - MostNamed} more" : "")}";
}

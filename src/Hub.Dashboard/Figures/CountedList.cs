using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>
/// The list of what an incident counts. Incidents go by cause and lists by state, place and time, so there is one only while it has just as many; an incident whose
/// messages were released since, or that lasts beside another one of its kind, has none.
/// </summary>
internal static class CountedList
{
    /// <summary>More is not looked at to count it.</summary>
    private const int Most = 500;

    private const int MostRows = 10_000;

    /// <summary>The address of the list; null when no list has just that.</summary>
    public static string? Of(Incident incident, IHub hub) => incident.Count > Most ? null : incident.Kind switch
    {
        EventKind.Parked => OfParked(incident, hub),
        EventKind.Rejected => OfRejected(incident, hub.Journal),
        _ => null,
    };

    private static string? OfParked(Incident incident, IHub hub) =>
        hub.Destinations.FirstOrDefault(view => view.Channel == incident.Channel && view.Destination == incident.Destination && view.Counts.Parked == incident.Count) is { } view ? Need.QueueHref(view) : null;

    private static string? OfRejected(Incident incident, IJournalReader journal)
    {
        if (Arrival(incident.FirstMessage, journal) is not { } first || Arrival(incident.LastMessage, journal) is not { } last)
            return null;
        (DateTimeOffset from, DateTimeOffset to) = (Minute(first), Minute(last).AddMinutes(1));
        MessageQuery query = new() { Channel = incident.Channel, State = MessageState.Rejected, Since = from, Until = to, Limit = (int)incident.Count + 1 };
        return journal.FindPage(query, MostRows) is { IsCut: false } page && page.Messages.Count == incident.Count
            ? Recent.Url(new() { Channel = incident.Channel, State = MessageState.Rejected }, from, to)
            : null;
    }

    private static DateTimeOffset? Arrival(MessageId? message, IJournalReader journal) => message is { } id ? journal.Read(id)?.ReceivedAt : null;

    private static DateTimeOffset Minute(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}

using Hub.Contracts;

namespace Hub.Testing;

/// <content>Alerts and statistics, as the journal beneath has them.</content>
public sealed partial class ObservedJournal
{
    public Action? EventsCommitted
    {
        get => journal.EventsCommitted;
        set => journal.EventsCommitted = value;
    }

    public IReadOnlyList<MinuteStatistics> CountSinceOpened() => journal.CountSinceOpened();

    public IReadOnlyList<MinuteStatistics> CountUnwritten() => journal.CountUnwritten();

    public long Commits => journal.Commits;

    public IReadOnlyList<MinuteStatistics> ReadStatistics(StatisticsQuery query)
    {
        BeforeReadStatistics?.Invoke();
        return journal.ReadStatistics(query);
    }

    public IReadOnlyList<QueueStatus> ReadQueues() => journal.ReadQueues();

    public IReadOnlyList<LivedTime> ReadLived(DateTimeOffset from, DateTimeOffset to) => journal.ReadLived(from, to);

    public IReadOnlyList<ChannelAvailability> ReadAvailability(DateTimeOffset from, DateTimeOffset now) => journal.ReadAvailability(from, now);

    public IReadOnlyList<StoredEvent> ReadEvents(long after, int limit) => journal.ReadEvents(after, limit);

    public long ReadAlertsThrough() => journal.ReadAlertsThrough();

    public IReadOnlyList<Incident> FindIncidents(IncidentQuery query) => journal.FindIncidents(query);

    public IReadOnlyList<OutgoingMail> ReadMails(MailState? state, long? incident, int limit, long? before = null) => journal.ReadMails(state, incident, limit, before);

    public string? FindLastMailId(string beginning, int more) => journal.FindLastMailId(beginning, more);

    public IReadOnlyList<OutgoingMail> ReadWaiting(bool calls, int limit) => journal.ReadWaiting(calls, limit);
}

using System.Globalization;
using Hub.Alerts.Config;
using Hub.Alerts.Mail;
using Hub.Contracts;

namespace Hub.Alerts.Subscriptions;

// What was told goes by the ids of the mails and calls in the journal: "hub-sub-ID-20260301T1215-…" told all up to 12:15. A restart asks for the last and goes
// on from there, also with what happened while the Hub was down and before, for a week at the most. Nothing is told twice, since the mail is stored with its id.

/// <summary>Makes what parties asked to be told of: for each, what happened since it was told last.</summary>
/// <param name="journal">Has statistics, messages, and what was told.</param>
/// <param name="dayNumbers">The numbers of a time.</param>
internal sealed class SubscriptionRun(IJournalReader journal, Func<DateTimeOffset, DateTimeOffset, IReadOnlyList<NoticeRow>> dayNumbers)
{
    private const int MostMessages = 20;
    private const int MostRows = 200_000;
    // How many rejected messages are looked through for those of the time, and how long before it they may have arrived.
    private const int MostLooked = 1_000;
    private const string Minute = "yyyyMMdd'T'HHmm";
    private const int MinuteLength = 13;

    private static readonly TimeSpan s_backlog = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset?> _through = [];
    private readonly HashSet<string> _days = [];
    private readonly BatchEnds _batches = new(journal);

    /// <summary>Makes what is due.</summary>
    /// <param name="settings">Who asked for what.</param>
    /// <param name="templates">The texts of mails.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<OutgoingMail> Make(AlertSettings settings, Templates templates, DateTimeOffset now)
    {
        if (settings.Subscriptions.Count == 0)
            return [];
        // The minute before the last one is whole for sure.
        DateTimeOffset to = now.AddTicks(-(now.UtcTicks % s_minute.Ticks)) - s_minute;
        return [.. settings.Subscriptions.SelectMany(subscription => Make(subscription, settings, templates, to, now))];
    }

    private IEnumerable<OutgoingMail> Make(SubscriptionConfig subscription, AlertSettings settings, Templates templates, DateTimeOffset to, DateTimeOffset now)
    {
        // Nobody is told nothing; whoever is added later is told of what happened since then.
        if (subscription.Webhook is null && settings.Resolve(subscription.To, now).Count == 0)
            yield break;
        string hub = settings.Mail?.Name ?? "Hub";
        DateTimeOffset from = Through(subscription.Id) ?? to - TimeSpan.FromMinutes(subscription.EveryMinutes);
        from = from < to - s_longest ? to - s_longest : from;
        if (to - from >= TimeSpan.FromMinutes(subscription.EveryMinutes))
        {
            _through[subscription.Id] = to;
            SubscriptionReport report = new(subscription.Id, hub, from, to, [.. Lines(subscription, from, to)]);
            string id = $"hub-sub-{subscription.Id}-{to.UtcDateTime.ToString(Minute, CultureInfo.InvariantCulture)}";
            foreach (OutgoingMail letter in report.Events.Count > 0 ? MailsOf(subscription, settings, templates, now, id, report.ToNotice($"{hub}: {subscription.Id}"), report.ToJson()) : [])
                yield return letter;
        }

        DateTimeOffset local = TimeZoneInfo.ConvertTime(now, settings.Local);
        string day = $"hub-day-{subscription.Id}-{local.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";
        if (subscription.Events.Contains(SubscribedEvent.DailyStatistics) && Calendar.TryTime(subscription.At, out TimeOnly at) && TimeOnly.FromTimeSpan(local.TimeOfDay) >= at && _days.Add(day) && journal.FindLastMailId($"{day}-", Notice.RandomLength) is null)
        {
            (DateTimeOffset begin, DateTimeOffset end) = (Midnight(local.Date.AddDays(-1), settings.Local), Midnight(local.Date, settings.Local));
            SubscriptionReport report = new(subscription.Id, hub, begin, end, [.. Counts(subscription, begin, end, [SubscribedEvent.Received, SubscribedEvent.Delivered, SubscribedEvent.Rejected, SubscribedEvent.Parked])]);
            Notice numbers = subscription.Channels.Count == 0 ? DailyMails.NumbersOf(hub, begin, dayNumbers(begin, end)) : report.ToNotice(FormattableString.Invariant($"{hub}: numbers of {begin:yyyy-MM-dd}"));
            foreach (OutgoingMail letter in MailsOf(subscription, settings, templates, now, day, numbers, report.ToJson()))
                yield return letter;
        }
    }

    private static DateTimeOffset Midnight(DateTime day, TimeZoneInfo zone) => new(day, zone.GetUtcOffset(day));

    private static IEnumerable<OutgoingMail> MailsOf(SubscriptionConfig subscription, AlertSettings settings, Templates templates, DateTimeOffset now, string id, Notice notice, string json) =>
        subscription.Webhook is { } webhook
            ? [new() { To = [webhook.Url], Subject = notice.Headline, Text = json, MessageId = Notice.NewId(id), At = now, DueAt = now }]
            : notice.ToMails(templates, settings.Resolve(subscription.To, now), id, now);

    private IEnumerable<SubscriptionLine> Lines(SubscriptionConfig subscription, DateTimeOffset from, DateTimeOffset to)
    {
        foreach (SubscriptionLine line in Counts(subscription, from, to, subscription.Events))
            yield return line.Event == SubscribedEvent.Rejected ? line with { Messages = Rejected(line.Channel, from, to) } : line;
        if (!subscription.Events.Contains(SubscribedEvent.BatchComplete))
            yield break;
        foreach (SubscriptionLine line in _batches.Find(subscription.Channels, from, to))
            yield return line;
    }

    private IEnumerable<SubscriptionLine> Counts(SubscriptionConfig subscription, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SubscribedEvent> events)
    {
        IEnumerable<IGrouping<(string Channel, string Destination), MinuteStatistics>> places = journal.ReadStatistics(new() { From = from, To = to })
            .Where(minute => subscription.Channels.Count == 0 || subscription.Channels.Contains(minute.Channel))
            .GroupBy(minute => (minute.Channel, minute.Destination)).OrderBy(place => place.Key);
        foreach (IGrouping<(string Channel, string Destination), MinuteStatistics> place in places)
        {
            foreach (SubscribedEvent happened in events)
            {
                long count = place.Sum(minute => Count(minute, happened));
                if (count > 0)
                    yield return new(happened, place.Key.Channel, count) { Destination = place.Key.Destination.Length == 0 ? null : place.Key.Destination };
            }
        }
    }

    private static long Count(MinuteStatistics minute, SubscribedEvent happened) => happened switch
    {
        SubscribedEvent.Received => minute.Received,
        SubscribedEvent.Rejected => minute.Rejected,
        SubscribedEvent.Delivered => minute.Delivered,
        SubscribedEvent.Parked => minute.Parked,
        _ => 0,
    };

    // They count when they were processed, which may be long after they arrived.
    private long[] Rejected(string channel, DateTimeOffset from, DateTimeOffset to) =>
        [.. journal.FindPage(new() { Channel = channel, State = MessageState.Rejected, Since = from - s_backlog, Until = to, Limit = MostLooked }, MostRows).Messages
            .Where(message => message.ReceivedAt + (message.Waited ?? TimeSpan.Zero) + (message.Working ?? TimeSpan.Zero) is var at && at >= from && at < to)
            .Take(MostMessages).Select(message => message.Id.Value).Order()];

    // The minute of the last that was told; null when nothing was.
    private DateTimeOffset? Through(string subscription)
    {
        if (_through.TryGetValue(subscription, out DateTimeOffset? known))
            return known;
        string beginning = $"hub-sub-{subscription}-";
        // The length tells it from one whose name begins with this one's: "20260301T1215" and a dash stand before the random part.
        string? id = journal.FindLastMailId(beginning, MinuteLength + 1 + Notice.RandomLength);
        DateTimeOffset? through = id is not null && DateTimeOffset.TryParseExact(id.AsSpan(beginning.Length, MinuteLength), Minute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset told) ? told : null;
        _through[subscription] = through;
        return through;
    }
}

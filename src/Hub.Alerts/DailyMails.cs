using System.Globalization;
using Hub.Alerts.Config;
using Hub.Alerts.Mail;
using Hub.Contracts;

namespace Hub.Alerts;

/// <summary>
/// The mails of each day: that the Hub lives, and its numbers. Which day's were made is known by their ids in the journal, so a restart sends none twice, and a
/// Hub that was down at the time sends the day's when it starts.
/// </summary>
internal static class DailyMails
{
    private const int MostOpen = 2_000;

    /// <summary>Makes those that are due and were not made today.</summary>
    /// <param name="settings">When, and for whom.</param>
    /// <param name="templates">The texts.</param>
    /// <param name="journal">Knows what was made, and what lasts.</param>
    /// <param name="known">What is known to be made, so that the journal is asked once; kept between two calls, and emptied when what was made could not be stored.</param>
    /// <param name="numbers">The numbers of a time.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<OutgoingMail> Make(AlertSettings settings, Templates templates, IJournalReader journal, HashSet<string> known, Func<DateTimeOffset, DateTimeOffset, IReadOnlyList<NoticeRow>> numbers, DateTimeOffset now)
    {
        List<OutgoingMail> mails = [];
        if (settings.Mail is not { } mail)
            return mails;
        DateTimeOffset local = TimeZoneInfo.ConvertTime(now, settings.Local);
        string day = local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        known.RemoveWhere(made => !made.EndsWith(day, StringComparison.Ordinal));
        if (IsDue(settings.Heartbeat, "heartbeat"))
        {
            int open = journal.FindIncidents(new() { IsOpen = true, Limit = MostOpen }).Count;
            Add(settings.Heartbeat!, "heartbeat", new(
                $"{mail.Name}: alive on {day}",
                [$"The Hub lives. Open incidents: {open}. See them with: hub incidents --open", "When this mail does not come one day, look whether the Hub runs and mails arrive."],
                []));
        }

        if (IsDue(settings.DailyStatistics, "statistics"))
        {
            DateTimeOffset today = new(local.Date, settings.Local.GetUtcOffset(local.Date));
            DateTimeOffset yesterday = new(local.Date.AddDays(-1), settings.Local.GetUtcOffset(local.Date.AddDays(-1)));
            Add(settings.DailyStatistics!, "statistics", NumbersOf(mail.Name, yesterday, numbers(yesterday, today)));
        }

        return mails;

        // Nobody is no mail; whoever is added later that day gets it then.
        bool IsDue(DailyMailConfig? daily, string what) => daily is not null && Calendar.TryTime(daily.At, out TimeOnly at) && TimeOnly.FromTimeSpan(local.TimeOfDay) >= at && settings.Resolve(daily.To, now).Count > 0
            && known.Add($"{what}-{day}") && journal.FindLastMailId($"hub-{what}-{day}-", Notice.RandomLength) is null;

        void Add(DailyMailConfig daily, string what, Notice notice) => mails.AddRange(notice.ToMails(templates, settings.Resolve(daily.To, now), $"hub-{what}-{day}", now));
    }

    /// <summary>The notice of a day's numbers.</summary>
    /// <param name="hub">The name of the Hub.</param>
    /// <param name="day">When the day begins.</param>
    /// <param name="numbers">The numbers.</param>
    public static Notice NumbersOf(string hub, DateTimeOffset day, IReadOnlyList<NoticeRow> numbers) =>
        new(FormattableString.Invariant($"{hub}: numbers of {day:yyyy-MM-dd}"), numbers.Count == 0 ? ["Nothing came in and nothing went out."] : [], numbers);
}

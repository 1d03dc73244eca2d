using System.Globalization;
using Hub.Alerts.Config;

namespace Hub.Alerts;

/// <summary>Hours of days of the week, in a time zone.</summary>
public sealed class Calendar
{
    private readonly TimeZoneInfo _zone;
    private readonly IReadOnlyList<Weekday> _days;
    private readonly TimeOnly _from;
    private readonly TimeSpan _length;

    /// <summary>Makes it from what a file says, which has no problem.</summary>
    /// <param name="config">What the file says.</param>
    /// <param name="local">The time zone of the machine.</param>
    public Calendar(CalendarConfig config, TimeZoneInfo local)
    {
        _zone = config.TimeZone is null ? local : TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone);
        _days = config.Days;
        TryTime(config.From, out _from);
        TryTime(config.To, out TimeOnly to);
        // A difference of times of day is never negative; none is the whole day.
        _length = to == _from ? TimeSpan.FromDays(1) : to - _from;
    }

    /// <summary>Reads a time of day, <c>08:00</c>.</summary>
    public static bool TryTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>Whether a time is in it.</summary>
    public bool Has(DateTimeOffset time) => NextIn(time) == time;

    /// <summary>The time itself when it is in it, else when it begins next.</summary>
    public DateTimeOffset NextIn(DateTimeOffset time)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, _zone).DateTime);
        // From yesterday, whose hours may go on past midnight, to the same day of next week.
        for (int day = -1; day <= 8; day++)
        {
            DateOnly date = today.AddDays(day);
            if (_days.Count > 0 && !_days.Contains((Weekday)date.DayOfWeek))
                continue;
            DateTimeOffset start = At(date, _from);
            if (time < start)
                return start;
            if (time < start + _length)
                return time;
        }

        return time;
    }

    /// <summary>The latest time since when so much of its time has passed.</summary>
    /// <param name="to">Until this time.</param>
    /// <param name="span">How much.</param>
    /// <returns>The time; a year before when not so much has passed since.</returns>
    public DateTimeOffset Back(DateTimeOffset to, TimeSpan span)
    {
        const int AYear = 366;
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(to, _zone).DateTime);
        for (int day = 0; day <= AYear; day++)
        {
            DateOnly date = today.AddDays(-day);
            if (_days.Count > 0 && !_days.Contains((Weekday)date.DayOfWeek))
                continue;
            DateTimeOffset start = At(date, _from);
            DateTimeOffset end = start + _length < to ? start + _length : to;
            if (end - start >= span)
                return end - span;
            if (end > start)
                span -= end - start;
        }

        return to.AddDays(-AYear);
    }

    /// <summary>A time of a place. An hour that does not exist, because clocks go forward, is the one after it.</summary>
    public static DateTimeOffset In(TimeZoneInfo zone, DateTime local)
    {
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetUtcOffset(local));
    }

    private DateTimeOffset At(DateOnly date, TimeOnly time) => In(_zone, date.ToDateTime(time));
}

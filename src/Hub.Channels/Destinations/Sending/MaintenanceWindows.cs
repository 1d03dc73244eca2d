namespace Hub.Channels.Destinations.Sending;

/// <summary>The maintenance windows of a destination, in the time of their zones.</summary>
public sealed class MaintenanceWindows
{
    // Windows without a gap would be followed for ever.
    private static readonly TimeSpan s_farthest = TimeSpan.FromDays(8);

    private readonly (MaintenanceConfig Config, TimeZoneInfo Zone)[] _windows;

    /// <summary>Makes them.</summary>
    /// <param name="windows">What the file says, checked.</param>
    /// <param name="local">The zone of the machine.</param>
    public MaintenanceWindows(IReadOnlyList<MaintenanceConfig> windows, TimeZoneInfo local) =>
        _windows = [.. windows.Select(window => (window, window.TimeZone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : local))];

    /// <summary>Finds the end of the window that a time is in. Windows that follow one another are one.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The end, at most eight days later; null when it is in none.</returns>
    public DateTimeOffset? EndAfter(DateTimeOffset time)
    {
        DateTimeOffset? end = null;
        while (_windows.Length > 0 && EndOfOne(end ?? time) is { } next && next - time < s_farthest)
            end = next;
        return end;
    }

    /// <summary>Finds when the last window before a time was over.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The end; null when there was none in the eight days before.</returns>
    public DateTimeOffset? EndBefore(DateTimeOffset time) =>
        _windows.SelectMany(window => Of(window.Config, window.Zone, time, s_farthest.Days)).Where(one => one.End <= time).Max(one => (DateTimeOffset?)one.End);

    // One that began yesterday may go over midnight.
    private DateTimeOffset? EndOfOne(DateTimeOffset time) =>
        _windows.SelectMany(window => Of(window.Config, window.Zone, time, 1)).Where(one => one.Begin <= time && time < one.End).Max(one => (DateTimeOffset?)one.End);

    private static IEnumerable<(DateTimeOffset Begin, DateTimeOffset End)> Of(MaintenanceConfig window, TimeZoneInfo zone, DateTimeOffset time, int daysBack)
    {
        DateTime today = TimeZoneInfo.ConvertTime(time, zone).Date;
        for (DateTime day = today.AddDays(-daysBack); day <= today; day = day.AddDays(1))
        {
            if (window.Days?.Contains((WeekDay)day.DayOfWeek) == false)
                continue;
            DateTime to = (window.To.Minutes <= window.From.Minutes ? day.AddDays(1) : day).AddMinutes(window.To.Minutes);
            yield return (Moment(day.AddMinutes(window.From.Minutes), zone, isFirst: true), Moment(to, zone, isFirst: false));
        }
    }

    /// <summary>The moment of a time of that zone's clocks: after the change where the clocks leave it out, the first or the second where it comes twice.</summary>
    private static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone, bool isFirst)
    {
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        if (!zone.IsAmbiguousTime(local))
            return new(local, zone.GetUtcOffset(local));
        TimeSpan[] offsets = zone.GetAmbiguousTimeOffsets(local);
        return new(local, isFirst ? offsets.Max() : offsets.Min());
    }
}

using System.Globalization;

namespace Hub.Dashboard.Search;

/// <summary>A time as people write it: a day, a minute, or a span back from now.</summary>
public static class Moment
{
    private const int MostDays = 36_525;

    /// <summary>Reads one.</summary>
    /// <param name="text"><c>2026-03-01</c>, <c>2026-03-01 14:30</c>, <c>90m</c>, <c>4h</c>, <c>2d</c>.</param>
    /// <param name="clock">The time, and the zone of times that name none.</param>
    /// <param name="time">The time.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string text, TimeProvider clock, out DateTimeOffset time)
    {
        time = default;
        if (text.Length >= 2 && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && Unit(text[^1]) is { } unit)
        {
            if (count > TimeSpan.FromDays(MostDays) / unit)
                return false;
            time = clock.GetUtcNow() - (count * unit);
            return true;
        }

        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) && local.Kind == DateTimeKind.Unspecified && local.Year > 1900)
        {
            time = new(local, clock.LocalTimeZone.GetUtcOffset(local));
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) && time.Year > 1900;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}

using System.Globalization;

namespace Hub.Formats.Fhir.Paths;

// A date is the span of time that it may mean. Two moments have an order when their spans do not meet; a date beside a moment with
// a time zone is of any zone, and so a day longer at both ends.

/// <summary>A date or time of FHIR, with the precision that it is given in.</summary>
internal readonly record struct PathMoment
{
    private static readonly TimeSpan s_farthestZone = TimeSpan.FromHours(14);

    private PathMoment(DateTime from, DateTime to, bool hasZone) => (From, To, HasZone) = (from, to, hasZone);

    private DateTime From { get; }

    private DateTime To { get; }

    private bool HasZone { get; }

    /// <summary>Reads one.</summary>
    /// <returns>Null when it is none, or at the very end of the calendar.</returns>
    public static PathMoment? Parse(string text)
    {
        if (text.Length > 10)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
                ? new PathMoment(time.UtcDateTime, time.UtcDateTime, true)
                : null;
        }

        string format = text.Length switch { 4 => "yyyy", 7 => "yyyy-MM", _ => "yyyy-MM-dd" };
        if (!DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) || date.Year is < 2 or > 9998)
            return null;
        return new PathMoment(date, text.Length switch { 4 => date.AddYears(1), 7 => date.AddMonths(1), _ => date.AddDays(1) }, false);
    }

    /// <summary>The order of two moments; null when one may be before, at or after the other.</summary>
    public int? CompareTo(PathMoment other)
    {
        if (HasZone != other.HasZone)
            return HasZone ? Compare(this, other.InAnyZone()) : Compare(InAnyZone(), other);
        return Compare(this, other);
    }

    private static int? Compare(PathMoment one, PathMoment other)
    {
        if (one.From == other.From && one.To == other.To)
            return 0;
        if (one.To <= other.From)
            return -1;
        return one.From >= other.To ? 1 : null;
    }

    private PathMoment InAnyZone() => new(From - s_farthestZone, To + s_farthestZone, true);
}

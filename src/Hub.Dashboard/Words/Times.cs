using System.Globalization;

namespace Hub.Dashboard.Words;

/// <summary>Times, spans and numbers as people say them.</summary>
public static class Times
{
    /// <summary>How long ago or how soon: <c>4 min ago</c>, <c>in 24 s</c>.</summary>
    public static string Ago(WordList words, DateTimeOffset at, DateTimeOffset now)
    {
        TimeSpan ago = now - at;
        if (ago.Duration() < TimeSpan.FromSeconds(1))
            return words["time.now"];
        return ago > TimeSpan.Zero ? words["time.ago", Coarse(words, ago)] : words["time.in", Coarse(words, ago.Negate())];
    }

    /// <summary>The exact time in the site's zone.</summary>
    public static string Exact(DateTimeOffset at, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>How long something takes: <c>850 ms</c>, <c>2.3 s</c>, <c>4 min</c>.</summary>
    public static string Span(WordList words, TimeSpan span) => span.TotalSeconds switch
    {
        < 0.01 => words["time.milliseconds", Number(span.TotalMilliseconds, "0.#")],
        < 1 => words["time.milliseconds", Number(span.TotalMilliseconds, "0")],
        < 10 => words["time.seconds", Number(span.TotalSeconds, "0.#")],
        _ => Coarse(words, span),
    };

    /// <summary>A number with its thousands parted.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number in a form.</summary>
    public static string Number(double number, string form) => number.ToString(form, CultureInfo.InvariantCulture);

    /// <summary>A part of 1 in percent. Never rounded up to a whole: a minute that is missing shows.</summary>
    public static string Percent(double share) => (Math.Floor(share * 100_000) / 1_000).ToString("0.000", CultureInfo.InvariantCulture) + "%";

    private static string Coarse(WordList words, TimeSpan span) => span.TotalSeconds switch
    {
        < 60 => words["time.seconds", (int)span.TotalSeconds],
        < 3600 => words["time.minutes", (int)span.TotalMinutes],
        < 48 * 3600 => words["time.hours", (int)span.TotalHours],
        _ => words["time.days", (int)span.TotalDays],
    };
}
